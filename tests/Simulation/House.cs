using Ecs.Simulation.Agents;
using Ecs.Simulation.Broker;
using Ecs.Simulation.Checks;
using Ecs.Simulation.Clients;
using Ecs.Simulation.Database;
using Ecs.Simulation.Engines;
using Ecs.Simulation.Faults;
using Ecs.Simulation.Services;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation;

/// <summary>
/// The whole house in one world: a Registry, two Schedulers, machines with Agents, clients, and between them a
/// database and a broker. It runs through a time of faults, then settles, then is checked.
/// </summary>
internal sealed class House
{
    /// <summary>When the faults end.</summary>
    public static readonly TimeSpan Faulty = TimeSpan.FromSeconds(30);

    /// <summary>How long the house has to come together afterwards: promise P5.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    /// <summary>How long before the end of the faults clients stop asking for new things.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4);

    private readonly Accidents _accidents;

    private House(int seed, Guards guards, Weather? weather, bool isTraced)
    {
        World = new World(seed, isTraced);
        Weather = weather ?? Weather.Of(World.Chance);
        var mishaps = new Mishaps(World, Weather);
        Store = new SimStore(World, guards);
        Broker = new SimBroker(World, mishaps);
        Schedulers =
        [
            .. Names("scheduler", 2).Select(name => new SimScheduler(World, name, Store, Broker, mishaps, guards)),
        ];
        Registry = new SimRegistry(World, "registry-1", Store, Broker, mishaps, guards);
        Agents =
        [
            .. Enumerable.Range(1, 2 + World.Chance.Below(2)).Select(number => new SimAgent(
                World, new SimEngine(World, number.ToString("x32")), Story.Cluster, Broker, mishaps, guards)),
        ];
        Clients =
        [
            .. Names("client", 2).Select(name => new SimClient(
                World, name, Broker, mishaps, [.. Agents.Select(agent => agent.Engine.Id)], Faulty - Quiet)),
        ];
        _accidents = new Accidents(World, Weather, mishaps, Store, [.. Schedulers, Registry, .. Agents]);
    }

    /// <summary>The world.</summary>
    public World World { get; }

    /// <summary>What faults it has.</summary>
    public Weather Weather { get; }

    /// <summary>The database.</summary>
    public SimStore Store { get; }

    /// <summary>The broker.</summary>
    public SimBroker Broker { get; }

    /// <summary>The Schedulers.</summary>
    public IReadOnlyList<SimScheduler> Schedulers { get; }

    /// <summary>The Registry.</summary>
    public SimRegistry Registry { get; }

    /// <summary>The machines with their Agents.</summary>
    public IReadOnlyList<SimAgent> Agents { get; }

    /// <summary>The clients.</summary>
    public IReadOnlyList<SimClient> Clients { get; }

    private IEnumerable<SimNode> Nodes => [.. Schedulers, Registry, .. Agents, .. Clients];

    /// <summary>Lets a house live through its faults and settle, and checks every promise.</summary>
    /// <param name="seed">What everything in it is drawn from.</param>
    /// <param name="guards">What is switched off in it.</param>
    /// <param name="weather">Its faults; null for those that the seed draws.</param>
    /// <param name="isTraced">Whether its steps are kept for people.</param>
    public static House Live(int seed, Guards guards, Weather? weather = null, bool isTraced = false)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var house = new House(seed, guards, weather, isTraced);
            house.Live();
            // What is still waiting in it belongs to nobody any more.
            foreach (var node in house.Nodes) node.Kill();
            return house;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private void Live()
    {
        World.Tell("world", Weather.ToString());
        foreach (var node in Nodes) World.After(World.Chance.Milliseconds(0, 300), node.Start);

        _accidents.Begin();
        World.RunUntil(Faulty);
        if (World.Violation is not null) return;

        _accidents.End();
        World.RunUntil(Faulty + Settling);
        if (World.Violation is null) Promises.Check(this);
    }

    private static IEnumerable<string> Names(string program, int count) =>
        Enumerable.Range(1, count).Select(number => $"{program}-{number}");
}
