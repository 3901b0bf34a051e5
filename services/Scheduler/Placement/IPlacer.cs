using Ecs.Model.Fleet;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;

namespace Ecs.Scheduler.Placement;

/// <summary>Chooses places. The same cluster and request always give the same answer: that of the plain scan.</summary>
internal interface IPlacer
{
    /// <summary>The place of one task; null where there is none.</summary>
    Place? Choose(ClusterState cluster, PlacementRequest request);
}

/// <summary>The plain scan itself.</summary>
internal sealed class ScanPlacer : IPlacer
{
    /// <inheritdoc/>
    public Place? Choose(ClusterState cluster, PlacementRequest request) => Scan.Choose(cluster, request);
}
