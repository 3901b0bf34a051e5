using System.Collections.Concurrent;
using System.Text.Json;
using Ecs.Agent.Reporting;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Reporting;

public sealed class ReporterTests
{
    private const string Bad = "\0 cannot be kept";

    /// <summary>What timers may be early by.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task Given_a_batch_with_one_bad_report_when_it_is_refused_then_all_others_are_told_and_it_is_kept()
    {
        using var ending = new CancellationTokenSource();
        var scheduler = new PickyScheduler();
        var reporter = new Reporter(scheduler, TimeProvider.System, NullLogger<Reporter>.Instance);
        for (var i = 0; i < 40; i++) reporter.Tell(Seen(i, LifecycleStatus.Running, i == 17 ? Bad : null));
        var answered = new ConcurrentQueue<string>();
        var running = reporter.RunAsync(new SubmitTaskStates(), Answered, static () => false, ending.Token);

        await UntilAsync(() => answered.Count == 39);
        Assert.DoesNotContain(Some.Task(17), answered);
        await UntilAsync(() => scheduler.Refusals.Count(tasks => tasks is [17]) > 1);

        // Others go on meanwhile, and are not told together with it.
        reporter.Tell(Seen(3, LifecycleStatus.Stopped, null));
        await UntilAsync(() => answered.Count == 40);

        // What is newer of it, and right, is told as soon as its turn comes; after that it is a task like others.
        reporter.Tell(Seen(17, LifecycleStatus.Stopped, null));
        await UntilAsync(() => answered.Contains(Some.Task(17)));
        reporter.Tell(Seen(17, LifecycleStatus.Stopped, null));
        await UntilAsync(() => answered.Count(task => task == Some.Task(17)) == 2);

        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(scheduler.Ids.Count, scheduler.Ids.Distinct().Count());

        void Answered(TaskObservation told, bool mustStop) => answered.Enqueue(told.TaskArn);
    }

    [Fact]
    public async Task Given_an_instance_that_is_not_registered_when_reports_are_refused_then_they_wait_together()
    {
        using var ending = new CancellationTokenSource();
        var scheduler = new PickyScheduler { Refuses = 2 };
        var reporter = new Reporter(scheduler, TimeProvider.System, NullLogger<Reporter>.Instance);
        for (var i = 0; i < 3; i++) reporter.Tell(Seen(i, LifecycleStatus.Running, null));
        var answered = 0;
        var running = reporter.RunAsync(
            new SubmitTaskStates(),
            (_, _) => answered++,
            static () => false,
            ending.Token);

        await UntilAsync(() => answered == 3);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(3, scheduler.Ids.Count);
    }

    [Fact]
    public void Given_a_task_that_waits_apart_when_newer_levels_come_then_none_overtakes_another()
    {
        var line = new ReportLine();
        var refused = Seen(1, LifecycleStatus.Pending, null);
        line.Add(refused);
        Assert.Single(line.Take());
        line.Add(Seen(1, LifecycleStatus.Running, null));

        line.SetApart(refused);

        Assert.Empty(line.Take());
        Assert.Equal(LifecycleStatus.Running, line.TakeApart()!.Status);
        Assert.True(line.Add(Seen(1, LifecycleStatus.Stopped, null)));
        line.Rejoin(Some.Task(1));
        Assert.Empty(line.Take());
        Assert.Equal(LifecycleStatus.Stopped, line.TakeApart()!.Status);
        line.Rejoin(Some.Task(1));
        Assert.False(line.Add(Seen(1, LifecycleStatus.Stopped, null)));
    }

    [Fact]
    public async Task Given_containers_that_start_when_levels_come_then_they_wait_for_each_other_and_go_with_the_last()
    {
        using var ending = new CancellationTokenSource();
        var scheduler = new PickyScheduler();
        var reporter = new Reporter(scheduler, new StoppedClock(), NullLogger<Reporter>.Instance);
        var (starts, asked) = (true, 0);
        var running = reporter.RunAsync(new SubmitTaskStates(), Ignore, Starts, ending.Token);
        for (var i = 0; i < 4; i++)
        {
            reporter.Tell(Seen(i, LifecycleStatus.Running, null));
            await UntilAsync(() => Volatile.Read(ref asked) > i);
        }

        Assert.Empty(scheduler.Accepted);

        Volatile.Write(ref starts, false);
        reporter.Tell(Seen(4, LifecycleStatus.Running, null));
        await UntilAsync(() => scheduler.Accepted.Sum(tasks => tasks.Count) == 5);
        Assert.True(scheduler.Accepted.First().Count >= 4, "they were told apart");
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        bool Starts()
        {
            Interlocked.Increment(ref asked);
            return Volatile.Read(ref starts);
        }
    }

