using System.Collections.Concurrent;
using Ecs.Agent.Assigning;
using Ecs.Agent.Docker;
using Ecs.Agent.Running;
using Ecs.Agent.Tasks;
using Ecs.Agent.Tests.Driving;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Running;

/// <summary>An engine that does late what it was asked for in time: the task has failed, or is forgotten, by then.</summary>
public sealed class LateContainerTests : IAsyncDisposable
{
    private static readonly TimeSpan CleanupAfter = TimeSpan.FromHours(3);

    private readonly CancellationTokenSource _ending = new();
    private readonly LateEngine _engine = new();
    private readonly ConcurrentQueue<TaskObservation> _told = new();
    private readonly HandClock _clock = new();
    private readonly TaskLoops _loops;
    private readonly AssignmentDesk _desk;
    private readonly Task _sweeping;

    public LateContainerTests()
    {
        var world = new TaskWorld
        {
            Driver = _engine,
            Turns = new Turns(_clock),
            Journal = new NoDisk(),
            Report = told =>
            {
                _told.Enqueue(told);
                _loops!.Find(told.TaskArn)?.Pass(new Acknowledged(_clock!.GetUtcNow(), told.Status));
            },
            Forget = task => _desk!.Forget(task),
            Clock = _clock,
            CleanupAfter = CleanupAfter,
            Log = NullLogger.Instance,
            Ended = _ending.Token,
        };
        _loops = new TaskLoops(world);
        _desk = new AssignmentDesk(Some.Instance, _loops, world.Report, world);
        _sweeping = new Watch(_engine, _loops, _desk, world).SweepAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _sweeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    [Fact]
    public async Task Given_a_creation_that_is_done_after_its_task_has_failed_when_the_task_is_cleaned_up_then_it_goes_too()
    {
        await FailAsync();
        _engine.DoLate();
        await SweepUntilAsync(() => _loops.Find(Some.Task(1))!.State.Containers[0].Observed == Observed.Created);
        Assert.Equal(LifecycleStatus.Stopped, _loops.Find(Some.Task(1))!.State.Status);

        await CleanUpUntilAsync(() => _engine.Made is null && _loops.Find(Some.Task(1)) is null);

        Assert.Equal(0, _engine.Starts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Given_a_creation_that_is_done_after_its_task_is_forgotten_when_it_is_seen_before_a_list_or_after_then_it_goes(
        bool isSweepFirst)
    {
        await FailAsync();
        await CleanUpUntilAsync(() => _loops.Find(Some.Task(1)) is null);
        if (!isSweepFirst) await _desk.AcceptAsync(Some.List(20), CancellationToken.None);
        _engine.DoLate();
        await SweepUntilAsync(() => _loops.Find(Some.Task(1)) is not null);
        // The list tells the Scheduler of what nobody has told of; it knows the task as STOPPED.
        await _desk.AcceptAsync(Some.List(30), CancellationToken.None);
        if (!isSweepFirst) _desk.Stop(Some.Task(1));
        await UntilAsync(() => _loops.Find(Some.Task(1))!.State is { Status: LifecycleStatus.Stopped, Acknowledged: true });

        await CleanUpUntilAsync(() => _engine.Made is null && _loops.Find(Some.Task(1)) is null);

        Assert.Equal(0, _engine.Starts);
    }

    [Fact]
    public async Task Given_late_containers_of_a_task_that_is_forgotten_when_its_start_is_repeated_after_they_went_then_nothing_is_begun()
    {
        await FailAsync();
        await CleanUpUntilAsync(() => _loops.Find(Some.Task(1)) is null);
        _engine.DoLate();
        await SweepUntilAsync(() => _loops.Find(Some.Task(1)) is { State: { Status: LifecycleStatus.Stopped, Acknowledged: true } });
        await CleanUpUntilAsync(() => _engine.Made is null && _loops.Find(Some.Task(1)) is null);

        await _desk.AcceptAsync(Some.Message(Some.Start(1, 10)), CancellationToken.None);

        Assert.Null(_loops.Find(Some.Task(1)));
    }

    [Fact]
    public async Task Given_a_list_of_docker_that_is_older_than_a_clean_up_when_it_arrives_after_it_then_the_task_stays_forgotten()
    {
        await FailAsync();
        _engine.DoLate();
        await SweepUntilAsync(() => _loops.Find(Some.Task(1))!.State.Containers[0].Observed == Observed.Created);
        var arrival = _engine.HoldLists();
        var lists = _engine.Lists;
        await SweepUntilAsync(() => _engine.Lists > lists);
        await CleanUpUntilAsync(() => _engine.Made is null && _loops.Find(Some.Task(1)) is null);

        arrival.SetResult();

        await SweepUntilAsync(() => _engine.Lists > lists + 1);
        Assert.Null(_loops.Find(Some.Task(1)));
    }

    private async Task FailAsync()
    {
        await _desk.AcceptAsync(Some.List(5), CancellationToken.None);
        await _desk.AcceptAsync(Some.Message(Some.Start(1, 10)), CancellationToken.None);
        await UntilAsync(() => _loops.Find(Some.Task(1))!.State is { Status: LifecycleStatus.Stopped, Acknowledged: true });
        Assert.Equal(Observed.Absent, _loops.Find(Some.Task(1))!.State.Containers[0].Observed);
    }

    private Task SweepUntilAsync(Func<bool> holds) => PutForwardUntilAsync(Watch.SweepEvery, holds);

    private Task CleanUpUntilAsync(Func<bool> holds) => PutForwardUntilAsync(CleanupAfter, holds);

    // Again and again: a task is seen to have ended a moment before it waits for its clean-up.
    private Task PutForwardUntilAsync(TimeSpan time, Func<bool> holds) => AgentFixture.EventuallyAsync(() =>
    {
        _clock.PutForward(time);
        return Task.FromResult(holds());
    });

    private static Task UntilAsync(Func<bool> holds) => AgentFixture.EventuallyAsync(() => Task.FromResult(holds()));

    /// <summary>A double of an engine that takes too long for a creation, and does it when the test wants.</summary>
    private sealed class LateEngine : IContainerDriver
    {
        private (string Task, ContainerState Container)? _asked;
        private volatile Task _arrival = Task.CompletedTask;
        private volatile int _lists;

        public SeenContainer? Made { get; private set; }

        public int Starts { get; private set; }

        /// <summary>How many lists were made.</summary>
        public int Lists => _lists;

        /// <summary>From now on a list arrives only when what is given has come: it is made when it is asked for.</summary>
        public TaskCompletionSource HoldLists()
        {
            var arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _arrival = arrival.Task;
            return arrival;
        }

        public void DoLate() => Made = new SeenContainer
        {
            TaskArn = _asked!.Value.Task,
            Name = _asked.Value.Container.Name,
            DockerName = _asked.Value.Container.DockerName,
            RuntimeId = "late",
            Image = "busybox:1",
            Observed = Observed.Created,
        };

        public Task<Outcome> DoAsync(TaskState task, ContainerState container, Step step, CancellationToken ct)
        {
            switch (step)
            {
                case Step.Create:
                    _asked = (task.TaskArn, container);
                    return Task.FromResult<Outcome>(new Outcome.TimedOut("DockerTimeoutError: too slow"));
                case Step.Inspect:
                    return Task.FromResult<Outcome>(Made is null ? new Outcome.Missing() : new Outcome.Found(
                        new ContainerFacts { RuntimeId = Made.RuntimeId, Observed = Made.Observed }));
                case Step.Remove:
                    Made = null;
                    return Task.FromResult<Outcome>(new Outcome.Finished());
                default:
                    Starts++;
                    return Task.FromResult<Outcome>(new Outcome.Unreachable());
            }
        }

        public async Task<IReadOnlyList<SeenContainer>> ListAsync(Listing which, CancellationToken ct)
        {
            IReadOnlyList<SeenContainer> list = Made is { } made ? [made] : [];
            var arrival = _arrival;
            Interlocked.Increment(ref _lists);
            await arrival.WaitAsync(ct);
            return list;
        }

        public Task WatchAsync(Action<ContainerSign> heard, CancellationToken ct) => throw new NotSupportedException();

        public Task<EngineFacts> DescribeAsync(CancellationToken ct) => throw new NotSupportedException();
    }
}
