using Ecs.Agent.Docker;
using Ecs.Agent.Running;
using Ecs.Agent.Tasks;
using Ecs.Agent.Tests.Driving;
using Ecs.Agent.Tests.Simulated;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Running;

/// <summary>What of a task waits: for a turn, for a start timeout, for its clean-up.</summary>
public sealed class WaitingTests
{
    /// <summary>Long enough for any machine: a wait that nobody ends has no other end.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Given_a_task_that_is_over_before_a_start_timeout_then_nothing_of_it_waits_any_more()
    {
        var clock = new HandClock();
        var docker = new SimulatedDocker(hasImage: true);
        var loop = new TaskLoop(TaskMachine.Unknown(Some.Task(1)), World(clock, docker, CancellationToken.None));
        var running = loop.RunAsync();
        var app = Some.Container("app") with { DependsOn = [new() { ContainerName = "db", Condition = "COMPLETE" }] };
        var db = Some.Container("db") with { StartTimeout = 24 * 60 * 60, Essential = false };
        await loop.PostAsync(new Assigned(clock.GetUtcNow(), Some.Start(1, 10, app, db)), CancellationToken.None);
        await AgentFixture.EventuallyAsync(() => Task.FromResult(clock.Waiting == 1));

        await loop.PostAsync(new StopAsked(clock.GetUtcNow(), 20), CancellationToken.None);
        await AgentFixture.EventuallyAsync(() => Task.FromResult(clock.Waiting == 2));
        await loop.PostAsync(new Acknowledged(clock.GetUtcNow(), LifecycleStatus.Stopped), CancellationToken.None);
        clock.PutForward(TimeSpan.FromHours(3));

        await running.WaitAsync(Limit);
        Assert.Equal(0, clock.Waiting);
    }

    [Theory]
    [InlineData(nameof(Step.Create), Limits.MaxCreations)]
    [InlineData(nameof(Step.Start), Limits.MaxStarts)]
    public async Task Given_a_step_that_waits_for_its_turn_when_its_task_is_stopped_then_docker_is_never_asked_for_it(
        string name, int most)
    {
        using var ending = new CancellationTokenSource();
        var step = Enum.Parse<Step>(name);
        var docker = new SimulatedDocker(hasImage: true);
        var world = World(TimeProvider.System, docker, ending.Token);
        var others = await Task.WhenAll(
            Enumerable.Range(0, most).Select(_ => world.Turns.TakeAsync(step, CancellationToken.None)));
        var loop = new TaskLoops(world).Begin(TaskMachine.Unknown(Some.Task(1)));
        await loop.PostAsync(new Assigned(Some.Time, Some.Start(1, 10)), CancellationToken.None).WaitAsync(Limit);
        await AgentFixture.EventuallyAsync(() => Task.FromResult(loop.State.Containers[0].Doing == step));

        await loop.PostAsync(new StopAsked(Some.Time, 20), CancellationToken.None).WaitAsync(Limit);
        Assert.Equal(step, loop.State.Containers[0].Doing);
        foreach (var turn in others) turn!.Dispose();

        await AgentFixture.EventuallyAsync(() => Task.FromResult(loop.State.Status == LifecycleStatus.Stopped));
        Assert.DoesNotContain(docker.Containers, container => container.Starts > 0);
        Assert.Equal(step == Step.Create ? 0 : 1, docker.Creations.Count);
        await ending.CancelAsync();
    }

    [Fact]
    public async Task Given_an_end_that_a_clock_far_ahead_told_when_the_clean_up_comes_then_it_is_so_long_after_it_was_heard_of()
    {
        var clock = new HandClock();
        var world = World(clock, new SimulatedDocker(hasImage: true), CancellationToken.None) with
        {
            CleanupAfter = TimeSpan.FromDays(60),
        };
        var loop = new TaskLoop(TaskMachine.Unknown(Some.Task(1)) with
        {
            Desired = Desired.Stopped,
            Status = LifecycleStatus.Stopped,
            StoppedAt = clock.GetUtcNow().AddYears(10),
            Acknowledged = true,
            Containers = [Some.State("web") with { Status = LifecycleStatus.Stopped, Observed = Observed.Ended }],
        }, world);
        var running = loop.RunAsync();
        loop.Hint(new Began(clock.GetUtcNow()));

        for (var day = 0; day < 60; day++)
        {
            await AgentFixture.EventuallyAsync(() => Task.FromResult(clock.Waiting == 1));
            Assert.False(running.IsCompleted);
            clock.PutForward(TimeSpan.FromDays(1));
        }

        await running.WaitAsync(Limit);
        Assert.Null(world.StandingStill.Fault);
    }

