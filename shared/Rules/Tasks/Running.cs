using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;
using Ecs.Rules.Clusters;
using Ecs.Rules.Definitions;
using Ecs.Rules.Placement;

namespace Ecs.Rules.Tasks;

/// <summary>The rules of RunTask: what is asked for is checked whole, then placed task by task.</summary>
public static class Running
{
    /// <summary>
    /// Places as many tasks as there is room for. The rest waits for room where the command says so, and else is told
    /// in <c>failures</c>; nothing is ever overbooked.
    /// </summary>
    /// <param name="fleet">The state to place on.</param>
    /// <param name="command">What is asked for.</param>
    /// <param name="definition">The revision that the command's reference meant, and what it says.</param>
    /// <param name="placer">Looks for places.</param>
    /// <param name="now">The moment of deciding.</param>
    public static Decision Decide(
        FleetState fleet, RunTask command, DefinitionInHand definition, IPlacer placer, DateTimeOffset now)
    {
        if (RunTaskRules.Broken(command) is { } broken) return Decision.Refuse(broken);

        if (!ClusterDecisions.TryFind(fleet, command, command.Cluster, out var cluster, out var refusal)
            || !definition.TryApply(command.Overrides, out var content, out refusal)
            || !TryJoin(content, command, out var constraints, out var rules, out refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (cluster.Instances.IsEmpty && command.WaitForCapacity is null)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "No Container Instances were found in your cluster.", "cluster");
        }

        var wanted = Wanted.Of(command, cluster, definition.Resolved, content) with
        {
            LaunchType = command.LaunchType is "EXTERNAL" ? command.LaunchType : null,
            Constraints = constraints.Count > 0 ? constraints : null,
            Strategies = command.PlacementStrategy is { Count: > 0 } strategies ? strategies : null,
        };
        var request = new PlacementRequest { Needs = wanted.Needs, Group = wanted.Group, Rules = rules };
        return Place(fleet, command, wanted, request, placer, now);
    }

    private static bool TryJoin(
        TaskDefinitionContent content,
        RunTask command,
        out IReadOnlyList<PlacementConstraint> constraints,
        [NotNullWhen(true)] out PlacementRules? rules,
        [NotNullWhen(false)] out CommandError? error)
    {
        var definitions = (IReadOnlyList<PlacementConstraint>)
            [.. RequiredAttributes.ConstraintsOf(content), .. content.PlacementConstraints ?? []];
        constraints = [.. definitions, .. command.PlacementConstraints ?? []];

        // The command's own first, so that an error names the member that its sender wrote.
        return PlacementRules.TryRead(command.PlacementConstraints, command.PlacementStrategy, out rules, out error)
            && (definitions.Count == 0
                || PlacementRules.TryRead(constraints, command.PlacementStrategy, out rules, out error));
    }

    private static Decision Place(
        FleetState fleet,
        RunTask command,
        Wanted wanted,
        PlacementRequest request,
        IPlacer placer,
        DateTimeOffset now)
    {
        var count = command.Count ?? 1;
        var events = new List<IEvent>();
        while (events.Count < count)
        {
            var cluster = fleet.Clusters[wanted.Cluster.Arn];
            var task = wanted.Draft(events.Count, now);
            if (placer.Choose(cluster, request with { Seed = task.TaskArn }) is not { } place) break;

            events.Add(Wanted.Placed(task, place.Instance.Arn, WaitingForRoom.Passing(cluster, place.Choice), now));
            fleet = fleet.Apply(events[^1]);
        }

        var left = fleet.Clusters[wanted.Cluster.Arn];
        var missing = count - events.Count;
        IReadOnlyList<Failure> failures = [];
        if (missing > 0)
        {
            // All tasks of one command ask for the same, so where one finds no place the others find none either.
            var why = Scan.Explain(left, request);
            if (command.WaitForCapacity is { } seconds)
            {
                if (WaitingForRoom.Full(left, missing) is { } full) return Decision.Refuse(full);

                var queued = WaitingForRoom.Queue(
                    wanted, (events.Count, missing), why.Account, now.AddSeconds(seconds), now);
                events.AddRange(queued);
                fleet = queued.Aggregate(fleet, (state, e) => state.Apply(e));
            }
            else
            {
                failures = why.Failures;
                events.Add(Refusals.Of(left, wanted, missing, why, now));
            }
        }

        var tasks = events.OfType<TaskBegun>().Select(e => fleet.Describe(fleet.Tasks[e.TaskArn]));
        return Decision.Accept(new TasksResult([.. tasks], failures), events);
    }
}
