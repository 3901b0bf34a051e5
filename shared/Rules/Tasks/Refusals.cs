using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Model.Fleet;
using Ecs.Placement.Scanning;

namespace Ecs.Rules.Tasks;

/// <summary>How a refusal for want of room is recorded.</summary>
public static class Refusals
{
    /// <summary>
    /// The event of a refusal, with its account in full, unless the cluster's last recorded one is the same: a caller
    /// that asks again and again would write it again and again.
    /// </summary>
    public static TaskPlacementFailed Of(
        ClusterState cluster, Wanted wanted, int count, Explanation why, DateTimeOffset now)
    {
        var isKnown = cluster.LastRefusal?.Digest == CanonicalJson.Digest(why.Account);
        return new TaskPlacementFailed
        {
            ClusterArn = cluster.Arn,
            TaskDefinitionArn = wanted.Definition.Arn!,
            Count = count,
            Group = wanted.Group,
            StartedBy = wanted.StartedBy,
            Failures = isKnown ? [] : why.Failures,
            Account = isKnown ? null : why.Account,
            AccountIn = isKnown ? cluster.LastRefusal!.Version : null,
            At = now,
        };
    }
}
