using Ecs.Model.Fleet;

namespace Ecs.Simulation.Checks;

/// <summary>States folded from the log.</summary>
internal static class Replay
{
    /// <summary>The Scheduler's state at the end of the log.</summary>
    public static FleetState Fleet(House house) =>
        house.Store.Rows.Aggregate(FleetState.Empty, (state, row) => state.Apply(row.Fact));
}
