using System.Collections.Concurrent;
using Ecs.Agent.Docker;
using Ecs.Agent.Environments;
using Ecs.Agent.Machine;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;
using Step = Ecs.Agent.Tasks.Step;
using TaskState = Ecs.Agent.Tasks.TaskState;

namespace Ecs.Agent.Tests.Driving;

/// <summary>What each step comes to where Docker refuses it or does not end it: the reasons as ECS's users know them.</summary>
public sealed class FailingEngineTests
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private static readonly Instance Own =
        new("instance", "default", StopTimeout, AllowsPrivileged: false, PullBehavior.PreferCached);

    private static readonly TaskState Web = TaskMachine.Step(
        TaskMachine.Unknown(Some.Task(1)), new Assigned(Some.Time, Some.Start(1, 10, Some.Container("web")))).State;

    [Theory]
    [InlineData(Step.Pull, 404, "CannotPullContainerError: Error response from daemon: no")]
    [InlineData(Step.Create, 500, "CannotCreateContainerError: Error response from daemon: no")]
    [InlineData(Step.Create, 400, "CannotCreateContainerError: Error response from daemon: no")]
    [InlineData(Step.Start, 500, "CannotStartContainerError: Error response from daemon: no")]
    [InlineData(Step.Start, 404, "CannotStartContainerError: Error response from daemon: no")]
    [InlineData(Step.Stop, 500, "CannotStopContainerError: Error response from daemon: no")]
    [InlineData(Step.Remove, 409, "Error response from daemon: no")]
    internal async Task Given_an_engine_that_refuses_a_step_then_its_words_are_told_under_the_name_that_ECS_has_for_it(
        Step step, int status, string reason)
    {
        await using var engine = await EngineDouble.RefusingAsync(status, "no");

        Assert.Equal(new Outcome.Refused(reason), await DoAsync(engine, step, TimeProvider.System));
    }

    [Theory]
    [InlineData(Step.Create, 404, "No such image: busybox", typeof(Outcome.ImageMissing))]
    [InlineData(Step.Create, 409, "The name is already in use", typeof(Outcome.NameTaken))]
    [InlineData(Step.Start, 404, "No such container: x", typeof(Outcome.Unreachable))]
    [InlineData(Step.Start, 500, "transport is closing", typeof(Outcome.Unreachable))]
    [InlineData(Step.Start, 503, "not now", typeof(Outcome.Unreachable))]
    [InlineData(Step.Start, 500, "dial unix /run/containerd/containerd.sock: connect: connection refused", typeof(Outcome.Unreachable))]
    [InlineData(Step.Start, 500, "failed to dial unix:///run/containerd/containerd.sock: timed out", typeof(Outcome.Unreachable))]
    [InlineData(Step.Start, 500, "read unix @->/run/containerd/containerd.sock: connection reset by peer", typeof(Outcome.Unreachable))]
    [InlineData(Step.Inspect, 404, "No such container: x", typeof(Outcome.Missing))]
    [InlineData(Step.Inspect, 500, "what?", typeof(Outcome.Unreachable))]
    [InlineData(Step.Stop, 404, "No such container: x", typeof(Outcome.Finished))]
    [InlineData(Step.Remove, 404, "No such container: x", typeof(Outcome.Finished))]
    internal async Task Given_a_refusal_that_is_no_failure_then_the_task_goes_on_from_it(
        Step step, int status, string message, Type outcome)
    {
        await using var engine = await EngineDouble.RefusingAsync(status, message);

        Assert.IsType(outcome, await DoAsync(engine, step, TimeProvider.System));
    }

    [Fact]
    public async Task Given_a_mount_of_containerds_socket_that_is_refused_then_it_is_not_taken_for_an_engine_that_is_away()
    {
        await using var engine = await EngineDouble.RefusingAsync(
            500, "error mounting /run/containerd/containerd.sock to rootfs at /run: not a directory");

        Assert.IsType<Outcome.Refused>(await DoAsync(engine, Step.Start, TimeProvider.System));
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

        Assert.IsType<Outcome.Unreachable>(await DoAsync(engine, Step.Start, TimeProvider.System, container: container));
    }

    [Theory]
    [InlineData(Step.Pull, "DockerTimeoutError: Could not transition to pulled; timed out after waiting 2h0m0s")]
    [InlineData(Step.Create, "DockerTimeoutError: Could not transition to created; timed out after waiting 4m0s")]
    [InlineData(Step.Start, "DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s")]
    [InlineData(Step.Stop, "DockerTimeoutError: Could not transition to stopped; timed out after waiting 2m30s")]
    [InlineData(Step.Inspect, "DockerTimeoutError: Could not transition to inspected; timed out after waiting 10s")]
    internal async Task Given_an_engine_that_takes_a_step_and_never_ends_it_then_its_time_is_over_and_the_reason_says_which(
        Step step, string reason)
    {
        var clock = new HandClock();
        await using var engine = await EngineDouble.HangingAsync();
        var under = DoAsync(engine, step, clock);
        await engine.Asked.WaitAsync(AgentFixture.Patience);
        clock.PutForward(Limits.Of(step, Own, StopTimeout) - TimeSpan.FromSeconds(1));
        Assert.False(under.IsCompleted);

        clock.PutForward(TimeSpan.FromSeconds(1));

        Assert.Equal(new Outcome.TimedOut(reason), await under);
    }

    [Fact]
    public async Task Given_a_stop_timeout_of_a_day_when_the_stop_never_ends_then_docker_has_that_long_and_two_minutes_more()
    {
        var clock = new HandClock();
        await using var engine = await EngineDouble.HangingAsync();
        var container = Web.Containers[0] with { Definition = new() { Name = "web", Image = "busybox:1", StopTimeout = 86_400 } };
        var under = DoAsync(engine, Step.Stop, clock, container: container);
        await engine.Asked.WaitAsync(AgentFixture.Patience);
        clock.PutForward(TimeSpan.FromSeconds(86_400 + 119));
        Assert.False(under.IsCompleted);

        clock.PutForward(TimeSpan.FromSeconds(1));

        Assert.Equal(
            new Outcome.TimedOut("DockerTimeoutError: Could not transition to stopped; timed out after waiting 24h2m0s"), await under);
    }

    [Theory]
    [InlineData(137, true, false, 2, true)]
    [InlineData(137, true, true, 1, false)]
    [InlineData(1, true, false, 1, false)]
    [InlineData(137, false, false, 1, false)]
    internal async Task Given_a_killed_container_of_which_docker_learns_late_that_it_was_for_memory_then_it_is_looked_at_once_more(
        int exitCode, bool hasLimit, bool isToStop, int looks, bool outOfMemory)
    {
        var asked = 0;
        await using var engine = await EngineDouble.AnsweringAsync((_, _) => Task.FromResult((200, $$$"""
            {"Id":"4f3c","Image":"sha256:2","HostConfig":{"Memory":{{{(hasLimit ? 8_388_608 : 0)}}} },
             "Config":{"Labels":{"com.amazonaws.ecs.task-arn":"{{{Web.TaskArn}}}","ecs.events.container-instance":"instance",
               "com.amazonaws.ecs.task-definition-family":"some","com.amazonaws.ecs.task-definition-version":"1","com.amazonaws.ecs.container-name":"web"} },
             "State":{"Status":"exited","ExitCode":{{{exitCode}}},"OOMKilled":{{{(++asked > 1 ? "true" : "false")}}} }}
            """)));
        var task = isToStop ? TaskMachine.Step(Web, new StopAsked(Some.Time, 11)).State : Web;

        var found = Assert.IsType<Outcome.Found>(await DoAsync(engine, Step.Inspect, TimeProvider.System, task));

        Assert.Equal((looks, outOfMemory), (asked, found.Facts.OutOfMemory));
    }

    [Theory]
    [InlineData(Desired.Running, false)]
    [InlineData(Desired.Stopped, true)]
    [InlineData(Desired.Removed, true)]
    internal async Task Given_a_container_whose_ports_were_taken_when_it_is_removed_then_the_volumes_go_where_its_task_does(
        Desired desired, bool areVolumesAskedFor)
    {
        var asked = new ConcurrentQueue<string>();
        await using var engine = await EngineDouble.AnsweringAsync((call, _) =>
        {
            asked.Enqueue(call);
            return Task.FromResult((200, "{}"));
        });
        var task = Web with { Desired = desired, Settings = new() { Volumes = [new() { Name = "scratch", Host = new() }] } };
        var container = Web.Containers[0] with { Observed = Observed.Obstructed, RuntimeId = "taken", Obstructed = "taken" };

        await DoAsync(engine, Step.Remove, TimeProvider.System, task, container);

        Assert.Contains("DELETE /containers/taken", asked);
        Assert.Equal(areVolumesAskedFor, asked.Contains("GET /volumes"));
    }

    public static TheoryData<ContainerDefinition, string> Untellable { get; } = new()
    {
        { new() { LinuxParameters = new() { Tmpfs = [new() { ContainerPath = "/t", Size = 1 }, new() { ContainerPath = "/t", Size = 2 }] } }, "/t" },
        { new() { SystemControls = [new() { Namespace = "net.a", Value = "1" }, new() { Namespace = "net.a", Value = "2" }] }, "net.a" },
    };

    [Theory]
    [MemberData(nameof(Untellable), DisableDiscoveryEnumeration = true)]
    public async Task Given_a_definition_that_older_rules_let_through_and_that_cannot_be_told_to_docker_then_it_is_refused_for_good(
        ContainerDefinition definition, string named)
    {
        await using var engine = await EngineDouble.RefusingAsync(500, "was asked");
        var container = Web.Containers[0] with { Definition = definition with { Name = "web", Image = "busybox:1" } };

        var refused = Assert.IsType<Outcome.Refused>(
            await DoAsync(engine, Step.Create, TimeProvider.System, container: container));

        Assert.StartsWith("CannotCreateContainerError: The definition cannot be told to Docker: ", refused.Reason);
        Assert.Contains(named, refused.Reason);
    }

    [Fact]
    public async Task Given_words_of_docker_that_are_too_long_for_a_reason_then_its_first_1024_characters_are_told()
    {
        await using var engine = await EngineDouble.RefusingAsync(500, $"begin {new string('x', 2000)}");

        var refused = Assert.IsType<Outcome.Refused>(await DoAsync(engine, Step.Create, TimeProvider.System));

        Assert.Equal(1024, refused.Reason.Length);
        Assert.StartsWith("CannotCreateContainerError: Error response from daemon: begin xxx", refused.Reason);
    }

    private static async Task<Outcome> DoAsync(
        EngineDouble engine, Step step, TimeProvider clock, TaskState? task = null, ContainerState? container = null)
    {
        var book = new ImageBook(Path.Combine(Path.GetTempPath(), $"ecs-images-{Guid.NewGuid():N}"), NullLogger.Instance);
        var images = new Images(engine.Engine, new(null), book, clock, NullLogger.Instance);
        var none = new LocalFiles(null, "ECS_SECRETS_DIR");
        var driver = new DockerDriver(
            engine.Engine, images, Own, new Variables(none, none, NullLogger.Instance), new HostPorts(new KernelPorts()), clock,
            NullLogger<DockerDriver>.Instance);
        return await driver.DoAsync(task ?? Web, container ?? Web.Containers[0], step, CancellationToken.None)
            .WaitAsync(AgentFixture.Patience);
    }
}
