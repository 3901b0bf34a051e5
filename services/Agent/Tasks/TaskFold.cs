using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>What an event says about a task, before anything is concluded from it.</summary>
internal static class TaskFold
{
    /// <summary>The task after the event.</summary>
    public static TaskState Apply(TaskState task, TaskEvent happened) => happened switch
    {
        Began => task,
        TimePassed => task with { WakesAt = null },
        Assigned assigned => Assign(task, assigned.Assignment),
        StopAsked asked => Stop(task, asked.Number),
        Acknowledged { Status: LifecycleStatus.Stopped } when task.Status == LifecycleStatus.Stopped =>
            CleanUp(task with { Acknowledged = true }),
        Acknowledged => task,
        CleanupDue when task.Status == LifecycleStatus.Stopped => CleanUp(task with { IsCleanupDue = true }),
        CleanupDue => task,
        Discovered found when task.Discovering =>
            task with { Discovering = false, Undiscovered = false, Misses = 0, Containers = found.Containers },
        NotDiscovered when task.Discovering => task with { Discovering = false, Misses = task.Misses + 1 },
        Discovered or NotDiscovered => task,
        ContainerEvent container => Apply(task, container),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no such event"),
    };

    // Until the log knows of the task's end, what ended is all that tells of it should the journal be lost: without it
    // a full list would have the task made a second time.
    private static TaskState CleanUp(TaskState task) =>
        task is { IsCleanupDue: true, Acknowledged: true } ? task with { Desired = Desired.Removed } : task;

    private static TaskState Assign(TaskState task, TaskAssignment assignment)
    {
        if (task.Desired >= Desired.Running) return task;

        var definitions = assignment.Containers ?? [];
        var family = assignment.Family ?? "";
        var revision = assignment.Revision ?? 0;
        var assigned = task with
        {
            Number = assignment.Number,
            Desired = Desired.Running,
            Family = family,
            Revision = revision,
            Settings = assignment.Settings ?? new(),
            Containers = [.. definitions.Select(definition => Make(definition))],
        };
        return Precedence.FindImpossible(definitions, assigned.Settings) is { } impossible
            ? assigned.FailedBy(impossible.Container, impossible.Reason)
            : assigned;

        ContainerState Make(ContainerDefinition definition)
        {
            var name = definition.Name ?? "";
            var known = task.Find(name) is { } found ? found with { Definition = definition } : new ContainerState
            {
                Definition = definition,
                DockerName = DockerNames.Of(family, $"{revision}", name, task.Id),
                Observed = Observed.Absent,
            };
            if (assignment.StoppedContainers?.FirstOrDefault(c => c.Name == name) is { } stopped)
            {
                return End(known, stopped);
            }

            if (known.RuntimeId is not null) return known;

            // One that the log knows of, or may have known of, is looked for, and never made again: a journal that
            // says nothing of it may be older than the log.
            var id = assignment.RuntimeIds?.GetValueOrDefault(name);
            var mayHaveRun = known.MayHaveRun || (id is null && assignment.MayHaveRun is true);
            return id is null && !mayHaveRun
                ? known
                : known with { RuntimeId = id, MayHaveRun = mayHaveRun, Observed = Observed.Unknown };
        }
    }

    // One that the log has as STOPPED is that for good, whatever Docker has of it, and is told as it was.
    private static ContainerState End(ContainerState known, ContainerObservation stopped)
    {
        var ended = known with
        {
            Status = LifecycleStatus.Stopped,
            RuntimeId = known.RuntimeId ?? stopped.RuntimeId,
            ImageDigest = known.ImageDigest ?? stopped.ImageDigest,
            ExitCode = known.ExitCode ?? stopped.ExitCode,
            Failure = known.Failure ?? (stopped.StartedAt is null ? stopped.Reason : null),
            EndReason = known.EndReason ?? (stopped.StartedAt is null ? null : stopped.Reason),
            StartedAt = known.StartedAt ?? stopped.StartedAt,
            StoppedAt = known.StoppedAt ?? stopped.StoppedAt,
            Health = stopped.Health ?? known.Health,
            Restart = known.Restart ?? stopped.Restart,
        };
        return known.RuntimeId is null ? ended.Restored() : ended;
    }

    // A task of which nothing is known may still have containers: the journal may have been lost.
    private static TaskState Stop(TaskState task, long number) => task.Desired >= Desired.Stopped
        ? task with { Number = Math.Max(task.Number, number) }
        : task with
        {
            Number = Math.Max(task.Number, number),
            Desired = Desired.Stopped,
            Undiscovered = task.Containers.Count == 0,
        };

    private static TaskState Apply(TaskState task, ContainerEvent happened)
    {
        if (task.Find(happened.Container) is not { } container) return task;

        if (happened is Stepped { Step: Step.Pull } pull && container.Doing == Step.Pull &&
            pull.Outcome is not Outcome.Unreachable)
        {
            task = task with { PullStoppedAt = happened.At };
        }

        return task.With(ContainerFold.Apply(container, happened));
    }
}
