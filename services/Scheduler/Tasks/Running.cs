using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;
using Ecs.Scheduler.Clusters;
using Ecs.Scheduler.Definitions;
using Ecs.Scheduler.Placement;

namespace Ecs.Scheduler.Tasks;

/// <summary>The rules of RunTask: what is asked for is checked whole, then placed task by task.</summary>
internal static class Running
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
            || !PlacementRules.TryJoin(content, command, out var rules, out refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (cluster.Instances.IsEmpty && command.WaitForCapacity is null)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "No Container Instances were found in your cluster.", "cluster");
        }

        var wanted = new Wanted
        {
            Command = command,
            Cluster = cluster,
            Definition = definition.Resolved,
            Content = content,
            Needs = Requirements.Of(content),
            Overrides = command.Overrides,
            Group = Wanted.GroupOf(command.Group, definition.Resolved),
            StartedBy = command.StartedBy,
            Constraints = rules.Constraints,
            Strategies = rules.Strategies,
        };
        return Place(fleet, command, wanted, placer, now);
    }

    private static Decision Place(
        FleetState fleet, RunTask command, Wanted wanted, IPlacer placer, DateTimeOffset now)
    {
        var count = command.Count ?? 1;
        var events = new List<IEvent>();
        IReadOnlyList<Failure> failures = [];
        var placed = 0;
        for (; placed < count; placed++)
        {
            var cluster = fleet.Clusters[wanted.Cluster.Arn];
            var task = wanted.Task(placed, now);
            if (placer.Seek(cluster, task) is not Sought.Found found)
            {
                break;
            }

            events.Add(Wanted.Placed(task, found.Instance.Arn, WaitingForRoom.Passing(cluster, found.Choice), now));
            fleet = fleet.Apply(events[^1]);
        }

        // All tasks of one command ask for the same, so where one finds no place the others find none either.
        if (placed < count)
        {
            var cluster = fleet.Clusters[wanted.Cluster.Arn];
            var none = (Sought.NoRoom)placer.Seek(cluster, wanted.Task(placed, now));
            if (command.WaitForCapacity is { } seconds)
            {
                if (WaitingForRoom.Full(cluster, count - placed) is { } full) return Decision.Refuse(full);

                var queued = WaitingForRoom.Queue(wanted, placed..count, none.Account, now.AddSeconds(seconds), now);
                events.AddRange(queued);
                fleet = queued.Aggregate(fleet, (state, e) => state.Apply(e));
            }
            else
            {
                failures = none.Failures;
                events.Add(Refusals.Of(cluster, wanted, count - placed, none, now));
            }
        }

        var tasks = events.OfType<TaskBegun>().Select(e => fleet.Describe(fleet.Tasks[e.TaskArn]));
        return Decision.Accept(new TasksResult([.. tasks], failures), events);
    }
}
