using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>
/// One task's step function: state and event in, state and effects out. It has no clock and does nothing itself, so
/// that a simulation can run it. Every event may come late, twice or never: levels are compared, and they only rise.
/// </summary>
internal static class TaskMachine
{
    /// <summary>The pause after Docker could not be asked once; it doubles with each time.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause, so that wanted and actual come together within seconds of Docker's return.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>A task of which nothing is known but its name.</summary>
    public static TaskState Unknown(string taskArn) => new() { TaskArn = taskArn };

    /// <summary>What an event makes of a task, and what is to be done for it.</summary>
    public static (TaskState State, IReadOnlyList<Effect> Effects) Step(TaskState before, TaskEvent happened)
    {
        var settled = Settling.Settle(TaskFold.Apply(before, happened), happened.At);
        var (after, work) = Work(Abandon(settled, happened.At), happened.At);

        var effects = new List<Effect>(work.Where(IsHarmless));
        var isKept = MustBeKept(before, after);
        if (isKept) effects.Add(new Effect.Save());
        var abandoned = settled.Containers.Where(c => IsAbandoned(settled, c));
        effects.AddRange(abandoned.Select(c => new Effect.Abandon(c.Name)));
        effects.AddRange(work.Where(effect => !IsHarmless(effect)));
        if (Observations.Differ(before, after)) effects.Add(new Effect.Report(Observations.Of(after, happened.At)));
        if (!isKept && IsWorthKeeping(before, after)) effects.Add(new Effect.SaveSoon());
        if (after is { Status: LifecycleStatus.Stopped, Desired: < Desired.Removed, StoppedAt: { } ended } &&
            (happened is Began || before.Status != LifecycleStatus.Stopped))
        {
            effects.Add(new Effect.AwaitCleanup(ended));
        }

        if (Dependencies.NextTimeout(after) is { } due && !(after.WakesAt <= due))
        {
            effects.Add(new Effect.AwaitTimeout(due));
            after = after with { WakesAt = due };
        }

        if (IsDone(after)) effects.Add(new Effect.Forget());
        return (after, effects);
    }

    /// <summary>How long to wait before Docker is asked again after so many misses in a row.</summary>
    public static TimeSpan Pause(int misses) => misses == 0
        ? TimeSpan.Zero
        : TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(misses - 1, 16)));

    private static (TaskState State, List<Effect> Work) Work(TaskState task, DateTimeOffset at)
    {
        var work = new List<Effect>();
        if (task is { Undiscovered: true, Discovering: false })
        {
            work.Add(new Effect.Discover(Pause(task.Misses)));
            task = task with { Discovering = true };
        }

        var gates = task;
        foreach (var container in gates.Containers)
        {
            if (container.Doing != Tasks.Step.None) continue;

            var step = ContainerTable.Next(container.WantedIn(gates.Desired), container.Observed);
            if (step == Tasks.Step.None || !Precedence.Allow(gates, container, step)) continue;

            if (step == Tasks.Step.Pull) task = task with { PullStartedAt = task.PullStartedAt ?? at };
            task = task.With(container with { Doing = step });

            // A creation comes before each pull, and has waited for both.
            var tries = step is Tasks.Step.Pull or Tasks.Step.Inspect ? 0 : container.Refusals;
            work.Add(new Effect.Begin(container.Name, step, Pause(Math.Max(tries, container.Misses))));
        }

        return (task, work);
    }

    // A pull may take hours, and nobody waits for it any more. Other steps are short: their end is awaited.
    private static bool IsAbandoned(TaskState task, ContainerState container) =>
        container.Doing == Tasks.Step.Pull && container.WantedIn(task.Desired) >= Desired.Stopped;

    private static TaskState Abandon(TaskState task, DateTimeOffset at)
    {
        var left = task;
        foreach (var container in task.Containers.Where(c => IsAbandoned(task, c)))
        {
            left = left.With(container with { Doing = Tasks.Step.None });
        }

        return ReferenceEquals(left, task) ? task : Settling.Rise(left, at);
    }

    // A container that was made and not started has done nothing, and Docker tells of it: it is made while the disk is
    // waited for. Nothing else may be begun that the journal does not know.
    private static bool IsHarmless(Effect effect) => effect is Effect.Begin { Step: Tasks.Step.Create };

    private static bool MustBeKept(TaskState before, TaskState after) =>
        before.Desired != after.Desired ||
        before.Undiscovered != after.Undiscovered ||
        (after.Status == LifecycleStatus.Stopped && before.Status != after.Status) ||
        before.Containers.Count(c => c.Failure is not null) != after.Containers.Count(c => c.Failure is not null) ||
        !before.Containers.Select(c => (c.RestartOf, c.Restart, c.Obstructed))
            .SequenceEqual(after.Containers.Select(c => (c.RestartOf, c.Restart, c.Obstructed)));

    private static bool IsWorthKeeping(TaskState before, TaskState after) =>
        before.Status != after.Status || before.Acknowledged != after.Acknowledged ||
        before.Containers.Select(c => (c.Status, c.Health))
            .SequenceEqual(after.Containers.Select(c => (c.Status, c.Health))) is false;

    private static bool IsDone(TaskState task) =>
        task is { Desired: Desired.Removed, Acknowledged: true } &&
        task.Containers.All(c => c is { Doing: Tasks.Step.None, Observed: Observed.Absent or Observed.ImageMissing });
}
