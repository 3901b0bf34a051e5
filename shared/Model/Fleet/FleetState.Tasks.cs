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
        var next = this with { Tasks = Tasks.Add(e.TaskArn, task) };
        return next.Set(Counted(null, task, cluster) with
        {
            Waiting = line,
            Tasks = cluster.Tasks.Add(e.TaskArn),
        });
    }

    private FleetState With(TaskPlaced e)
    {
        var before = Tasks.GetValueOrDefault(e.TaskArn);
        var task = TaskState.Fold(before, e)!;
        var cluster = Clusters[e.ClusterArn];
        var instance = cluster.Instances.Find(e.ContainerInstanceArn)!.Reserve(e);
        var counted = Counted(before, task, cluster);
        var next = this with { Tasks = Tasks.SetItem(e.TaskArn, task) };
        return next.Set(counted with
        {
            Tasks = before is null ? cluster.Tasks.Add(e.TaskArn) : cluster.Tasks,
            Instances = cluster.Instances.SetItem(instance with { PendingTasks = instance.PendingTasks + 1 }),
        });
    }

    private FleetState With(TaskReported e)
    {
        var before = Tasks[e.TaskArn];
        var after = TaskState.Fold(before, e)!;
        var next = this with { Tasks = Tasks.SetItem(e.TaskArn, after) };
        if (before.LastStatus == after.LastStatus) return next;

        var cluster = Counted(before, after, Clusters[after.Origin.ClusterArn]);
        if (after.IsStopped) next = next with { Stopped = Stopped.Enqueue(after) };

        // A task that ends with its instance's deregistration, or that never had a place, holds nothing anywhere.
        return next.Set(after.ContainerInstanceArn is { } arn && cluster.Instances.TryGetValue(arn, out var instance)
            ? cluster with { Instances = cluster.Instances.SetItem(Counted(before, after, instance)) }
            : cluster);
    }

    private static InstanceState Counted(TaskState before, TaskState after, InstanceState instance)
    {
        var counted = instance with
        {
            RunningTasks = instance.RunningTasks + Change(before.IsRunning, after.IsRunning),
            PendingTasks = instance.PendingTasks + Change(before.IsPending, after.IsPending),
        };
        return after.IsStopped ? counted.Release(after.Origin) : counted;
    }

    private static ClusterState Counted(TaskState? before, TaskState after, ClusterState cluster) => cluster with
    {
        RunningTasks = cluster.RunningTasks + Change(before is { IsRunning: true }, after.IsRunning),
        PendingTasks = cluster.PendingTasks + Change(before is { IsPending: true }, after.IsPending),
        UnstoppedTasks = cluster.UnstoppedTasks + Change(before is { IsStopped: false }, !after.IsStopped),
        Waiting = before?.Waiting is { } place && after.Waiting is null
            ? cluster.Waiting.Remove(place.Arrival, place.Request, place.Until)
            : cluster.Waiting,
    };

    private static int Change(bool before, bool after) => Convert.ToInt32(after) - Convert.ToInt32(before);
}
