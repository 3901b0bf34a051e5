using Ecs.Agent.Assigning;
using Ecs.Agent.Docker;
using Ecs.Agent.Journal;
using Ecs.Agent.Running;
using Ecs.Agent.Tasks;
using Ecs.Agent.Tests.Driving;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Running;

public sealed class TaskLoopTests
{
    /// <summary>Long enough for any machine: a wait that nobody ends has no other end.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Given_an_event_that_waits_for_the_journal_when_the_agent_ends_then_its_sender_is_told_that_it_was_given_up()
    {
        using var ending = new CancellationTokenSource();
        var loop = Loop(new FullDisk(), ending.Token);
        var running = loop.RunAsync();
        var posts = Enumerable.Range(1, 3).Select(_ => loop.PostAsync(Assigned(), CancellationToken.None)).ToList();

        await ending.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Limit));
        foreach (var post in posts)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post.WaitAsync(Limit));
        }
    }

    [Fact]
    public async Task Given_an_agent_that_has_ended_when_an_event_comes_then_its_sender_is_told_that_it_was_given_up()
    {
        using var ending = new CancellationTokenSource();
        var loop = Loop(new FullDisk(), ending.Token);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop.RunAsync().WaitAsync(Limit));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => loop.PostAsync(Assigned(), CancellationToken.None).WaitAsync(Limit));
    }

    [Fact]
    public async Task Given_a_task_that_is_known_when_it_is_to_be_looked_after_again_then_no_other_loop_is_made()
    {
        using var ending = new CancellationTokenSource();
        var loops = new TaskLoops(World(new NoDisk(), ending.Token));
        var task = TaskMachine.Unknown(Some.Task(1));
        var loop = loops.Begin(task);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++) Assert.Same(loop, loops.Begin(task));

        // What a loop hangs on the Agent's end alone is more than that.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000 * 100);
        await ending.CancelAsync();
    }

    [Fact]
    public async Task Given_a_task_that_waits_for_its_disk_when_signs_of_docker_fill_its_line_then_an_answer_still_has_room()
    {
        using var ending = new CancellationTokenSource();
        var loop = Loop(new FullDisk(), ending.Token);
        for (var i = 0; i < TaskLoop.MaxWaiting; i++) loop.Hint(new Changed(Some.Time, "web", 0));

        var ends = Enumerable.Range(0, TaskLoop.MaxWaiting - TaskLoop.MaxSigns)
            .Select(_ => loop.TellAsync(new Acknowledged(Some.Time, LifecycleStatus.Stopped)));

        Assert.All(ends, end => Assert.True(end.IsCompletedSuccessfully));
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop.RunAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task Given_a_bug_that_ends_a_loop_or_a_step_when_health_is_asked_then_it_names_the_task_and_others_go_on()
    {
        using var ending = new CancellationTokenSource();
        var world = World(new BuggyDisk(Some.Task(1)), ending.Token);
        var loops = new TaskLoops(world);
        // A stop begins nothing before it is kept: it is the loop itself that ends.
        var ended = loops.Begin(TaskMachine.Unknown(Some.Task(1)))
            .PostAsync(new StopAsked(Some.Time, 10), CancellationToken.None);
        var other = loops.Begin(TaskMachine.Unknown(Some.Task(2)));
        await ended.WaitAsync(Limit);

        // The engine that is never asked throws at its first step.
        await other.PostAsync(Assigned(), CancellationToken.None).WaitAsync(Limit);

        await AgentFixture.EventuallyAsync(() => Task.FromResult(world.StandingStill.Fault is { } fault &&
            fault.Contains(TaskMachine.Unknown(Some.Task(1)).Id) && fault.Contains(TaskMachine.Unknown(Some.Task(2)).Id)));
        await ending.CancelAsync();
    }

    [Fact]
    public async Task Given_a_task_that_waits_for_its_disk_when_its_time_is_over_then_the_message_is_taken_over_without_it()
    {
        using var ending = new CancellationTokenSource();
        var clock = new HandClock();
        var world = World(new FullDisk(), ending.Token) with { Clock = clock };
        var desk = new AssignmentDesk(Some.Instance, new TaskLoops(world), world.Report, world);
        await desk.AcceptAsync(Some.List(5), CancellationToken.None);
        var accepting = desk.AcceptAsync(Some.Message(Some.Start(1, 10)), CancellationToken.None);
        await AgentFixture.EventuallyAsync(() => Task.FromResult(clock.Waiting == 1));
        clock.PutForward(AssignmentDesk.KeepTime - TimeSpan.FromTicks(1));
        Assert.False(accepting.IsCompleted);

        clock.PutForward(TimeSpan.FromTicks(1));

        await accepting.WaitAsync(Limit);
        await ending.CancelAsync();
    }

    [Fact]
    public async Task Given_ends_that_nobody_has_acknowledged_when_the_Agent_is_back_then_they_are_told_at_once_and_by_when_they_were()
    {
        using var ending = new CancellationTokenSource();
        var told = new List<string>();
        var world = World(new NoDisk(), ending.Token) with { Report = observation => told.Add(observation.TaskArn) };
        var desk = new AssignmentDesk(Some.Instance, new TaskLoops(world), world.Report, world);

        desk.Resume([Ended(1, 30), Ended(2, 20), Ended(3, 10), Ended(4, 5) with { Acknowledged = true }]);
        Assert.Equal([Some.Task(1), Some.Task(2), Some.Task(3)], told);
        told.Clear();
        desk.TellAll();

        Assert.Equal([Some.Task(3), Some.Task(2), Some.Task(1)], told);
        await ending.CancelAsync();
    }

    private static TaskState Ended(int task, int second) => TaskMachine.Unknown(Some.Task(task)) with
    {
        Desired = Desired.Stopped,
        Status = LifecycleStatus.Stopped,
        StoppedAt = Some.Time.AddSeconds(second),
    };

    private static Assigned Assigned() => new(Some.Time, new TaskAssignment
    {
        TaskArn = Some.Task(1),
        Number = 10,
        DesiredStatus = DesiredStatus.Running,
        Family = "some",
        Revision = 1,
        Containers = [Some.Container("web")],
    });

    private static TaskLoop Loop(ITaskJournal journal, CancellationToken ended) =>
        new(TaskMachine.Unknown(Some.Task(1)), World(journal, ended));

    private static TaskWorld World(ITaskJournal journal, CancellationToken ended) => new()
    {
        Driver = new NoDocker(),
        Turns = new Turns(TimeProvider.System),
        Journal = journal,
        Report = _ => { },
        Clock = TimeProvider.System,
        CleanupAfter = TimeSpan.FromHours(1),
        Log = NullLogger.Instance,
        Ended = ended,
    };

    /// <summary>A double of a journal on a disk that never takes anything.</summary>
    private sealed class FullDisk : ITaskJournal
    {
        public IReadOnlyList<TaskState> Load() => [];

        public Task SaveAsync(TaskState task, CancellationToken ct) => Task.Delay(Timeout.Infinite, ct);

        public Task SaveSoonAsync(TaskState task, CancellationToken ct) => Task.CompletedTask;

        public Task RemoveAsync(TaskState task, CancellationToken ct) => Task.CompletedTask;
    }

    /// <summary>A double of a journal with a bug that one task meets.</summary>
    private sealed class BuggyDisk(string task) : ITaskJournal
    {
        public IReadOnlyList<TaskState> Load() => [];

        public Task SaveAsync(TaskState kept, CancellationToken ct) =>
            kept.TaskArn == task ? throw new InvalidOperationException("a bug") : Task.CompletedTask;

        public Task SaveSoonAsync(TaskState kept, CancellationToken ct) => Task.CompletedTask;

        public Task RemoveAsync(TaskState kept, CancellationToken ct) => Task.CompletedTask;
    }

    /// <summary>A double of an engine that is never asked.</summary>
    private sealed class NoDocker : IContainerDriver
    {
        public Task<Outcome> DoAsync(TaskState task, ContainerState container, Step step, CancellationToken ct) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<SeenContainer>> ListAsync(Listing which, CancellationToken ct) =>
            throw new NotSupportedException();

        public Task WatchAsync(Action<ContainerSign> heard, CancellationToken ct) => throw new NotSupportedException();

        public Task<EngineFacts> DescribeAsync(CancellationToken ct) => throw new NotSupportedException();
    }
}