    [Fact]
    public async Task Given_a_start_that_hangs_when_the_level_of_another_comes_then_it_is_told_all_the_same()
    {
        using var ending = new CancellationTokenSource();
        var scheduler = new PickyScheduler();
        var reporter = new Reporter(scheduler, TimeProvider.System, NullLogger<Reporter>.Instance);
        var running = reporter.RunAsync(new SubmitTaskStates(), Ignore, static () => true, ending.Token);
        var began = TimeProvider.System.GetTimestamp();
        reporter.Tell(Seen(1, LifecycleStatus.Running, null));
        await UntilAsync(() => scheduler.Accepted.Count == 1);
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= Reporter.Company - Tick, "it did not wait");
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void Given_ends_that_were_seen_in_another_order_when_they_are_told_then_it_is_by_when_they_happened()
    {
        var line = new ReportLine();
        int[] order = [3, 1, 4, 0, 2];
        foreach (var task in order)
        {
            line.Add(Seen(9 - task, LifecycleStatus.Stopped, null) with { StoppedAt = Some.Time.AddSeconds(task) });
        }

        Assert.Equal([9, 8, 7, 6, 5], line.Take().Select(told => Convert.ToInt32(told.TaskArn[^8..], 16)));
        Assert.Empty(line.Take());
    }

    [Fact]
    public void Given_more_ends_than_go_together_when_they_are_told_then_the_first_that_happened_go_first()
    {
        var line = new ReportLine();
        var many = Enumerable.Range(0, SubmitTaskStates.MaxTasks + 50).Reverse().ToList();
        foreach (var task in many)
        {
            line.Add(Seen(task, LifecycleStatus.Stopped, null) with { StoppedAt = Some.Time.AddSeconds(task) });
        }

        Assert.True(line.IsFull);
        var told = line.Take().Concat(line.Take()).Select(level => level.StoppedAt).ToList();
        Assert.Equal(many.Count, told.Count);
        Assert.Equal(told.Order(), told);
    }

    private static void Ignore(TaskObservation told, bool mustStop)
    {
    }

    private static TaskObservation Seen(int task, LifecycleStatus status, string? reason) => new()
    {
        TaskArn = Some.Task(task),
        Status = status,
        Reason = reason,
        ObservedAt = Some.Time,
        Containers = [],
    };

    private static async Task UntilAsync(Func<bool> holds)
    {
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (!holds())
        {
            Assert.True(DateTime.UtcNow < deadline, "it did not come to hold");
            await Task.Delay(10);
        }
    }

    /// <summary>A double of the Scheduler that refuses what holds a bad report, as the real one does: whole.</summary>
    private sealed class PickyScheduler : ICommandSender
    {
        public int Refuses { get; set; }

        public ConcurrentQueue<string> Ids { get; } = new();

        public ConcurrentQueue<int[]> Refusals { get; } = new();

        public ConcurrentQueue<IReadOnlyList<TaskObservation>> Accepted { get; } = new();

        public async Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct)
        {
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            Ids.Enqueue(command.CommandId!);
            if (Refuses-- > 0)
            {
                return new Answer { Error = new(ErrorTypes.Client, "register first") { Field = "containerInstance" } };
            }

            var tasks = ((SubmitTaskStates)command).Tasks!;
            if (tasks.All(task => task.Reason != Bad))
            {
                Accepted.Enqueue(tasks);
                return new Answer { Result = JsonSerializer.SerializeToElement(new SubmitTaskStatesResult([]), EcsJson.Options) };
            }

            Refusals.Enqueue([.. tasks.Select(task => Convert.ToInt32(task.TaskArn[^8..], 16))]);
            return new Answer { Error = new(ErrorTypes.Client, "NUL") { Field = "tasks[0].reason" } };
        }
    }

    /// <summary>A double of a clock that stands still: no wait ends by the time.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer();

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
