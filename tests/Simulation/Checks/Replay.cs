using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules;
using Ecs.Rules.Placement;
using Ecs.Scheduler;

namespace Ecs.Simulation.Checks;

/// <summary>States folded from the log, and the rules that decide it again.</summary>
internal static class Replay
{
    /// <summary>The Scheduler's state at the end of the log.</summary>
    public static FleetState Fleet(House house) =>
        house.Store.Rows.Aggregate(FleetState.Empty, (state, row) => state.Apply(row.Fact));
}

/// <summary>The Scheduler's rules on recorded commands: what was looked up for them is recorded with them.</summary>
internal sealed class RecordedRules(IReadOnlyDictionary<string, TaskDefinitionContent> contents) : IDecider<FleetState>
{
    private readonly IPlacer _placer = FleetDecider.Placer();

    /// <inheritdoc/>
    public string Service => Contracts.Commands.Services.Scheduler;

    /// <inheritdoc/>
    public string Version => SchedulerDecider.Version;

    /// <inheritdoc/>
    public IReadOnlyCollection<ResourceKind> Kinds => OwnedKinds.Scheduler;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JsonElement?>> ResolveAsync(
        IReadOnlyList<Command> group, DateTimeOffset now, CancellationToken ct) =>
        throw new InvalidOperationException("nothing is looked up again");

    /// <inheritdoc/>
    public Decision Decide(FleetState state, Received command) =>
        SchedulerDecider.Decide(state, command, digest => contents[digest], _placer);
}
