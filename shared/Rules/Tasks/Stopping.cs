using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules.Clusters;

namespace Ecs.Rules.Tasks;

/// <summary>The rules of StopTask.</summary>
public static class Stopping
{
    /// <summary>Desired becomes STOPPED at once; the Agent does the rest. Asking again changes nothing.</summary>
    public static Decision Decide(FleetState fleet, StopTask command, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(command.Task))
        {
            return Decision.Refuse(ErrorTypes.InvalidParameter, "task must name the task to stop.", "task");
        }

        if (command.Reason?.Length > StopTask.MaxReasonLength)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter,
                $"reason must be at most {StopTask.MaxReasonLength} characters.",
                "reason");
        }

        if (!ClusterDecisions.TryFind(fleet, command, command.Cluster, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (!TryFind(fleet, command, cluster, command.Task, out var task))
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "The referenced task was not found.", "task");
        }

        var events = new List<IEvent>();
        if (task.DesiredStatus == DesiredStatus.Running)
        {
            var reason = string.IsNullOrEmpty(command.Reason)
                ? StopReasons.Of(StopCode.UserInitiated)
                : command.Reason;
            events.Add(task.ContainerInstanceArn is null
                ? StopReasons.Ended(task, StopCode.UserInitiated, reason, now)
                : Begin(task, reason, now));
            fleet = fleet.Apply(events[0]);
        }

        return Decision.Accept(new TaskResult(fleet.Describe(fleet.Tasks[task.Origin.TaskArn])), events);
    }

    private static TaskStopping Begin(TaskState task, string reason, DateTimeOffset now) => new()
    {
        TaskArn = task.Origin.TaskArn,
        StopCode = StopCode.UserInitiated,
        Reason = reason,
        At = now,
    };

    /// <summary>Finds the task that a command names by id or ARN in its cluster.</summary>
    public static bool TryFind(
        FleetState fleet,
        Command command,
        ClusterState cluster,
        string named,
        [NotNullWhen(true)] out TaskState? task) =>
        fleet.Tasks.TryGetValue(ArnOf(command, cluster.Name, named), out task);

    /// <summary>
    /// The ARN that an id means in a cluster; an ARN of another cluster or scope names nothing there.
    /// </summary>
    public static string ArnOf(Command command, string cluster, string named)
    {
        if (!named.StartsWith("arn:", StringComparison.Ordinal))
        {
            return Arn.Task(ClusterDecisions.Scope(command), cluster, named).ToString();
        }

        return Arn.TryParse(named, out var arn)
            && arn.Kind == ResourceKind.Task
            && arn.Scope == ClusterDecisions.Scope(command)
            && arn.ClusterName == cluster
                ? named
                : "";
    }
}
