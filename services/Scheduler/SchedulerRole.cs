using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Leading;
using Ecs.Log;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules;
using Ecs.Rules.ContainerInstances;
using Ecs.Rules.Placement;
using Ecs.Scheduler.Agents;
using Ecs.Scheduler.Definitions;
using Ecs.Scheduler.Queries;

namespace Ecs.Scheduler;

/// <summary>The Scheduler's rules with what they need looked up: the definitions that commands name.</summary>
internal sealed class FleetDecider(DefinitionBook definitions) : IDecider<FleetState>
{
    private readonly IPlacer _placer = Placer();

    /// <inheritdoc/>
    public string Service => Services.Scheduler;

    /// <inheritdoc/>
    public string Version => SchedulerDecider.Version;

    /// <inheritdoc/>
    public IReadOnlyCollection<ResourceKind> Kinds => OwnedKinds.Scheduler;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JsonElement?>> ResolveAsync(
        IReadOnlyList<Command> group, DateTimeOffset now, CancellationToken ct) => definitions.ResolveAsync(group, ct);

    /// <inheritdoc/>
    public void Forget() => definitions.Clear();

    /// <summary>What looks for places.</summary>
    public static IPlacer Placer() => new IndexPlacer();

    /// <inheritdoc/>
    public Decision Decide(FleetState state, Received command) =>
        SchedulerDecider.Decide(state, command, definitions.ContentOf, _placer);
}

/// <summary>
/// What the Scheduler brings to leading: rules, queries, the Agents' work and the watch over their heartbeats.
/// </summary>
internal sealed class SchedulerRole(
    DefinitionBook definitions, SchedulerQueries queries, AgentDispatch dispatch, HeartbeatWatch heartbeats)
{
    /// <summary>The role as every leading service has it.</summary>
    public LeadingRole<FleetState> Create() => new()
    {
        Decider = new FleetDecider(definitions),
        Query = AnswerAsync,
        AlsoRelay = (batch, published, token) => dispatch.SendAsync(batch, published.State, token),
        WhileLeading = heartbeats.RunAsync,
    };

    private async Task<Answer> AnswerAsync(Command query, Published<FleetState> published, CancellationToken token)
    {
        var decision = query switch
        {
            GetAssignments ask => await AssignmentsAsync(ask, published, token),
            _ => await queries.AnswerAsync(published.State, query, token),
        };
        return new Answer
        {
            CommandId = query.CommandId,
            Result = decision.Result is { } result
                ? JsonSerializer.SerializeToElement(result, result.GetType(), EcsJson.Options)
                : null,
            Error = decision.Error,
        };
    }

    private async Task<Decision> AssignmentsAsync(
        GetAssignments ask, Published<FleetState> published, CancellationToken token)
    {
        if (ask.ContainerInstance is not { } arn || !published.State.TryGetInstance(arn, out var instance))
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "containerInstance must name a registered instance.", "containerInstance");
        }

        if (InstanceKeys.Wrong(instance, ask) is { } foreign) return Decision.Refuse(foreign);

        // It was registered under a Scheduler that knew nothing of keys: refused, it registers again, with its key.
        return instance.Profile.Key != ask.SignedBy
            ? Decision.Refuse(InstanceKeys.NotRegistered)
            : Decision.Accept(await dispatch.FullListAsync(instance, published, token));
    }
}
