using System.Text.RegularExpressions;

namespace Ecs.Infra.Tests;

/// <summary>The settings of a stack outlive the shell that started it.</summary>
public sealed class SettingsTests : IDisposable
{
    private const string Remember = ". infra/lib/settings.sh; mkdir -p \"$ECS_STATE\"; remember_settings";

    private readonly Checkout _checkout = new Checkout().WithEngine();

    public void Dispose() => _checkout.Dispose();

    [Fact]
    public async Task Given_settings_that_were_kept_when_compose_is_asked_from_another_shell_then_it_has_them_to_the_letter()
    {
        const string Secret = "a b'c\"d$HOME\\e`f;g";
        (await _checkout.RunAsync(Remember, ("ECS_GATEWAY_PORT", "18080"), ("ECS_PASSWORD", Secret))).Good();

        var said = (await _checkout.RunAsync($"{_checkout.Root}/infra/compose ps", "/", [])).Good();

        Assert.Contains("ECS_GATEWAY_PORT=18080", Lines(said));
        Assert.Contains($"ECS_PASSWORD={Secret}", Lines(said));
        Assert.Contains($"docker compose -p ecs-events --env-file {_checkout.State}/images.env ps", _checkout.Calls);
    }

    [Fact]
    public async Task Given_settings_that_were_kept_then_the_environment_wins_for_once_and_an_empty_one_is_the_default_again()
    {
        (await _checkout.RunAsync(Remember, ("ECS_GATEWAY_PORT", "18080"), ("ECS_CLUSTER", "attic"))).Good();

        var once = (await _checkout.RunAsync("infra/compose ps", ("ECS_GATEWAY_PORT", "28080"), ("ECS_CLUSTER", ""))).Good();
        var after = (await _checkout.RunAsync("infra/compose ps")).Good();

        Assert.Contains("ECS_GATEWAY_PORT=28080", Lines(once));
        Assert.Contains("ECS_CLUSTER=", Lines(once));
        Assert.Contains("ECS_GATEWAY_PORT=18080", Lines(after));
        Assert.Contains("ECS_CLUSTER=attic", Lines(after));
    }

