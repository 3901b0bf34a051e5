using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Model.Fleet;
using Ecs.Scheduler.Placement;

namespace Ecs.Scheduler.Tasks;

/// <summary>How a refusal for want of room is recorded.</summary>
internal static class Refusals
{
    /// <summary>
    /// The event of a refusal, with its account in full, unless the cluster's last recorded one is the same: a caller
    /// that asks again and again would write it again and again.
    /// </summary>
    public static TaskPlacementFailed Of(
        ClusterState cluster, Wanted wanted, int count, Sought.NoRoom none, DateTimeOffset now)
    {
        var isKnown = cluster.LastRefusal?.Digest == CanonicalJson.Digest(none.Account);
        return new TaskPlacementFailed
        {
            ClusterArn = cluster.Arn,
            TaskDefinitionArn = wanted.Definition.Arn!,
            Count = count,
            Group = wanted.Group,
            StartedBy = wanted.StartedBy,
            Failures = isKnown ? [] : none.Failures,
            Account = isKnown ? null : none.Account,
            AccountIn = isKnown ? cluster.LastRefusal!.Version : null,
            At = now,
        };
    }
}
