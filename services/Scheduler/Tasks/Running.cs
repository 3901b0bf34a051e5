using Ecs.Contracts;
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
    /// Places as many tasks as there is room for; the rest is told in <c>failures</c>, never overbooked.
    /// </summary>
    /// <param name="fleet">The state to place on.</param>
    /// <param name="command">What is asked for.</param>
    /// <param name="resolved">The revision that the command's reference meant.</param>
    /// <param name="content">What that revision says; null where there is none.</param>
    /// <param name="now">The moment of deciding.</param>
    public static Decision Decide(
        FleetState fleet,
        RunTask command,
        ResolvedDefinition resolved,
        TaskDefinitionContent? content,
        DateTimeOffset now)
    {
        if (RunTaskRules.Broken(command) is { } broken) return Decision.Refuse(broken);

        if (!ClusterDecisions.TryFind(fleet, command, command.Cluster, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (resolved.Error is { } unresolved) return Decision.Refuse(unresolved);

        if (!Overriding.TryApply(content!, command.Overrides, out var overridden, out var misfit))
        {
            return Decision.Refuse(misfit);
        }

        if (cluster.Instances.IsEmpty)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "No Container Instances were found in your cluster.", "cluster");
        }

        return Place(fleet, cluster, command, new Wanted(resolved, overridden, Requirements.Of(overridden)), now);
    }

    private sealed record Wanted(ResolvedDefinition Definition, TaskDefinitionContent Content, Reservation Needs);

    private static Decision Place(
        FleetState fleet, ClusterState cluster, RunTask command, Wanted wanted, DateTimeOffset now)
    {
        var count = command.Count ?? 1;
        var events = new List<IEvent>();
        var tasks = new List<TaskDescription>();
        IReadOnlyList<Failure> failures = [];
        for (var index = 0; index < count; index++)
        {
            var placing = FirstFit.Choose(fleet, cluster, wanted.Needs);
            if (placing.Instance is null)
            {
                // All tasks of one command need the same, so where one finds no place the others find none either.
                failures = placing.Rejections;
                events.Add(Failed(cluster, command, wanted, count - index, failures, now));
                break;
            }

            var placed = Placed(cluster, command, wanted, placing, index, now);
            events.Add(placed);
            fleet = fleet.Apply(placed);
            tasks.Add(fleet.Tasks[placed.TaskArn].Describe(placing.Instance.AgentConnected));
        }

        return Decision.Accept(new TasksResult(tasks, failures), events);
    }

    private static TaskPlaced Placed(
        ClusterState cluster, RunTask command, Wanted wanted, Placing placing, int index, DateTimeOffset now)
    {
        var scope = ClusterDecisions.Scope(command);
        var id = Identifiers.Task(command, index);
        return new TaskPlaced
        {
            TaskArn = Arn.Task(scope, cluster.Name, id).ToString(),
            ClusterArn = cluster.Arn,
            ContainerInstanceArn = placing.Instance!.Arn,
            TaskDefinitionArn = wanted.Definition.Arn!,
            DefinitionDigest = wanted.Definition.Digest!,
            Group = GroupOf(command, wanted),
            StartedBy = command.StartedBy,
            Overrides = command.Overrides ?? new(),
            Reserved = wanted.Needs,
            Containers =
            [
                .. wanted.Content.ContainerDefinitions.Select(container => new PlacedContainer
                {
                    ContainerArn = Identifiers.ContainerArn(scope, cluster.Name, id, container.Name!),
                    Name = container.Name!,
                    Image = container.Image!,
                    Essential = container.Essential ?? true,
                    Cpu = container.Cpu ?? 0,
                    Memory = container.Memory,
                    MemoryReservation = container.MemoryReservation,
                }),
            ],
            Choice = new PlacementChoice { Rule = FirstFit.Rule, Considered = placing.Considered },
            At = now,
        };
    }

    private static TaskPlacementFailed Failed(
        ClusterState cluster,
        RunTask command,
        Wanted wanted,
        int count,
        IReadOnlyList<Failure> failures,
        DateTimeOffset now) => new()
        {
            ClusterArn = cluster.Arn,
            TaskDefinitionArn = wanted.Definition.Arn!,
            Count = count,
            Group = GroupOf(command, wanted),
            StartedBy = command.StartedBy,
            Failures = failures,
            At = now,
        };

    private static string GroupOf(RunTask command, Wanted wanted) =>
        command.Group ?? $"family:{Arn.Parse(FamilyStream.Of(wanted.Definition.Arn!)).Name}";
}
