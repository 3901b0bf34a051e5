using System.Collections.Immutable;
using Ecs.Contracts.Events;

namespace Ecs.Model.Fleet;

/// <summary>
/// The Scheduler's working state: clusters, container instances, and the tasks that are not STOPPED or were stopped
/// within
/// the hour. Older tasks stand in their streams. It is a pure fold of the log and never changes in place, so whoever
/// holds
/// one holds one consistent moment.
/// </summary>
public sealed record FleetState : IState<FleetState>
{
    /// <summary>
    /// How long a stopped task stays in the working state, by the time of the events that follow it; as in ECS.
    /// </summary>
    public static readonly TimeSpan StoppedTaskRetention = TimeSpan.FromHours(1);

    private static readonly ImmutableDictionary<string, TaskState> NoTasks =
        ImmutableDictionary.Create<string, TaskState>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public static FleetState Empty { get; } = new();

    /// <summary>Clusters by ARN, deleted ones too.</summary>
    public ImmutableSortedDictionary<string, ClusterState> Clusters { get; init; } =
        ImmutableSortedDictionary.Create<string, ClusterState>(StringComparer.Ordinal);

    /// <summary>Container instances by ARN.</summary>
    public ImmutableDictionary<string, InstanceState> Instances { get; init; } =
        ImmutableDictionary.Create<string, InstanceState>(StringComparer.Ordinal);

    /// <summary>Tasks by ARN.</summary>
    public ImmutableDictionary<string, TaskState> Tasks { get; init; } = NoTasks;

    /// <summary>Stopped tasks in the order of their ends: the first to be forgotten comes first.</summary>
    private ImmutableQueue<TaskState> Stopped { get; init; } = [];

    /// <inheritdoc/>
    public long VersionOf(string stream) =>
        Tasks.TryGetValue(stream, out var task) ? task.Version
        : Instances.TryGetValue(stream, out var instance) ? instance.Version
        : Clusters.TryGetValue(stream, out var cluster) ? cluster.Version
        : 0;

    /// <inheritdoc/>
    public FleetState Apply(IEvent e)
    {
        var next = Forget(e.At - StoppedTaskRetention);
        return e switch
        {
            ClusterCreated created => next.With(created),
            ClusterDeleted deleted => next.Touch(next.Clusters[deleted.ClusterArn] with { IsActive = false }),
            TaskPlacementFailed failed => next.Touch(next.Clusters[failed.ClusterArn]),
            ContainerInstanceRegistered registered => next.With(registered),
            ContainerInstanceConnected connected => next.With(connected),
            ContainerInstanceDisconnected disconnected =>
                next.Touch(next.Instances[disconnected.ContainerInstanceArn] with { AgentConnected = false }),
            TaskPlaced placed => next.With(placed),
            TaskReported reported => next.With(reported),
            _ => next,
        };
    }

    private FleetState With(ClusterCreated e) => Touch(
        Clusters.TryGetValue(e.ClusterArn, out var cluster)
            ? cluster with { IsActive = true }
            : new ClusterState { Arn = e.ClusterArn, Name = e.ClusterName, Version = 0 });

    private FleetState With(ContainerInstanceRegistered e)
    {
        var cluster = Clusters[e.ClusterArn];
        return this with
        {
            Instances = Instances.SetItem(e.ContainerInstanceArn, new InstanceState
            {
                Arn = e.ContainerInstanceArn,
                ClusterArn = e.ClusterArn,
                Profile = e.Profile,
                RegisteredAt = e.At,
                Version = 1,
            }),
            Clusters = Clusters.SetItem(
                cluster.Arn, cluster with { Instances = cluster.Instances.Add(e.ContainerInstanceArn) }),
        };
    }

    private FleetState With(ContainerInstanceConnected e)
    {
        var instance = Instances[e.ContainerInstanceArn];
        return Touch(instance with { AgentConnected = true, Profile = e.Profile ?? instance.Profile });
    }

    private FleetState With(TaskPlaced e)
    {
        var task = TaskState.Fold(null, e)!;
        var cluster = Clusters[e.ClusterArn];
        var instance = Instances[e.ContainerInstanceArn].Reserve(e.TaskArn, e.Reserved);
        return this with
        {
            Tasks = Tasks.Add(e.TaskArn, task),
            Instances = Instances.SetItem(instance.Arn, instance with { PendingTasks = instance.PendingTasks + 1 }),
            Clusters = Clusters.SetItem(cluster.Arn, cluster with
            {
                Tasks = cluster.Tasks.Add(e.TaskArn),
                PendingTasks = cluster.PendingTasks + 1,
                UnstoppedTasks = cluster.UnstoppedTasks + 1,
            }),
        };
    }

    private FleetState With(TaskReported e)
    {
        var before = Tasks[e.TaskArn];
        var after = TaskState.Fold(before, e)!;
        var moved = this with { Tasks = Tasks.SetItem(e.TaskArn, after) };
        return before.LastStatus == after.LastStatus ? moved : moved.Count(before, after);
    }

    private FleetState Count(TaskState before, TaskState after)
    {
        var running = Convert.ToInt32(after.IsRunning) - Convert.ToInt32(before.IsRunning);
        var pending = Convert.ToInt32(after.IsPending) - Convert.ToInt32(before.IsPending);
        var placed = after.Placed;
        var cluster = Clusters[placed.ClusterArn];
        var instance = Instances[placed.ContainerInstanceArn];
        if (after.IsStopped) instance = instance.Release(placed.TaskArn, placed.Reserved);

        return this with
        {
            Stopped = after.IsStopped ? Stopped.Enqueue(after) : Stopped,
            Instances = Instances.SetItem(instance.Arn, instance with
            {
                RunningTasks = instance.RunningTasks + running,
                PendingTasks = instance.PendingTasks + pending,
            }),
            Clusters = Clusters.SetItem(cluster.Arn, cluster with
            {
                RunningTasks = cluster.RunningTasks + running,
                PendingTasks = cluster.PendingTasks + pending,
                UnstoppedTasks = cluster.UnstoppedTasks - Convert.ToInt32(after.IsStopped),
            }),
        };
    }

    private FleetState Touch(ClusterState cluster) =>
        this with { Clusters = Clusters.SetItem(cluster.Arn, cluster with { Version = cluster.Version + 1 }) };

    private FleetState Touch(InstanceState instance) =>
        this with { Instances = Instances.SetItem(instance.Arn, instance with { Version = instance.Version + 1 }) };

    private FleetState Forget(DateTimeOffset stoppedBefore)
    {
        var next = this;
        while (!next.Stopped.IsEmpty && next.Stopped.Peek() is var oldest && oldest.StoppedAt < stoppedBefore)
        {
            var cluster = next.Clusters[oldest.Placed.ClusterArn];
            next = next with
            {
                Stopped = next.Stopped.Dequeue(),
                Tasks = next.Tasks.Remove(oldest.Placed.TaskArn),
                Clusters = next.Clusters.SetItem(
                    cluster.Arn, cluster with { Tasks = cluster.Tasks.Remove(oldest.Placed.TaskArn) }),
            };
        }

        return next;
    }
}
