using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules.Tasks;

namespace Ecs.Rules.Clusters;

/// <summary>What follows from a restore of the log from a backup, before any Agent has spoken.</summary>
public static class RestoreDecisions
{
    /// <summary>The <c>stoppedReason</c> of tasks that waited for room in the backup.</summary>
    public const string WaitedReason =
        "The log was restored from a backup in which this task waited for room: whether it has run since is not known, "
        + "and no task runs twice";

    /// <summary>
    /// Every cluster is told. A task that waited for room may have had it since, on an instance that nobody remembers:
    /// it ends, for a task runs once. One that had its place is its Agent's to tell of.
    /// </summary>
    public static Decision Decide(FleetState fleet, ObserveRestore command, DateTimeOffset now)
    {
        if (command is not { Position: >= 0, From: { } from, Hash: { } hash, LogTime: { } logTime }
            || from <= command.Position)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "from must be above position, and hash and logTime be given.", "from");
        }

        var clusters = fleet.Clusters.Values.Where(cluster => cluster.IsActive).ToList();
        var restored = clusters.Select(IEvent (cluster) => new ClusterRestored
        {
            ClusterArn = cluster.Arn,
            Position = command.Position.Value,
            Hash = hash,
            LogTime = logTime,
            From = from,
            At = now,
        });
        var ended = clusters.SelectMany(cluster => cluster.Tasks.Values)
            .Where(task => task.Waiting is not null)
            .Select(IEvent (task) => StopReasons.Ended(task, StopCode.TaskFailedToStart, WaitedReason, now))
            .ToList();
        return Decision.Accept(new ObserveRestoreResult(clusters.Count, ended.Count), [.. restored, .. ended]);
    }
}
