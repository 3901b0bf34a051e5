using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Scheduler.Placement;

/// <summary>What the search for a place came to: a place, or why there is none.</summary>
internal abstract record Sought
{
    /// <summary>There is a place.</summary>
    public sealed record Found(InstanceState Instance, PlacementChoice Choice) : Sought;

    /// <summary>There is none.</summary>
    /// <param name="Account">Why, in full.</param>
    /// <param name="Failures">The same as ECS says it.</param>
    public sealed record NoRoom(PlacementAccount Account, IReadOnlyList<Failure> Failures) : Sought;
}

/// <summary>Looks for places. The same cluster and task always give the same answer.</summary>
internal interface IPlacer
{
    /// <summary>Looks for the place of one task.</summary>
    Sought Seek(ClusterState cluster, TaskBegun task);
}
