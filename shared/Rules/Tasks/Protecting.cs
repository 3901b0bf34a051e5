using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules.Clusters;
using Ecs.Rules.ContainerInstances;
using static Ecs.Contracts.Commands.CommandError;

namespace Ecs.Rules.Tasks;

/// <summary>
/// The rules of scale-in protection: only a service's task can have it, and services are not here yet.
/// </summary>
public static class Protecting
{
    /// <summary>The reason of a failure about a task that is no service's.</summary>
    public const string NotValid = "TASK_NOT_VALID";

    /// <summary>Nothing can be protected yet; each task says why.</summary>
    public static Decision Decide(FleetState fleet, UpdateTaskProtection command) => command switch
    {
        _ when Naming.Wrong(command.Tasks, UpdateTaskProtection.MaxTasks, "tasks") is { } wrong =>
            Decision.Refuse(wrong),
        { ProtectionEnabled: null } => Decision.Refuse(Wrong("protectionEnabled", "must be given")),
        { ExpiresInMinutes: < 1 or > UpdateTaskProtection.MaxMinutes } => Decision.Refuse(
            Wrong("expiresInMinutes", $"must be 1 to {UpdateTaskProtection.MaxMinutes}")),
        _ => Each(fleet, command, command.Cluster, command.Tasks!),
    };

    /// <summary>No task is protected; each says why.</summary>
    public static Decision Answer(FleetState fleet, GetTaskProtection query) =>
        query.Tasks is { Count: > 0 } && Naming.Wrong(query.Tasks, DescribeTasks.MaxTasks, "tasks") is { } wrong
            ? Decision.Refuse(wrong)
            : Each(fleet, query, query.Cluster, query.Tasks ?? []);

    private static Decision Each(FleetState fleet, Command command, string? name, IReadOnlyList<string> tasks)
    {
        if (string.IsNullOrEmpty(name)) return Decision.Refuse(Wrong("cluster", "must name the cluster"));

        if (!ClusterDecisions.TryFind(fleet, command, name, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        return Decision.Accept(new TaskProtectionResult(
            [], [.. tasks.Select(task => Why(fleet, command, cluster, task))]));
    }

    private static Failure Why(FleetState fleet, Command command, ClusterState cluster, string named)
    {
        var arn = Stopping.ArnOf(command, cluster.Name, named);
        return fleet.Tasks.ContainsKey(arn)
            ? new Failure(arn, NotValid)
            : new Failure(arn is "" ? named : arn, Naming.Missing);
    }
}
