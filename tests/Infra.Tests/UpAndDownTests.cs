using System.Net;
using System.Net.Sockets;

namespace Ecs.Infra.Tests;

/// <summary>What <c>infra/up.sh</c> refuses before it changes anything, and what <c>infra/down.sh</c> does with nothing there.</summary>
public sealed class UpAndDownTests : IDisposable
{
    private readonly TcpListener _program = new(IPAddress.Loopback, 0);

    public UpAndDownTests() => _program.Start();

    private string Taken => $"{((IPEndPoint)_program.LocalEndpoint).Port}";

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData("ECS_BUS_PORT", "RabbitMQ")]
    [InlineData("ECS_POSTGRES_PORT", "PostgreSQL")]
    [InlineData("ECS_GATEWAY_PORT", "the Gateway")]
    [InlineData("ECS_AGENT_PORT", "the Agent's health")]
    public async Task Given_a_port_that_is_in_use_then_it_stops_names_it_and_ends_the_compiler_that_it_had_started(
        string setting, string what)
    {
        // The compiler says when it has begun, and would go on for longer than the test.
        using var checkout = new Checkout().WithEngine().WithSdk("echo $$ >\"$HOME/compiler\"; exec sleep 300");
        checkout.With("timeout", "until [ -s \"$HOME/compiler\" ]; do sleep 0.05; done; shift; exec \"$@\"");

        var said = await checkout.RunAsync("infra/up.sh", [.. Free(), (setting, Taken)]);

        said.Stopped($"port {Taken} on this machine is taken by", $"it is needed for {what}", $"{setting}=<port> infra/up.sh");
        var compiler = (await File.ReadAllTextAsync(
            Path.Combine(checkout.Root, "compiler"), TestContext.Current.CancellationToken)).Trim();
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{compiler}"), TimeSpan.FromSeconds(20)));
        Assert.False(File.Exists(Path.Combine(checkout.State, "settings.ecs-events.env")));
    }

    [Theory]
    [InlineData("ECS_GATEWAY_PORT", "http", "ECS_GATEWAY_PORT=http is no port")]
    [InlineData("ECS_SECRETS_DIR", "secrets", "'secrets' cannot be used")]
    [InlineData("ECS_ENV_FILES_DIR", "/proc/none", "'/proc/none' cannot be used")]
    public async Task Given_a_setting_that_cannot_be_then_it_stops_and_says_which(string setting, string value, string words)
    {
        using var checkout = new Checkout().WithEngine().WithSdk();

        (await checkout.RunAsync("infra/up.sh", [.. Free(), (setting, value)])).Stopped(words);
        Assert.DoesNotContain(checkout.Calls, call => call.StartsWith("docker compose -p", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_no_SDK_or_an_older_one_then_it_stops_before_anything_else()
    {
        using var none = new Checkout("dotnet");
        using var old = new Checkout().With("dotnet", "exit 1");

        foreach (var script in new[] { "infra/up.sh", "infra/test.sh" })
        {
            (await none.RunAsync(script)).Stopped("the .NET SDK 10 is not installed");
            (await old.RunAsync(script)).Stopped("the installed .NET SDK is too old");
        }

        Assert.False(Directory.Exists(none.State));
    }

    [Theory]
    [InlineData("permission denied while trying to connect", null, "this user may not talk to the Docker engine")]
    [InlineData("Cannot connect", "unix:///none.sock", "no Docker engine answers at DOCKER_HOST=unix:///none.sock")]
    public async Task Given_an_engine_that_does_not_answer_and_is_not_its_own_to_start_then_it_stops_and_says_what_to_do(
        string answer, string? host, string words)
    {
        using var checkout = new Checkout().WithoutEngine(answer).WithSdk();

        (await checkout.RunAsync("infra/up.sh", host is null ? [] : [("DOCKER_HOST", host)])).Stopped(words);
    }

    [Fact]
    public async Task Given_nothing_that_runs_when_it_is_brought_down_then_that_is_well_and_purging_forgets_what_was_kept()
    {
        using var checkout = new Checkout().WithEngine();
        checkout.Write("infra/.state/settings.mine.env", "ECS_GATEWAY_PORT=18080\n");

        (await checkout.RunAsync("infra/down.sh", ("ECS_STACK", "mine"))).Good();
        Assert.True(Directory.Exists(checkout.State));
        (await checkout.RunAsync("infra/down.sh --purge", ("ECS_STACK", "mine"))).Good();

        Assert.False(Directory.Exists(checkout.State));
        Assert.Equal(
            ["down --remove-orphans", "down --volumes --remove-orphans"],
            checkout.Calls.Where(call => call.StartsWith("docker compose -p mine ", StringComparison.Ordinal))
                .Select(call => call[call.IndexOf("down", StringComparison.Ordinal)..]));
        Assert.DoesNotContain(checkout.Calls, call => call.Contains(" rm ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_no_engine_when_it_is_brought_down_then_nothing_runs_and_an_unknown_word_is_refused()
    {
        using var checkout = new Checkout().WithoutEngine("Cannot connect");

        Assert.Contains("nothing is running", (await checkout.RunAsync("infra/down.sh")).Good().Output, StringComparison.Ordinal);
        (await checkout.RunAsync("infra/down.sh --prune")).Stopped("unknown argument: --prune", "--purge");
    }

    [Fact]
    public async Task Given_a_Gateway_that_refuses_to_stop_the_tasks_when_it_is_brought_down_then_nobody_waits_for_them_and_they_are_removed()
    {
        const string Instance = "0123456789abcdef0123456789abcdef";
        using var checkout = new Checkout().With("docker", $"""
            case "$*" in
              *service=gateway*) echo gateway ;;
              *service=agent*) echo agent ;;
              cp*) mkdir -p "$HOME/journal/{Instance}" && touch "$HOME/journal/{Instance}/task" && tar -c -C "$HOME" journal ;;
              *container-instance={Instance}*) [ -e "$HOME/removed" ] || echo container ;;
              inspect*) echo arn:aws:ecs:us-east-1:111122223333:task/attic/task ;;
              rm*) touch "$HOME/removed" ;;
              version*) echo 20.10.24 ;;
            esac
            """).WithSdk("case $1 in publish) mkdir -p artifacts/publish/Cli/release && touch artifacts/publish/Cli/release/ecs.dll ;; *) exit 1 ;; esac");

        var said = (await checkout.RunAsync("infra/down.sh", ("ECS_ACCESS_KEYS", "/keys"))).Good();

        Assert.Contains("the Gateway did not stop it", said.Errors, StringComparison.Ordinal);
        Assert.Contains("docker rm -fv container", checkout.Calls);
        var looks = checkout.Calls.Count(call => call.StartsWith("docker ps", StringComparison.Ordinal)
            && call.Contains(Instance, StringComparison.Ordinal));
        Assert.Equal(3, looks);
    }

    private static (string, string?)[] Free()
    {
        var free = Ports.Free(4);
        return
        [
            ("ECS_BUS_PORT", $"{free[0]}"), ("ECS_POSTGRES_PORT", $"{free[1]}"),
            ("ECS_GATEWAY_PORT", $"{free[2]}"), ("ECS_AGENT_PORT", $"{free[3]}"),
        ];
    }
}
