using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;
using Ecs.Simulation.Agents;
using Ecs.Simulation.Database;
using Ecs.Simulation.Engines;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Faults;

/// <summary>What happens by itself: programs end, containers end, clocks jump.</summary>
internal sealed class Accidents(
    World world, Weather weather, Mishaps mishaps, SimStore store, IReadOnlyList<SimNode> nodes)
{
    private static readonly TimeSpan[] Offsets =
        [TimeSpan.Zero, TimeSpan.FromHours(-1), TimeSpan.FromHours(1), TimeSpan.FromSeconds(-20)];

    private Chance Chance => world.Chance;

    private IReadOnlyList<SimAgent> Agents { get; } = [.. nodes.OfType<SimAgent>()];

    /// <summary>Begins.</summary>
    public void Begin()
    {
        mishaps.Died = Restart;
        Every(weather.Kills, KillOne);
        Every(weather.Exits, EndContainer);
        Every(weather.Exits, ChangeHealth);
        Every(weather.Jumps, Jump);
    }

    /// <summary>Ends: whatever is down, frozen or halved comes back at once, and clocks are right.</summary>
    public void End()
    {
        mishaps.IsOver = true;
        world.Tell("world", "the faults end");
        foreach (var agent in Agents) agent.Engine.IsHalved = false;
        foreach (var (engine, container) in Running)
        {
            engine.Change(container, ContainerHealth.Healthy, isHeard: false);
        }

        foreach (var node in nodes)
        {
            node.SetClock(TimeSpan.Zero);
            node.Process?.Resume();
            node.Start();
        }
    }

    private void Every(TimeSpan? mean, Action action)
    {
        if (mean is not { } time) return;

        world.After(Chance.Between(time * 0.2, time * 1.8), () =>
        {
            if (mishaps.IsOver) return;

            action();
            Every(mean, action);
        });
    }

    private void KillOne()
    {
        var node = Chance.Of(nodes);
        if (node.Process is not { } process) return;

        node.Kill();
        Restart(process);
    }

    private void Restart(SimProcess dead)
    {
        var node = nodes.First(node => dead.Name.StartsWith(node.Name + ".", StringComparison.Ordinal));
        if (node is SimAgent agent && Chance.Hits(weather.LostDisks))
        {
            world.Tell(agent.Name, "loses its disk");
            agent.Disk.Lose();
        }

        if (node is SimAgent cut && Chance.Hits(weather.PowerCuts))
        {
            world.Tell(cut.Name, "has its power cut");
            cut.Disk.CutPower();
        }

        if (node is SimAgent away && Chance.Hits(weather.Removals)) RemoveContainer(away.Engine);

        if (node is SimAgent { Engine: { } engine })
        {
            engine.IsHalved = Chance.Hits(weather.Shrinks);
            if (engine.IsHalved) world.Tell(node.Name, "comes back with half of its machine");
        }

        world.After(Chance.Milliseconds(100, 5_000), node.Start);
    }

    private void EndContainer()
    {
        var running = Running;
        if (running.Count == 0) return;

        var (engine, ended) = Chance.Of(running);
        engine.End(ended, Chance.Below(2), isHeard: Chance.Hits(0.8));
    }

    // Only one that the log knows of: of what is not reported yet, and neither kept nor there, nobody has a record.
    private void RemoveContainer(SimEngine engine)
    {
        var known = engine.Containers.Where(c => store.Rows.Exists(row => row.Decided.Stream == c.TaskArn &&
            row.Decided.Data.Contains($"\"{c.RuntimeId}\"", StringComparison.Ordinal))).ToList();
        if (known.Count == 0) return;

        var removed = Chance.Of(known);
        world.Tell("somebody", $"removes {removed.DockerName}");
        engine.Remove(removed);
    }

    private void ChangeHealth()
    {
        var running = Running;
        if (running.Count == 0) return;

        var (engine, container) = Chance.Of(running);
        var health = container.Health is ContainerHealth.Healthy ? ContainerHealth.Unhealthy : ContainerHealth.Healthy;
        engine.Change(container, health, isHeard: Chance.Hits(0.8));
    }

    private IReadOnlyList<(SimEngine Engine, SimContainer Container)> Running =>
    [
        .. Agents.SelectMany(agent => agent.Engine.Containers
            .Where(container => container.Observed is Observed.Running)
            .Select(container => (agent.Engine, container))),
    ];

    // An Agent's session rises by its disk or by its clock; one that loses both cannot come back, so no Agent's clock
    // jumps in a world where disks are lost.
    private void Jump()
    {
        var offset = Chance.Of(Offsets);
        if (Chance.Below(4) == 0)
        {
            world.Tell("log", $"the database's clock is off by {offset}");
            store.Leases.Offset = offset;
            return;
        }

        var node = Chance.Of(nodes);
        if (node is SimAgent && weather.LostDisks > 0) return;

        world.Tell(node.Name, $"the clock is off by {offset}");
        node.SetClock(offset);
    }
}
