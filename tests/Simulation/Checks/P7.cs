using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;

namespace Ecs.Simulation.Checks;

/// <summary>
/// P7: at no position of the log is more cpu, memory or a fixed port held on an instance than it has. Counted here from
/// the events alone, without the house's own state; ports that are in use on a machine count from its registration.
/// </summary>
internal static class P7
{
    /// <summary>Checks it.</summary>
    public static void Check(House house)
    {
        var instances = new Dictionary<string, Held>(StringComparer.Ordinal);
        var places = new Dictionary<string, (Held Instance, Reservation Reserved)>(StringComparer.Ordinal);
        foreach (var row in house.Store.Rows)
        {
            var fault = row.Fact switch
            {
                ContainerInstanceRegistered e => Join(instances, e.ContainerInstanceArn, e.Profile.Resources),
                ContainerInstanceConnected { Profile: { } profile } e =>
                    Join(instances, e.ContainerInstanceArn, profile.Resources),
                TaskPlaced e => Place(instances, places, e),
                TaskStopped e => Free(places, e),
                _ => null,
            };
            if (fault is not null) house.World.Break("P7", $"at position {row.Position}: {fault}");
        }
    }

    private static string? Join(Dictionary<string, Held> instances, string arn, InstanceResources has)
    {
        if (!instances.TryGetValue(arn, out var held)) instances[arn] = held = new Held();
        held.Has = has;
        return held.Fault(arn);
    }

    private static string? Place(
        Dictionary<string, Held> instances, Dictionary<string, (Held, Reservation)> places, TaskPlaced e)
    {
        if (!instances.TryGetValue(e.ContainerInstanceArn, out var held)) return $"{e.TaskArn} is placed nowhere";

        var taken = e.Reserved.Ports.Where(port => !held.Ports.Add(port)).ToList();
        if (taken.Count > 0) return $"{e.TaskArn} gets the ports {string.Join(", ", taken)} that another has";

        (held.Cpu, held.Memory) = (held.Cpu + e.Reserved.Cpu, held.Memory + e.Reserved.Memory);
        places[e.TaskArn] = (held, e.Reserved);
        return held.Fault(e.ContainerInstanceArn);
    }

    private static string? Free(Dictionary<string, (Held Instance, Reservation Reserved)> places, TaskStopped e)
    {
        if (!places.Remove(e.TaskArn, out var place)) return null;

        var (held, reserved) = place;
        (held.Cpu, held.Memory) = (held.Cpu - reserved.Cpu, held.Memory - reserved.Memory);
        held.Ports.ExceptWith(reserved.Ports);
        return null;
    }

    private sealed class Held
    {
        public InstanceResources? Has { get; set; }

        public int Cpu { get; set; }

        public int Memory { get; set; }

        public HashSet<int> Ports { get; } = [];

        public string? Fault(string arn) =>
            Cpu > Has!.Cpu ? $"{arn} has cpu {Has.Cpu} and holds {Cpu}"
            : Memory > Has.Memory ? $"{arn} has memory {Has.Memory} and holds {Memory}"
            : null;
    }
}
