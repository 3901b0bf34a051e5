using Ecs.Contracts.Agents;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Rules.Tasks;

/// <summary>What a report tells of restarts, which are events of their own.</summary>
internal static class Restarts
{
    /// <summary>The restarts that the log does not know yet; null where there are none.</summary>
    public static TaskContainersRestarted? Of(TaskState task, TaskObservation seen, DateTimeOffset now)
    {
        var restarted = seen.Containers
            .Where(c => task.Origin.Containers.Any(placed => placed.Name == c.Name))
            .Select(c => Next(task.Containers.GetValueOrDefault(c.Name), c))
            .OfType<ContainerObservation>()
            .ToList();
        return restarted.Count == 0 ? null : new TaskContainersRestarted
        {
            TaskArn = task.Origin.TaskArn,
            Containers = restarted,
            At = now,
        };
    }

    /// <summary>
    /// The containers with the restarts that the log knows: new ones are told by themselves, and a report of before
    /// one, which comes late, takes none away.
    /// </summary>
    public static IReadOnlyList<ContainerObservation> Without(
        TaskState task, IReadOnlyList<ContainerObservation> containers) =>
    [
        .. containers.Select(c => c with { Restart = task.Containers.GetValueOrDefault(c.Name)?.Restart }),
    ];

    // An Agent that has lost its journal counts from the beginning again: the later time is news all the same.
    private static ContainerObservation? Next(ContainerObservation? known, ContainerObservation seen)
    {
        if (seen.Restart is not { } restart) return null;

        var before = known?.Restart;
        if (before is not null && restart.Count <= before.Count && restart.At <= before.At) return null;

        // It ran when it was started again, whatever came of it since: that is told after this. What Docker says of a
        // run it says of the newest: a host port of its choice is another one each time.
        var told = known ?? new ContainerObservation { Name = seen.Name, Status = LifecycleStatus.Running };
        return told with
        {
            Status = told.Status > LifecycleStatus.Running ? told.Status : LifecycleStatus.Running,
            RuntimeId = seen.RuntimeId ?? told.RuntimeId,
            ImageDigest = seen.ImageDigest ?? told.ImageDigest,
            NetworkBindings = seen.NetworkBindings,
            Restart = restart with { Count = Math.Max(restart.Count, (before?.Count ?? 0) + 1) },
            StartedAt = restart.At,
            Health = seen.Health is null ? null : ContainerHealth.Unknown,
        };
    }
}
