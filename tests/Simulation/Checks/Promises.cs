namespace Ecs.Simulation.Checks;

/// <summary>
/// All promises of DESIGN section 3, held against a house that has settled: its log at every position, what its clients
/// were told, what its engines have. Those about the log come first: what follows from a broken log is of less use.
/// </summary>
internal static class Promises
{
    /// <summary>Checks all; the first that does not hold is the world's violation.</summary>
    public static void Check(House house)
    {
        foreach (var promise in (Action<House>[])
            [LogShape.Check, P7.Check, Places.Check, P2.Check, P3.Check, P6.Check, P1.Check, P4.Check, P5.Check])
        {
            promise(house);
            if (house.World.Violation is not null) return;
        }
    }
}
