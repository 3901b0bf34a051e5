using System.Collections.Immutable;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Tagging;

namespace Ecs.Model.Fleet;

/// <summary>A task as its stream tells it. Its status only rises; STOPPED is final.</summary>
public sealed record TaskState
{
    /// <summary>How the task began: all that never changes.</summary>
    public required TaskBegun Origin { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Where it is; null while it waits for room, and of one that never got any.</summary>
    public string? ContainerInstanceArn { get; init; }

    /// <summary>Its place in the cluster's waiting line; null where it does not wait.</summary>
    public WaitingPlace? Waiting { get; init; }

    /// <summary>The version of its stream, which is the task's version in ECS.</summary>
    public required long Version { get; init; }

    /// <summary>Where it is in its life.</summary>
    public LifecycleStatus LastStatus { get; init; } = LifecycleStatus.Pending;

    /// <summary>Where it is meant to be.</summary>
    public DesiredStatus DesiredStatus { get; init; } = DesiredStatus.Running;

    /// <summary>What its Agent last said of each container, by name.</summary>
    public ImmutableSortedDictionary<string, ContainerObservation> Containers { get; init; } =
        ImmutableSortedDictionary.Create<string, ContainerObservation>(StringComparer.Ordinal);

    /// <summary>Its tags.</summary>
    public IReadOnlyList<Tag> Tags { get; init; } = TagList.None;

    /// <summary>The containers of the executions in it that have not ended, by their ids.</summary>
    public ImmutableSortedDictionary<string, string> Executions { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Whether the log was restored from a backup since it was placed: what became of it meanwhile, only its Agent
    /// knows.
    /// </summary>
    public bool MayHaveRun { get; init; }

    /// <summary>Why it stops, as a code.</summary>
    public StopCode? StopCode { get; init; }

    /// <summary>Why it stops, in words.</summary>
    public string? StoppedReason { get; init; }

    /// <summary>When its first image pull began.</summary>
    public DateTimeOffset? PullStartedAt { get; init; }

    /// <summary>When its last image pull ended.</summary>
    public DateTimeOffset? PullStoppedAt { get; init; }

    /// <summary>When it reached RUNNING.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it began to stop.</summary>
    public DateTimeOffset? StoppingAt { get; init; }

    /// <summary>When its last container ended.</summary>
    public DateTimeOffset? ExecutionStoppedAt { get; init; }

    /// <summary>When it reached STOPPED.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Whether it counts as pending: on its way to RUNNING.</summary>
    public bool IsPending => LastStatus < LifecycleStatus.Running;

    /// <summary>Whether it counts as running.</summary>
    public bool IsRunning => LastStatus == LifecycleStatus.Running;

    /// <summary>Whether it has ended for good.</summary>
    public bool IsStopped => LastStatus == LifecycleStatus.Stopped;

    /// <summary>Its health: that of its essential containers that have a check; as in ECS.</summary>
    public ContainerHealth Health
    {
        get
        {
            var checkedOnes = Origin.Containers
                .Where(c => c is { Essential: true, HasHealthCheck: true })
                .Select(c => Containers.GetValueOrDefault(c.Name)?.Health ?? ContainerHealth.Unknown)
                .ToList();
            return checkedOnes.Contains(ContainerHealth.Unhealthy) ? ContainerHealth.Unhealthy
                : checkedOnes.Count == 0 || checkedOnes.Contains(ContainerHealth.Unknown) ? ContainerHealth.Unknown
                : ContainerHealth.Healthy;
        }
    }

    /// <summary>The state after one more event of the task's stream; null before its first.</summary>
    public static TaskState? Fold(TaskState? task, IEvent e) => e switch
    {
        TaskQueued queued => new TaskState
        {
            Origin = queued,
            Version = 1,
            CreatedAt = queued.At,
            LastStatus = LifecycleStatus.Provisioning,
            Tags = TagList.Of(queued.Tags),
        },
        TaskPlaced placed => new TaskState
        {
            Origin = placed,
            Version = (task?.Version ?? 0) + 1,
            CreatedAt = task?.CreatedAt ?? placed.At,
            ContainerInstanceArn = placed.ContainerInstanceArn,
            Tags = task?.Tags ?? TagList.Of(placed.Tags),
        },
        TaskReported reported when task is not null => task.Apply(reported),
        ResourceTagsChanged changed when task is not null =>
            task with { Version = task.Version + 1, Tags = task.Tags.After(changed) },
        ExecuteCommandStarted started when task is not null => task with
        {
            Version = task.Version + 1,
            Executions = task.Executions.SetItem(started.ExecutionId, started.ContainerName),
        },
        ExecuteCommandEnded ended when task is not null => task with
        {
            Version = task.Version + 1,
            Executions = task.Executions.Remove(ended.ExecutionId),
        },
        _ => task,
    };

    // Member by member in one copy: what a fold of a long log leaves behind is mostly copies of tasks.
    private TaskState Apply(TaskReported e) => this with
    {
        Version = Version + 1,
        Containers = e.Containers.Aggregate(Containers, (seen, c) => seen.SetItem(c.Name, c)),
        PullStartedAt = PullStartedAt ?? e.PullStartedAt,
        PullStoppedAt = e.PullStoppedAt ?? PullStoppedAt,
        LastStatus = e switch
        {
            TaskRunning => Max(LifecycleStatus.Running),
            TaskStopping => Max(LifecycleStatus.Stopping),
            TaskStopped => LifecycleStatus.Stopped,
            _ => LastStatus,
        },
        DesiredStatus = e is TaskStopping or TaskStopped ? DesiredStatus.Stopped : DesiredStatus,
        StopCode = e switch
        {
            TaskStopping stopping => stopping.StopCode,
            TaskStopped stopped => stopped.StopCode,
            _ => StopCode,
        },
        StoppedReason = e switch
        {
            TaskStopping stopping => stopping.Reason,
            TaskStopped stopped => stopped.Reason,
            _ => StoppedReason,
        },
        StartedAt = e is TaskRunning running ? running.StartedAt ?? running.At : StartedAt,
        StoppingAt = e switch
        {
            TaskStopping => e.At,
            TaskStopped => StoppingAt ?? e.At,
            _ => StoppingAt,
        },
        ExecutionStoppedAt = e is TaskStopped ended ? ended.ExecutionStoppedAt : ExecutionStoppedAt,
        StoppedAt = e is TaskStopped ? e.At : StoppedAt,
        Waiting = e is TaskStopped ? null : Waiting,
    };

    private LifecycleStatus Max(LifecycleStatus status) => status > LastStatus ? status : LastStatus;
}

/// <summary>A task's place in its cluster's waiting line.</summary>
/// <param name="Arrival">Its number there.</param>
/// <param name="Request">The digest of what it asks for.</param>
/// <param name="Until">When it gives up.</param>
public sealed record WaitingPlace(long Arrival, string Request, DateTimeOffset Until);
