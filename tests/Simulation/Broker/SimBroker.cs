using Ecs.Contracts.Agents;
using Ecs.Log;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Broker;

/// <summary>The broker: queues of services and Agents, heartbeats, and the events that relays published.</summary>
internal sealed class SimBroker(World world, IUnrest unrest)
{
    private readonly SortedDictionary<string, SimQueue> _queues = new(StringComparer.Ordinal);
    private readonly List<Action<Heartbeat>> _hearts = [];

    /// <summary>All queues by name.</summary>
    public IReadOnlyDictionary<string, SimQueue> Queues => _queues;

    /// <summary>The positions of events in the order in which relays published them.</summary>
    public List<RawEvent> Published { get; } = [];

    /// <summary>The queue of that name; it is made where it is not there.</summary>
    public SimQueue Queue(string name)
    {
        if (!_queues.TryGetValue(name, out var queue)) _queues[name] = queue = new SimQueue(name, world, unrest);
        return queue;
    }

    /// <summary>The name of an Agent's queue.</summary>
    public static string OfAgent(string instanceId) => $"agent.{instanceId}";

    /// <summary>Lets all who listen hear a sign of life.</summary>
    public void Beat(Heartbeat beat)
    {
        foreach (var heart in _hearts.ToArray()) heart(beat);
    }

    /// <summary>Begins to listen to signs of life.</summary>
    /// <returns>What ends it.</returns>
    public Action Listen(SimProcess process, Action<Heartbeat> heard)
    {
        Action<Heartbeat> heart = beat => process.Run(() => heard(beat));
        _hearts.Add(heart);
        process.OnEnd(() => _hearts.Remove(heart));
        return () => _hearts.Remove(heart);
    }
}
