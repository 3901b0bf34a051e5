using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Scheduler.Clusters;
using Ecs.Scheduler.ContainerInstances;
using Ecs.Scheduler.Definitions;
using Ecs.Scheduler.Tasks;

namespace Ecs.Scheduler;

/// <summary>
/// The Scheduler's rules, whole: a pure function from state and command to facts and answer. Contents of definitions
/// are
/// found by digest, which makes them part of the command rather than of the world.
/// </summary>
internal static class SchedulerDecider
{
    /// <summary>
    /// The version of the rules, recorded with each decision; it rises when the same command may decide otherwise.
    /// </summary>
    public const string Version = "scheduler-1";

    /// <summary>Decides one command.</summary>
    /// <param name="fleet">The state before it.</param>
    /// <param name="received">The command with its time and what was looked up for it.</param>
    /// <param name="contentOf">The content behind a digest; never null for a digest that was resolved.</param>
    public static Decision Decide(
        FleetState fleet, Received received, Func<string, TaskDefinitionContent> contentOf) =>
        received.Command switch
        {
            CreateCluster command => ClusterDecisions.Decide(fleet, command, received.Now),
            DeleteCluster command => ClusterDecisions.Decide(fleet, command, received.Now),
            RegisterContainerInstance command => InstanceDecisions.Decide(fleet, command, received.Now),
            ObserveAgents command => InstanceDecisions.Decide(fleet, command, received.Now),
            SubmitTaskStates command => TaskReports.Decide(fleet, command, received.Now),
            StopTask command => Stopping.Decide(fleet, command, received.Now),
            RunTask command => Run(fleet, command, received, contentOf),
            var other => throw new ArgumentException($"not a command of the Scheduler: {other.GetType().Name}"),
        };

    private static Decision Run(
        FleetState fleet, RunTask command, Received received, Func<string, TaskDefinitionContent> contentOf)
    {
        var resolved = received.Resolved?.Deserialize<ResolvedDefinition>(EcsJson.Options)
            ?? throw new ArgumentException("a RunTask is decided with the definition that was resolved for it");
        var content = resolved.Digest is { } digest ? contentOf(digest) : null;
        return Running.Decide(fleet, command, resolved, content, received.Now);
    }
}
