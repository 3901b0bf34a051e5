using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;
using Ecs.Rules.Clusters;
using Ecs.Rules.ContainerInstances;
using Ecs.Rules.Definitions;

namespace Ecs.Rules.Tasks;

/// <summary>
/// The rules of StartTask: the caller names the places. What does not fit there, or lacks there what the definition
/// needs, is refused; constraints and strategies are RunTask's.
/// </summary>
public static class StartingOnInstances
{
    /// <summary>The rule's name in the log.</summary>
    public const string Rule = "named";

    /// <summary>Starts one task on each named instance that has room.</summary>
    public static Decision Decide(
        FleetState fleet, StartTask command, DefinitionInHand definition, DateTimeOffset now)
    {
        if (RunTaskRules.Broken(command) is { } broken) return Decision.Refuse(broken);

        if (!ClusterDecisions.TryFind(fleet, command, command.Cluster, out var cluster, out var refusal)
            || !definition.TryApply(command.Overrides, out var content, out refusal)
            || !PlacementRules.TryRead(RequiredAttributes.ConstraintsOf(content), null, out var required, out refusal))
        {
            return Decision.Refuse(refusal);
        }

        var wanted = Wanted.Of(command, cluster, definition.Resolved, content);
        var request = new PlacementRequest { Needs = wanted.Needs, Group = wanted.Group, Rules = required };
        var events = new List<IEvent>();
        var failures = new List<Failure>();

        // An instance is named by its id or its ARN; named twice it still gets one task.
        var named = command.ContainerInstances!.DistinctBy(name => Naming.MissingOf(command, cluster, name).Arn);
        foreach (var (index, name) in named.Index())
        {
            var instance = Naming.Find(fleet, command, cluster, name);
            var rejection = instance is null
                ? Naming.MissingOf(command, cluster, name)
                : Filters.Rejection(instance, request);
            if (rejection is not null)
            {
                failures.Add(rejection);
                continue;
            }

            var choice = WaitingForRoom.Passing(
                cluster, new PlacementChoice { Rule = Rule, Considered = cluster.Instances.Count });
            events.Add(Wanted.Placed(wanted.Draft(index, now), instance!.Arn, choice, now));
            fleet = fleet.Apply(events[^1]);
        }

        var tasks = events.OfType<TaskBegun>().Select(e => fleet.Describe(fleet.Tasks[e.TaskArn]));
        return Decision.Accept(new TasksResult([.. tasks], failures), events);
    }
}
