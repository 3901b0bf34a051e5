using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Leading;
using Ecs.Log;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules;
using Ecs.Scheduler;
using Ecs.Scheduler.Agents;
using Ecs.Scheduler.Definitions;
using Ecs.Simulation.Broker;
using Ecs.Simulation.Database;
using Ecs.Simulation.Worlds;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Simulation.Services;

/// <summary>A Scheduler: real rules, definitions, dispatch to Agents and watch over heartbeats.</summary>
internal sealed class SimScheduler(
    World world, string name, SimStore store, SimBroker broker, IMishaps mishaps, Guards guards)
    : SimService<FleetState>(world, name, Contracts.Commands.Services.Scheduler, store, broker, mishaps, guards)
{
    /// <summary>As the Scheduler's own default.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override LeadingRole<FleetState> Role(SimProcess process, WriterLog log, SimBus bus)
    {
        var book = new DefinitionBook(log.ReadTailsAsync);
        // Older tasks' descriptions come from streams; nobody asks for them here.
        var dispatch = new AgentDispatch(book, bus, process.Clock, NullLogger<AgentDispatch>.Instance);
        var role = new SchedulerRole(
            book, null!, dispatch, new HeartbeatWatch(bus, Silence, process.Clock)).Create();
        return Guards is { Ports: true, Cpu: true, Memory: true }
            ? role
            : role with { Decider = new BlindDecider(role.Decider, book, Guards) };
    }
}

/// <summary>The Scheduler's rules with a placement that does not look at something: a guard that is switched off.</summary>
internal sealed class BlindDecider(IDecider<FleetState> real, DefinitionBook book, Guards guards) : IDecider<FleetState>
{
    private readonly BlindPlacer _placer = new(guards);

    /// <inheritdoc/>
    public string Service => real.Service;

    /// <inheritdoc/>
    public string Version => real.Version;

    /// <inheritdoc/>
    public IReadOnlyCollection<ResourceKind> Kinds => real.Kinds;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JsonElement?>> ResolveAsync(
        IReadOnlyList<Command> group, DateTimeOffset now, CancellationToken ct) => real.ResolveAsync(group, now, ct);

    /// <inheritdoc/>
    public Decision Decide(FleetState state, Received command) =>
        SchedulerDecider.Decide(state, command, book.ContentOf, _placer);
}
