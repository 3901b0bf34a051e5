namespace Ecs.Simulation.Checks;

/// <summary>
/// P4: nothing is dropped in silence: every event was published, each stream's in its order; every message was
/// consumed, set aside with a reason, or is still there. Nothing that these clients send deserves to be set aside.
/// </summary>
internal static class P4
{
    /// <summary>Checks it.</summary>
    public static void Check(House house)
    {
        var published = new HashSet<long>();
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var e in house.Broker.Published)
        {
            if (!published.Add(e.Position)) continue;

            var before = versions.GetValueOrDefault(e.Stream);
            if (e.Version != before + 1) house.World.Break("P4", $"{e.Stream}#{e.Version} was published after #{before}");
            versions[e.Stream] = e.Version;
        }

        foreach (var row in house.Store.Rows.Where(row => !published.Contains(row.Position)))
        {
            house.World.Break("P4", $"{row.Decided.Name} at {row.Position} was never published");
        }

        foreach (var (name, queue) in house.Broker.Queues)
        {
            if (queue.Published != queue.Acknowledged + queue.Dead.Count + queue.Depth)
            {
                house.World.Break("P4", $"{name}: of {queue.Published} messages some are nowhere");
            }

            foreach (var reason in queue.Dead) house.World.Break("P4", $"{name}: a message was set aside: {reason}");
        }
    }
}
