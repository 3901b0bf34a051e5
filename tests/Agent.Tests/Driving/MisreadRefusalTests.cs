using Ecs.Agent.Docker;
using Ecs.Agent.Environments;
using Ecs.Agent.Machine;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;
using Step = Ecs.Agent.Tasks.Step;
using TaskState = Ecs.Agent.Tasks.TaskState;

namespace Ecs.Agent.Tests.Driving;

/// <summary>Words of Docker that hold something of the definition's own, which must not be taken for something else.</summary>
public sealed class MisreadRefusalTests : IDisposable
{
    private static readonly Instance Own =
        new("instance", "default", TimeSpan.FromSeconds(30), AllowsPrivileged: false, PullBehavior.PreferCached);

    private static readonly TaskState Web = TaskMachine.Step(
        TaskMachine.Unknown(Some.Task(1)), new Assigned(Some.Time, Some.Start(1, 10, Some.Container("web")))).State;

    private readonly string _secrets = Directory.CreateTempSubdirectory("ecs-secrets-").FullName;

    public void Dispose() => Directory.Delete(_secrets, recursive: true);

    [Theory]
    [InlineData(404, "No such image: nginx:1.25", typeof(Outcome.ImageMissing))]
    [InlineData(409, "The container name is already in use by container 1f", typeof(Outcome.NameTaken))]
    [InlineData(503, "1 moment", typeof(Outcome.Unreachable))]
    [InlineData(400, "invalid value 1", typeof(Outcome.Refused))]
    internal async Task Given_a_secret_whose_value_stands_in_what_docker_says_then_it_is_hidden_only_where_it_would_be_told(
        int status, string message, Type outcome)
    {
        await File.WriteAllTextAsync(Path.Combine(_secrets, "debug"), "1", TestContext.Current.CancellationToken);
        await using var engine = await EngineDouble.RefusingAsync(status, message);
        var container = Web.Containers[0] with
        {
            Definition = Web.Containers[0].Definition with { Secrets = [new() { Name = "DEBUG", ValueFrom = "debug" }] },
        };

        var came = await DoAsync(engine, Step.Create, container);

        Assert.IsType(outcome, came);
        if (came is Outcome.Refused refused) Assert.DoesNotContain("1", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""dial unix /run/containerd/containerd.sock: connect: connection refused""", true)]
    [InlineData("""failed to dial unix:///run/containerd/containerd.sock: timed out""", true)]
    [InlineData("""read unix @->/run/containerd/containerd.sock: read: connection reset by peer""", true)]
    [InlineData("""error mounting /run/containerd/containerd.sock to rootfs at /run: not a directory""", false)]
    internal async Task Given_a_mount_of_containerds_socket_that_is_refused_then_it_is_not_taken_for_an_engine_that_is_away(
        string message, bool isAway)
    {
        await using var engine = await EngineDouble.RefusingAsync(500, message);

        var came = await DoAsync(engine, Step.Start, Web.Containers[0]);

        Assert.IsType(isAway ? typeof(Outcome.Unreachable) : typeof(Outcome.Refused), came);
    }

    [Fact]
    public async Task Given_a_container_that_was_started_when_docker_cannot_tell_its_ports_then_that_is_no_refusal_of_the_start()
    {
        await using var engine = await EngineDouble.AnsweringAsync((call, _) => Task.FromResult(
            call.EndsWith("/start", StringComparison.Ordinal) ? (204, "") : (500, """{"message":"RWLayer is unexpectedly nil"}""")));
        var container = Web.Containers[0] with
        {
            Definition = Web.Containers[0].Definition with { PortMappings = [new() { ContainerPort = 80 }] },
        };

        Assert.IsType<Outcome.Unreachable>(await DoAsync(engine, Step.Start, container));
    }

    private async Task<Outcome> DoAsync(EngineDouble engine, Step step, ContainerState container)
    {
        var book = new ImageBook(Path.Combine(_secrets, "images"), NullLogger.Instance);
        using var images = new Images(engine.Engine, new(null), book, TimeProvider.System, NullLogger.Instance);
        var variables = new Variables(
            new LocalFiles(_secrets, "ECS_SECRETS_DIR"), new LocalFiles(null, "ECS_ENV_FILES_DIR"), NullLogger.Instance);
        var driver = new DockerDriver(
            engine.Engine, images, Own, variables, new HostPorts(new KernelPorts()), TimeProvider.System,
            NullLogger<DockerDriver>.Instance);
        return await driver.DoAsync(Web, container, step, CancellationToken.None).WaitAsync(AgentFixture.Patience);
    }
}
