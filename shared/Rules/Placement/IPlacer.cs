using Ecs.Model.Fleet;
using Ecs.Placement.Asking;
using Ecs.Placement.Indexing;
using Ecs.Placement.Scanning;

namespace Ecs.Rules.Placement;

/// <summary>Chooses places. The same cluster and request always give the same answer: that of the plain scan.</summary>
public interface IPlacer
{
    /// <summary>The place of one task; null where there is none.</summary>
    Place? Choose(ClusterState cluster, PlacementRequest request);
}

/// <summary>The index, which follows whatever state it is asked about.</summary>
public sealed class IndexPlacer : IPlacer
{
    private PlacementIndex _index = new();

    /// <inheritdoc/>
    public Place? Choose(ClusterState cluster, PlacementRequest request)
    {
        try
        {
            return _index.Choose(cluster, request);
        }
        catch
        {
            // One that broke off in the middle may be wrong ever after; a new one follows from the state.
            _index = new PlacementIndex();
            throw;
        }
    }
}
