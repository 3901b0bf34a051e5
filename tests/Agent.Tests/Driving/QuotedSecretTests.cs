using System.Text.Json;
using Ecs.Agent.Docker;
using Ecs.Agent.Environments;
using Ecs.Agent.Machine;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Step = Ecs.Agent.Tasks.Step;

namespace Ecs.Agent.Tests.Driving;

/// <summary>Refusals of Docker's that quote what an Agent has given to a container: no real engine can be brought to each.</summary>
public sealed class QuotedSecretTests : IDisposable
{
    private static readonly Instance Own =
        new("instance", "default", TimeSpan.FromSeconds(30), AllowsPrivileged: false, PullBehavior.PreferCached);

    private static readonly ContainerDefinition Hiding = new()
    {
        Name = "web",
        Image = "busybox:1",
        Secrets = [new() { Name = "PASSWORD", ValueFrom = "password" }],
        Environment = [new("PLAIN", "for-everybody")],
    };

    private static readonly ContainerDefinition HidingMore = Hiding with { EnvironmentFiles = [new() { Value = "a.env" }] };

    private static readonly Dictionary<string, string> Chosen = new() { [Labels.PortRanges] = "80-81=40000-40001/tcp" };

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("ecs-secrets-");
    private readonly HeardLog _log = new();

    public QuotedSecretTests()
    {
        Write("password", "hush-hush\n");
        Write("a.env", "FILED=not-told\nPLAIN=hidden-by-the-definition\n");
    }

    [Theory]
    [InlineData(Step.Create, "hush-hush")]
    [InlineData(Step.Create, "not-told")]
    [InlineData(Step.Start, "hush-hush")]
    [InlineData(Step.Start, "not-told")]
    internal async Task Given_a_refusal_that_quotes_what_came_from_a_file_then_neither_the_reason_nor_the_log_tells_it(
        Step step, string quoted)
    {
        var outcome = await DoAsync(step, HidingMore, (500, $"invalid environment variable: X={quoted}"));

        var name = step == Step.Create ? "CannotCreateContainerError" : "CannotStartContainerError";
        Assert.Equal(new Outcome.Refused($"{name}: Docker refused it in words that may hold a secret of it."), outcome);
        Assert.DoesNotContain(_log.Lines, line => line.Contains(quoted, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("one\ntwo", """exec: "sh": one\ntwo is no file""")]
    [InlineData("a \"b\"", """exec: \"sh\": a \\"b\\" is no file""")]
    [InlineData("""C:\keys""", """exec: "C:\\keys" is no file""")]
    public async Task Given_a_refusal_that_quotes_a_value_as_go_writes_it_between_quotation_marks_then_it_is_not_told(
        string value, string words)
    {
        Write("password", $"{value}\n");

        var outcome = await DoAsync(Step.Create, Hiding, (500, words));

        Assert.EndsWith("words that may hold a secret of it.", Assert.IsType<Outcome.Refused>(outcome).Reason);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("is no file", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Step.Create, 404, "No such image: hush-hush", typeof(Outcome.ImageMissing))]
    [InlineData(Step.Create, 409, "The name hush-hush is already in use", typeof(Outcome.NameTaken))]
    [InlineData(Step.Create, 500, "hush-hush: transport is closing", typeof(Outcome.Unreachable))]
    [InlineData(Step.Start, 503, "hush-hush", typeof(Outcome.Unreachable))]
    [InlineData(Step.Start, 404, "No such container: hush-hush", typeof(Outcome.Unreachable))]
    internal async Task Given_a_value_that_an_answer_happens_to_hold_then_the_task_goes_on_from_it_as_from_any_other(
        Step step, int status, string words, Type outcome)
    {
        Assert.IsType(outcome, await DoAsync(step, Hiding, (status, words)));

        Assert.DoesNotContain(_log.Lines, line => line.Contains("hush-hush", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_port_that_was_chosen_and_is_taken_when_the_refusal_holds_a_value_then_that_is_known_and_not_told()
    {
        var ranged = Hiding with { PortMappings = [new() { ContainerPortRange = "80-81", Protocol = "tcp" }] };

        var outcome = await DoAsync(Step.Start, ranged, (500, "hush-hush: Bind for 0.0.0.0:40001 failed: port is already allocated"));

        Assert.Equal(
            new Outcome.PortsTaken("CannotStartContainerError: Docker refused it in words that may hold a secret of it."), outcome);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("hush-hush", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_files_that_have_changed_since_the_creation_when_a_start_is_refused_then_what_the_container_was_given_is_not_told()
    {
        Write("password", "another");

        var outcome = await DoAsync(Step.Start, Hiding, (500, "invalid environment variable: X=hush-hush"));

        Assert.DoesNotContain("hush-hush", Assert.IsType<Outcome.Refused>(outcome).Reason);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("hush-hush", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Step.Create, "X=for-everybody")]
    [InlineData(Step.Start, "X=for-everybody")]
    [InlineData(Step.Start, "X=of-the-image")]
    internal async Task Given_a_refusal_that_quotes_what_the_definition_or_the_image_says_then_it_is_told_and_logged(Step step, string words)
    {
        var outcome = await DoAsync(step, Hiding, (500, words));

        Assert.EndsWith($"Error response from daemon: {words}", Assert.IsType<Outcome.Refused>(outcome).Reason);
        Assert.Contains(_log.Lines, line => line.Contains(words, StringComparison.Ordinal));
    }

    public void Dispose() => _files.Delete(recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_files.FullName, name), text);

    private async Task<Outcome> DoAsync(Step step, ContainerDefinition definition, (int Status, string Words) refusal)
    {
        var task = TaskMachine.Step(
            TaskMachine.Unknown(Some.Task(1)), new Assigned(Some.Time, Some.Start(1, 10, definition))).State;
        string[] given = ["PASSWORD=hush-hush", "PLAIN=for-everybody", "FILED=not-told", "FROM=of-the-image", "EMPTY=", "NAMELESS"];
        await using var engine = await EngineDouble.AnsweringAsync((call, _) => Task.FromResult(
            call == $"GET /containers/{task.Containers[0].DockerName}/json"
                ? (200, JsonSerializer.Serialize(new { Id = "made", Config = new { Env = given, Labels = Chosen } }))
                : (refusal.Status, JsonSerializer.Serialize(new { message = refusal.Words }))));
        var book = new ImageBook(Path.Combine(_files.FullName, "images.json"), NullLogger.Instance);
        var images = new Images(engine.Engine, new(null), book, TimeProvider.System, NullLogger.Instance);
        using var logs = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(_log));
        var files = new LocalFiles(_files.FullName, "ECS_SECRETS_DIR");
        var driver = new DockerDriver(
            engine.Engine, images, Own, new Variables(files, files, _log), new HostPorts(new KernelPorts()), TimeProvider.System,
            logs.CreateLogger<DockerDriver>());
        return await driver.DoAsync(task, task.Containers[0], step, CancellationToken.None).WaitAsync(AgentFixture.Patience);
    }
}