    [Fact]
    public async Task Given_a_start_timeout_that_no_timer_can_wait_for_when_it_is_over_then_the_task_ends_and_not_before()
    {
        using var ending = new CancellationTokenSource();
        var clock = new HandClock();
        var world = World(clock, new SimulatedDocker(hasImage: true), ending.Token);
        var loop = new TaskLoops(world).Begin(TaskMachine.Unknown(Some.Task(1)));
        var app = Some.Container("app") with { DependsOn = [new() { ContainerName = "db", Condition = "COMPLETE" }] };
        var db = Some.Container("db") with { StartTimeout = 60 * 24 * 60 * 60, Essential = false };
        await loop.PostAsync(new Assigned(clock.GetUtcNow(), Some.Start(1, 10, app, db)), CancellationToken.None);

        for (var day = 0; day < 60; day++)
        {
            await AgentFixture.EventuallyAsync(() => Task.FromResult(clock.Waiting == 1));
            Assert.Equal(LifecycleStatus.Pending, loop.State.Status);
            clock.PutForward(TimeSpan.FromDays(1));
        }

        await AgentFixture.EventuallyAsync(() => Task.FromResult(loop.State.Status == LifecycleStatus.Stopped));
        Assert.EndsWith("was not within 5184000 s of its start.", loop.State.Find("app")!.Failure);
        Assert.Null(world.StandingStill.Fault);
        await ending.CancelAsync();
    }

    [Fact]
    public async Task Given_a_clock_that_is_set_back_while_a_start_timeout_runs_then_it_is_over_when_so_much_time_has_passed()
    {
        using var ending = new CancellationTokenSource();
        var clock = new HandClock();
        var loop = new TaskLoops(World(clock, new SimulatedDocker(hasImage: true), ending.Token))
            .Begin(TaskMachine.Unknown(Some.Task(1)));
        var app = Some.Container("app") with { DependsOn = [new() { ContainerName = "db", Condition = "COMPLETE" }] };
        var db = Some.Container("db") with { StartTimeout = 60, Essential = false };
        await loop.PostAsync(new Assigned(clock.GetUtcNow(), Some.Start(1, 10, app, db)), CancellationToken.None);
        await AgentFixture.EventuallyAsync(() => Task.FromResult(clock.Waiting == 1));

        clock.SetBack(TimeSpan.FromHours(2));
        clock.PutForward(TimeSpan.FromSeconds(59));
        Assert.Equal(1, clock.Waiting);
        clock.PutForward(TimeSpan.FromSeconds(1));

        await AgentFixture.EventuallyAsync(() => Task.FromResult(loop.State.Status == LifecycleStatus.Stopped));
        Assert.EndsWith("was not within 60 s of its start.", loop.State.Find("app")!.Failure);
        await ending.CancelAsync();
    }

    private static TaskWorld World(TimeProvider clock, SimulatedDocker docker, CancellationToken ended) => new()
    {
        Driver = new Driver(docker),
        // No time passes here: a turn ends when it is given back.
        Turns = new Turns(new HandClock()),
        Journal = new NoDisk(),
        Report = _ => { },
        Clock = clock,
        CleanupAfter = TimeSpan.FromHours(3),
        Log = NullLogger.Instance,
        Ended = ended,
    };

    /// <summary>A driver of the double that the properties have.</summary>
    private sealed class Driver(SimulatedDocker docker) : IContainerDriver
    {
        public Task<Outcome> DoAsync(TaskState task, ContainerState container, Step step, CancellationToken ct) =>
            Task.FromResult(docker.Do(container, step));

        public Task<IReadOnlyList<SeenContainer>> ListAsync(Listing which, CancellationToken ct) =>
            throw new NotSupportedException();

        public Task WatchAsync(Action<ContainerSign> heard, CancellationToken ct) => throw new NotSupportedException();

        public Task<EngineFacts> DescribeAsync(CancellationToken ct) => throw new NotSupportedException();
    }
}
