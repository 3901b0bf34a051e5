using Ecs.Contracts.Events;

namespace Ecs.Model.Fleet;

/// <summary>How the events of tasks change the state, and the counts that follow from them.</summary>
public sealed partial record FleetState
{
    private FleetState With(TaskQueued e)
    {
        var cluster = Clusters[e.ClusterArn];
        var request = WaitingLine.RequestOf(e);
        var (line, arrival) = cluster.Waiting.Add(e.TaskArn, request, e.WaitsUntil);
        var task = TaskState.Fold(null, e)! with { Waiting = new WaitingPlace(arrival, request, e.WaitsUntil) };
        var next = this with { Waiting = Waiting.Add(cluster.Arn) };
        return next.Set(Moved(cluster, null, task, cluster.Instances) with { Waiting = line });
    }

    private FleetState With(TaskPlaced e)
    {
        var cluster = Clusters[e.ClusterArn];
        var before = cluster.Tasks.GetValueOrDefault(e.TaskArn);
        var instances = cluster.Instances.SetItem(cluster.Instances.Find(e.ContainerInstanceArn)!.Reserve(e));
        return SetAndCountOut(before, Moved(cluster, before, TaskState.Fold(before, e)!, instances));
    }

    private FleetState With(TaskExecution e)
    {
        var cluster = Clusters[TaskLookup.ClusterOf(e.TaskArn)!];
        var task = TaskState.Fold(cluster.Tasks[e.TaskArn], e)!;
        return Set(cluster with { Tasks = cluster.Tasks.SetItem(task) });
    }

    private FleetState With(TaskReported e)
    {
        var cluster = Clusters[TaskLookup.ClusterOf(e.TaskArn)!];
        var before = cluster.Tasks[e.TaskArn];
        var after = TaskState.Fold(before, e)!;
        var instances = cluster.Instances;

        // A task that ends with its instance's deregistration, or that never had a place, holds nothing anywhere.
        if (before.LastStatus != after.LastStatus
            && after.ContainerInstanceArn is { } arn
            && instances.TryGetValue(arn, out var instance))
        {
            instances = instances.SetItem(instance.Counted(before, after));
        }

        var next = SetAndCountOut(before, Moved(cluster, before, after, instances));
        return after.IsStopped && !before.IsStopped ? next with { Stopped = Stopped.Enqueue(after) } : next;
    }

    private FleetState WithTags(ResourceTagsChanged e)
    {
        var cluster = Clusters[TaskLookup.ClusterOf(e.ResourceArn)!];
        var task = TaskState.Fold(cluster.Tasks[e.ResourceArn], e)!;
        return Set(cluster with { Tasks = cluster.Tasks.SetItem(task) });
    }

    /// <summary>With a cluster whose line a task may have left, as its last.</summary>
    private FleetState SetAndCountOut(TaskState? before, ClusterState cluster) =>
        before?.Waiting is not null && cluster.Waiting.IsEmpty
            ? Set(cluster) with { Waiting = Waiting.Remove(cluster.Arn) }
            : Set(cluster);

    /// <summary>The cluster with a task as it is now, and everything that is counted of it.</summary>
    private static ClusterState Moved(
        ClusterState cluster, TaskState? before, TaskState after, InstanceTable instances) => cluster with
        {
            Tasks = cluster.Tasks.SetItem(after),
            Instances = instances,
            RunningTasks = cluster.RunningTasks + Change(before is { IsRunning: true }, after.IsRunning),
            PendingTasks = cluster.PendingTasks + Change(before is { IsPending: true }, after.IsPending),
            UnstoppedTasks = cluster.UnstoppedTasks + Change(before is { IsStopped: false }, !after.IsStopped),
            Waiting = before?.Waiting is { } place && after.Waiting is null
                ? cluster.Waiting.Remove(place.Arrival, place.Request, place.Until)
                : cluster.Waiting,
        };

    private static int Change(bool before, bool after) => Convert.ToInt32(after) - Convert.ToInt32(before);
}