    [Fact]
    public async Task Given_two_stacks_of_one_checkout_then_each_has_its_own_settings_which_only_their_owner_reads()
    {
        (await _checkout.RunAsync(Remember, ("ECS_GATEWAY_PORT", "18080"), ("ECS_STACK", "one"))).Good();
        (await _checkout.RunAsync(Remember, ("ECS_GATEWAY_PORT", "28080"), ("ECS_STACK", "two"))).Good();

        var one = (await _checkout.RunAsync("infra/compose ps", ("ECS_STACK", "one"))).Good();

        Assert.Contains("ECS_GATEWAY_PORT=18080", Lines(one));
        Assert.All(["one", "two"], stack => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(_checkout.State, $"settings.{stack}.env"))));
    }

    [Fact]
    public async Task Given_every_setting_that_the_compose_file_names_when_they_are_kept_then_none_is_forgotten()
    {
        var compose = await File.ReadAllTextAsync(
            Path.Combine(_checkout.Root, "docker-compose.yml"), TestContext.Current.CancellationToken);
        var named = Regex.Matches(compose, @"\$\{(ECS_[A-Z_]+)")
            .Select(match => match.Groups[1].Value).Where(name => !name.EndsWith("_IMAGE", StringComparison.Ordinal))
            .Distinct().ToList();
        Assert.True(named.Count > 10);
        (await _checkout.RunAsync(Remember, [.. named.Select(name => (name, (string?)$"/kept/{name}"))])).Good();

        var said = (await _checkout.RunAsync("infra/compose ps")).Good();

        // The folders' own are in every test's environment, which wins; four follow from others.
        string[] others =
        [
            "ECS_SECRETS_DIR", "ECS_ENV_FILES_DIR", "ECS_CREDENTIALS_DIR", "ECS_CREDENTIALS_THERE", "ECS_TRACES_FROM",
            "ECS_TRACES_THERE",
        ];
        Assert.All(
            named.Except(others),
            name => Assert.Contains($"{name}=/kept/{name}", Lines(said)));
    }

    [Fact]
    public async Task Given_a_file_of_registry_credentials_that_was_kept_then_the_Agent_is_given_its_folder_and_its_place_there()
    {
        (await _checkout.RunAsync(Remember, ("ECS_REGISTRY_CREDENTIALS", "/home/a b/.docker/config.json"))).Good();

        var kept = Lines((await _checkout.RunAsync("infra/compose ps")).Good());
        var none = Lines((await _checkout.RunAsync("infra/compose ps", ("ECS_REGISTRY_CREDENTIALS", ""))).Good());

        Assert.Contains("ECS_CREDENTIALS_DIR=/home/a b/.docker", kept);
        Assert.Contains("ECS_CREDENTIALS_THERE=/etc/ecs-agent/registry/config.json", kept);
        Assert.Contains($"ECS_CREDENTIALS_DIR={_checkout.State}/registry", none);
        Assert.Contains("ECS_CREDENTIALS_THERE=", none);
    }

    [Fact]
    public async Task Given_a_folder_for_traces_that_was_kept_then_the_services_are_given_it_and_without_one_they_keep_none()
    {
        (await _checkout.RunAsync(Remember, ("ECS_TRACE_DIR", "/srv/a b"))).Good();

        var kept = Lines((await _checkout.RunAsync("infra/compose ps")).Good());
        var none = Lines((await _checkout.RunAsync("infra/compose ps", ("ECS_TRACE_DIR", ""))).Good());

        Assert.Contains("ECS_TRACES_FROM=/srv/a b", kept);
        Assert.Contains("ECS_TRACES_THERE=/var/lib/ecs-traces/", kept);
        Assert.Contains($"ECS_TRACES_FROM={_checkout.State}/traces", none);
        Assert.Contains("ECS_TRACES_THERE=", none);
    }

    [Fact]
    public async Task Given_a_folder_for_traces_that_is_not_named_from_the_root_on_then_the_setting_is_named()
    {
        (await _checkout.RunAsync(". infra/lib/say.sh; . infra/lib/settings.sh; make_trace_folder", ("ECS_TRACE_DIR", "traces")))
            .Stopped("'traces' cannot be used", "ECS_TRACE_DIR names a folder");
    }

    [Fact]
    public async Task Given_a_link_to_a_file_of_registry_credentials_then_the_folder_is_that_of_the_file()
    {
        _checkout.Write("real/login.json", "{}");
        File.CreateSymbolicLink(Path.Combine(_checkout.Root, "config.json"), Path.Combine(_checkout.Root, "real/login.json"));

        var said = Lines((await _checkout.RunAsync(
            "infra/compose ps", ("ECS_REGISTRY_CREDENTIALS", $"{_checkout.Root}/config.json"))).Good());

        Assert.Contains($"ECS_CREDENTIALS_DIR={_checkout.Root}/real", said);
        Assert.Contains("ECS_CREDENTIALS_THERE=/etc/ecs-agent/registry/login.json", said);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("/nowhere/config.json")]
    [InlineData("/etc")]
    public async Task Given_registry_credentials_that_are_no_file_then_nothing_is_started_and_the_setting_is_named(string path)
    {
        (await _checkout.RunAsync(". infra/lib/say.sh; . infra/lib/settings.sh; make_agent_folders", ("ECS_REGISTRY_CREDENTIALS", path)))
            .Stopped($"'{path}' cannot be used", "ECS_REGISTRY_CREDENTIALS names a file");
    }

    [Fact]
    public void Given_every_setting_of_the_Agent_when_it_runs_from_these_scripts_then_it_is_handed_on()
    {
        // Files and folders are the container's own there.
        string[] own = ["ECS_DATA_DIR", "ECS_KEY_FILE", "ECS_SECRETS_DIR", "ECS_ENV_FILES_DIR", "ECS_REGISTRY_CREDENTIALS"];
        var known = Repository.Files("services/Agent/AgentSettings.cs", "services/Agent/ImageSettings.cs")
            .SelectMany(path => Regex.Matches(File.ReadAllText(path), "\"(ECS_[A-Z_]+)\"").Select(match => match.Groups[1].Value))
            .Except(own).ToList();
        var compose = File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml"));

        Assert.True(known.Count > 10);
        Assert.All(known, name => Assert.Matches($@"(?m)^      {name}: ""?\$\{{{name}:-", compose));
    }

    private static string[] Lines(Said said) => said.Output.Split('\n');
}
