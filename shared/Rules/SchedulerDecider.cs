using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules.Accounts;
using Ecs.Rules.Clusters;
using Ecs.Rules.ContainerInstances;
using Ecs.Rules.Definitions;
using Ecs.Rules.Executions;
using Ecs.Rules.Placement;
using Ecs.Rules.Tagging;
using Ecs.Rules.Tasks;

namespace Ecs.Rules;

/// <summary>
/// The Scheduler's rules, whole: a pure function from state and command to facts and answer. Contents of definitions
/// are found by digest, which makes them part of the command rather than of the world.
/// </summary>
public static class SchedulerDecider
{
    /// <summary>
    /// The version of the rules, recorded with each decision; it rises when the same command may decide otherwise.
    /// </summary>
    public const string Version = "scheduler-9";

    /// <summary>Decides one command.</summary>
    /// <param name="fleet">The state before it.</param>
    /// <param name="received">The command with its time and what was looked up for it.</param>
    /// <param name="contentOf">The content behind a digest; never null for a digest that was resolved.</param>
    /// <param name="placer">Looks for places.</param>
    public static Decision Decide(
        FleetState fleet, Received received, Func<string, TaskDefinitionContent> contentOf, IPlacer placer)
    {
        var decision = DecideItself(fleet, received, contentOf, placer);
        decision = decision with { Events = Executing.EndWithTheirTasks(fleet, decision.Events) };
        if (decision.Events.Count == 0 || fleet.Waiting.IsEmpty) return decision;

        var after = decision.Events.Aggregate(fleet, (state, e) => state.Apply(e));
        var woken = WaitingForRoom.Wake(fleet, after, placer, received.Now);
        return woken.Count == 0 ? decision : decision with { Events = [.. decision.Events, .. woken] };
    }

    private static Decision DecideItself(
        FleetState fleet, Received received, Func<string, TaskDefinitionContent> contentOf, IPlacer placer) =>
        received.Command switch
        {
            CreateCluster command => ClusterDecisions.Decide(fleet, command, received.Now),
            DeleteCluster command => ClusterDecisions.Decide(fleet, command, received.Now),
            AddContainerInstance command => AddedInstances.Decide(fleet, command, received.Now),
            RegisterContainerInstance command => InstanceDecisions.Decide(fleet, command, received.Now),
            ObserveAgents command => InstanceDecisions.Decide(fleet, command, received.Now),
            SubmitTaskStates command => TaskReports.Decide(fleet, command, received.Now),
            StopTask command => Stopping.Decide(fleet, command, received.Now),
            RunTask command => Running.Decide(fleet, command, InHand(received, contentOf), placer, received.Now),
            StartTask command =>
                StartingOnInstances.Decide(fleet, command, InHand(received, contentOf), received.Now),
            UpdateContainerInstancesState command => StateDecisions.Decide(fleet, command, received.Now),
            DeregisterContainerInstance command => StateDecisions.Decide(fleet, command, received.Now),
            PutAttributes command => AttributeDecisions.Decide(fleet, command, received.Now),
            DeleteAttributes command => AttributeDecisions.Decide(fleet, command, received.Now),
            UpdateCluster command => ClusterSettings.Decide(fleet, command, received.Now),
            UpdateClusterSettings command => ClusterSettings.Decide(fleet, command, received.Now),
            PutClusterCapacityProviders command => ClusterSettings.Decide(fleet, command),
            PutAccountSetting command => AccountSettings.Decide(fleet, command, received.Now),
            PutAccountSettingDefault command => AccountSettings.Decide(fleet, command, received.Now),
            DeleteAccountSetting command => AccountSettings.Decide(fleet, command, received.Now),
            UpdateTaskProtection command => Protecting.Decide(fleet, command),
            TagResource command => ResourceTags.Decide(fleet, command, received.Now),
            UntagResource command => ResourceTags.Decide(fleet, command, received.Now),
            ExecuteCommand command => Executing.Decide(fleet, command, received.Now),
            SubmitExecutionEnd command => Executing.Decide(fleet, command, received.Now),
            ObserveRestore command => RestoreDecisions.Decide(fleet, command, received.Now),
            ObserveTime command => WaitingForRoom.Decide(fleet, command, received.Now),
            var other => throw new ArgumentException($"not a command of the Scheduler: {other.GetType().Name}"),
        };

    private static DefinitionInHand InHand(Received received, Func<string, TaskDefinitionContent> contentOf)
    {
        var resolved = received.Resolved?.Deserialize<ResolvedDefinition>(EcsJson.Options)
            ?? throw new ArgumentException("a task is decided with the definition that was resolved for it");
        return new DefinitionInHand(resolved, resolved.Digest is { } digest ? contentOf(digest) : null);
    }
}
