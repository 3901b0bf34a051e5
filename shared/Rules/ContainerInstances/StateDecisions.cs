using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules.Clusters;
using Ecs.Rules.Tasks;

namespace Ecs.Rules.ContainerInstances;

/// <summary>The rules of draining instances and of taking them out of their cluster.</summary>
public static class StateDecisions
{
    /// <summary>The <c>stoppedReason</c> of tasks that end with their instance, in ECS's words.</summary>
    public const string ForcedReason = "Container instance deregistration forced by user";

    /// <summary>Drains or activates; an instance's tasks stay where they are. Asking again changes nothing.</summary>
    public static Decision Decide(FleetState fleet, UpdateContainerInstancesState command, DateTimeOffset now)
    {
        if (!ClusterDecisions.TryFind(fleet, command, command.Cluster, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        var most = UpdateContainerInstancesState.MaxInstances;
        if (Naming.Wrong(command.ContainerInstances, most, "containerInstances") is { } wrong)
        {
            return Decision.Refuse(wrong);
        }

        if (command.Status is not ("ACTIVE" or "DRAINING"))
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "status must be ACTIVE or DRAINING.", "status");
        }

        var status = command.Status == "ACTIVE" ? InstanceStatus.Active : InstanceStatus.Draining;
        var events = new List<IEvent>();
        var updated = new List<string>();
        var failures = new List<Failure>();
        foreach (var named in command.ContainerInstances!.Distinct(StringComparer.Ordinal))
        {
            if (Naming.Find(fleet, command, cluster, named) is not { } instance)
            {
                failures.Add(Naming.MissingOf(command, cluster, named));
                continue;
            }

            if (instance.Status == InstanceStatus.Inactive)
            {
                failures.Add(new Failure(instance.Arn, Naming.Inactive));
                continue;
            }

            updated.Add(instance.Arn);
            if (instance.Status == status) continue;

            events.Add(new ContainerInstanceStateChanged(instance.Arn, status, now));
            fleet = fleet.Apply(events[^1]);
        }

        var shown = updated.Distinct(StringComparer.Ordinal).Select(arn => fleet.FindInstance(arn)!.Describe());
        return Decision.Accept(new ContainerInstancesResult([.. shown], failures), events);
    }

    /// <summary>
    /// Takes an instance out. With force its tasks end with it, in the log at once and on the engine when its Agent
    /// hears of it.
    /// </summary>
    public static Decision Decide(FleetState fleet, DeregisterContainerInstance command, DateTimeOffset now)
    {
        if (!ClusterDecisions.TryFind(fleet, command, command.Cluster, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (string.IsNullOrEmpty(command.ContainerInstance))
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "containerInstance must name the instance.", "containerInstance");
        }

        if (Naming.Find(fleet, command, cluster, command.ContainerInstance) is not { } instance)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "The referenced container instance was not found.", "containerInstance");
        }

        if (instance.Status == InstanceStatus.Inactive)
        {
            return Decision.Accept(new ContainerInstanceResult(instance.Describe()));
        }

        if (instance.Tasks.Count > 0 && command.Force is not true)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter,
                $"Found running tasks on the instance: {instance.Tasks.Count}. With force they are stopped with it.",
                "force");
        }

        var tasks = instance.Tasks.Select(arn => fleet.Tasks[arn]).ToList();
        IReadOnlyList<IEvent> events =
        [
            new ContainerInstanceDeregistered
            {
                ContainerInstanceArn = instance.Arn,
                Tasks = [.. instance.Tasks],
                At = now,
            },
            .. tasks.Select(task => StopReasons.Ended(task, StopCode.UserInitiated, ForcedReason, now)),
        ];
        var after = events.Aggregate(fleet, (state, e) => state.Apply(e));
        return Decision.Accept(new ContainerInstanceResult(after.FindInstance(instance.Arn)!.Describe()), events);
    }
}
