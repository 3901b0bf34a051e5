using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Accounts;

namespace Ecs.Model.Fleet;

/// <summary>
/// The Scheduler's working state: clusters, container instances, and the tasks that are not STOPPED or were stopped
/// within the hour. Older tasks stand in their streams. It is a pure fold of the log and never changes in place, so
/// whoever holds one holds one consistent moment.
/// </summary>
public sealed partial record FleetState
{
    /// <summary>
    /// How long a stopped task stays in the working state, by the time of the events that follow it; as in ECS.
    /// </summary>
    public static readonly TimeSpan StoppedTaskRetention = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public static FleetState Empty { get; } = new();

    /// <summary>Clusters by ARN, deleted ones too.</summary>
    public ImmutableSortedDictionary<string, ClusterState> Clusters { get; init; } =
        ImmutableSortedDictionary.Create<string, ClusterState>(StringComparer.Ordinal);

    /// <summary>What accounts have set, by the keys of their streams.</summary>
    public ImmutableSortedDictionary<string, AccountState> Accounts { get; init; } =
        ImmutableSortedDictionary.Create<string, AccountState>(StringComparer.Ordinal);

    /// <summary>Instances that were deregistered and have not come back, by ARN.</summary>
    public ImmutableSortedDictionary<string, InstanceState> Deregistered { get; init; } =
        ImmutableSortedDictionary.Create<string, InstanceState>(StringComparer.Ordinal);

    /// <summary>The ARN of the cluster of every instance that is in one.</summary>
    private ImmutableDictionary<string, string> ClusterOf { get; init; } =
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Stopped tasks in the order of their ends: the first to be forgotten comes first.</summary>
    private ImmutableQueue<TaskState> Stopped { get; init; } = [];

    /// <summary>ARNs of the clusters in which tasks wait for room.</summary>
    public ImmutableSortedSet<string> Waiting { get; init; } =
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Whether what it is made of changes in place.</summary>
    private bool IsOpen { get; init; }

    /// <summary>Tasks by ARN.</summary>
    public TaskLookup Tasks => new(this);

    /// <summary>Every instance that is in a cluster, by cluster and ARN.</summary>
    public IEnumerable<InstanceState> Instances =>
        Clusters.Values.SelectMany(cluster => cluster.Instances.InNameOrder());

    /// <summary>The instance of an ARN, in a cluster or deregistered; null where there never was one.</summary>
    public InstanceState? FindInstance(string arn) =>
        ClusterOf.TryGetValue(arn, out var cluster)
            ? Clusters[cluster].Instances.Find(arn)
            : Deregistered.GetValueOrDefault(arn);

    /// <summary>The instance of an ARN, if it is in a cluster.</summary>
    public bool TryGetInstance(string arn, [NotNullWhen(true)] out InstanceState? instance)
    {
        instance = ClusterOf.TryGetValue(arn, out var cluster) ? Clusters[cluster].Instances.Find(arn) : null;
        return instance is not null;
    }

    /// <summary>The task as DescribeTasks shows it.</summary>
    public TaskDescription Describe(TaskState task) =>
        task.Describe(task.ContainerInstanceArn is { } arn ? FindInstance(arn) : null);

    /// <inheritdoc/>
    public long VersionOf(string stream) =>
        Tasks.GetValueOrDefault(stream)?.Version
        ?? (Clusters.TryGetValue(stream, out var cluster)
            ? cluster.Version
            : FindInstance(stream)?.Version ?? Accounts.GetValueOrDefault(stream)?.Version ?? 0);

    /// <inheritdoc/>
    public FleetState Open() => Over(isOpen: true, cluster => cluster.Open());

    /// <inheritdoc/>
    public FleetState Close() => Over(isOpen: false, cluster => cluster.Close());

    private FleetState Over(bool isOpen, Func<ClusterState, ClusterState> change) => this with
    {
        IsOpen = isOpen,
        Clusters = Clusters.SetItems(
            Clusters.Select(cluster => KeyValuePair.Create(cluster.Key, change(cluster.Value)))),
    };

    /// <inheritdoc/>
    public FleetState Apply(IEvent e)
    {
        var next = Forget(e.At - StoppedTaskRetention);
        return e switch
        {
            TaskReported reported => next.With(reported),
            TaskPlaced placed => next.With(placed),
            TaskExecution execution => next.With(execution),
            TaskQueued queued => next.With(queued),
            ClusterCreated created => next.With(created),
            ClusterUpdated updated => next.With(updated),
            ClusterDeleted deleted => next.Touch(next.Clusters[deleted.ClusterArn] with { IsActive = false }),
            ClusterRestored restored => next.With(restored),
            TaskPlacementFailed failed => next.With(failed),
            ContainerInstanceRegistered registered => next.With(registered),
            ContainerInstanceConnected connected => next.With(connected),
            ContainerInstanceDisconnected lost => next.Touch(
                next.FindInstance(lost.ContainerInstanceArn)! with { AgentConnected = false }),
            ContainerInstanceStateChanged changed => next.Touch(
                next.FindInstance(changed.ContainerInstanceArn)! with { Status = changed.Status }),
            ContainerInstanceAttributesChanged changed => next.With(changed),
            ContainerInstanceDeregistered gone => next.With(gone),
            ContainerInstanceTasksDisowned disowned => next.Touch(next.FindInstance(disowned.ContainerInstanceArn)!),
            ResourceTagsChanged changed => next.With(changed),
            AccountSettingPut or AccountSettingDeleted => next with
            {
                Accounts = next.Accounts.SetItem(
                    e.Stream,
                    (next.Accounts.GetValueOrDefault(e.Stream) ?? new AccountState { Arn = e.Stream, Version = 0 })
                        .Apply(e)),
            },
            _ => next,
        };
    }

    private FleetState Forget(DateTimeOffset stoppedBefore)
    {
        var next = this;
        while (!next.Stopped.IsEmpty && next.Stopped.Peek() is var oldest && oldest.StoppedAt < stoppedBefore)
        {
            var cluster = next.Clusters[oldest.Origin.ClusterArn];
            next = next.Set(cluster with { Tasks = cluster.Tasks.Remove(oldest.Origin.TaskArn) }) with
            {
                Stopped = next.Stopped.Dequeue(),
            };
        }

        return next;
    }

    private FleetState Set(ClusterState cluster) => this with { Clusters = Clusters.SetItem(cluster.Arn, cluster) };

    private FleetState Touch(ClusterState cluster) => Set(cluster with { Version = cluster.Version + 1 });
}
