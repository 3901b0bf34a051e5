using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;

namespace Ecs.Auditor.Explaining;

/// <summary>The plain scan, asked anew for what a task asked for.</summary>
internal static class Searching
{
    /// <summary>The full account of the search for a task's place in a cluster as it was.</summary>
    public static PlacementAccount Account(ClusterState cluster, TaskBegun task) =>
        Scan.Explain(cluster, PlacementRequest.Of(task)).Account;
}
