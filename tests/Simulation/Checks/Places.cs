using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Placement.Asking;
using Ecs.Scheduler;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Checks;

/// <summary>
/// What goes with P7 since instances can be drained and tasks can wait: nothing is placed where the log, at that
/// position, says that the instance is DRAINING, INACTIVE or disconnected; and at the end nobody waits who fits, or whose
/// wait is over.
/// </summary>
internal static class Places
{
    /// <summary>How long after its time a wait may end: the Scheduler looks every second.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);

    /// <summary>Checks it.</summary>
    public static void Check(House house)
    {
        var open = new Dictionary<string, (InstanceStatus Status, bool IsConnected)>(StringComparer.Ordinal);
        foreach (var row in house.Store.Rows)
        {
            if (row.Fact is TaskPlaced placed)
            {
                var place = open.GetValueOrDefault(placed.ContainerInstanceArn, (InstanceStatus.Inactive, false));
                if (place is not (InstanceStatus.Active, true))
                {
                    house.World.Break("P7", $"at position {row.Position}: {placed.TaskArn} is placed on {place} {placed.ContainerInstanceArn}");
                }
            }

            var stream = row.Decided.Stream;
            var now = open.GetValueOrDefault(stream, (InstanceStatus.Active, true));
            if (row.Fact is ContainerInstanceRegistered) open[stream] = (InstanceStatus.Active, true);
            else if (row.Fact is ContainerInstanceConnected) open[stream] = (now.Item1, true);
            else if (row.Fact is ContainerInstanceDisconnected) open[stream] = (now.Item1, false);
            else if (row.Fact is ContainerInstanceStateChanged changed) open[stream] = (changed.Status, now.Item2);
            else if (row.Fact is ContainerInstanceDeregistered) open[stream] = (InstanceStatus.Inactive, false);
        }

        CheckWaits(house);
    }

    private static void CheckWaits(House house)
    {
        var placer = FleetDecider.Placer();
        var fleet = Replay.Fleet(house);
        foreach (var cluster in fleet.Clusters.Values)
        {
            foreach (var arn in cluster.Waiting.ByArrival.Values)
            {
                var task = fleet.Tasks[arn];
                if (task.Waiting!.Until < World.Epoch + house.World.Now - Late)
                {
                    house.World.Break("P5", $"{arn} waits for room since {task.CreatedAt}, longer than to {task.Waiting.Until}");
                }

                if (placer.Choose(cluster, PlacementRequest.Of(task.Origin)) is { } place)
                {
                    house.World.Break("P5", $"{arn} waits for room and fits on {place.Instance.Arn}");
                }
            }
        }
    }
}
