using Ecs.Contracts.Agents;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Tagging;

namespace Ecs.Model.Fleet;

/// <summary>What is kept of a <see cref="TaskState"/>, by the same names.</summary>
internal sealed record TaskLine
{
    /// <summary>How it began, where it has a place.</summary>
    public TaskPlaced? Placed { get; init; }

    /// <summary>How it began, where it has had none.</summary>
    public TaskQueued? Queued { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string? ContainerInstanceArn { get; init; }

    public WaitingPlace? Waiting { get; init; }

    public required long Version { get; init; }

    public required LifecycleStatus LastStatus { get; init; }

    public required DesiredStatus DesiredStatus { get; init; }

    public required IReadOnlyList<ContainerObservation> Containers { get; init; }

    /// <summary>Null where there are none, as for nearly all tasks.</summary>
    public IReadOnlyDictionary<string, string>? Executions { get; init; }

    /// <summary>Null where it has not, as for nearly all tasks.</summary>
    public bool? MayHaveRun { get; init; }

    public StopCode? StopCode { get; init; }

    public string? StoppedReason { get; init; }

    public DateTimeOffset? PullStartedAt { get; init; }

    public DateTimeOffset? PullStoppedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? StoppingAt { get; init; }

    public DateTimeOffset? ExecutionStoppedAt { get; init; }

    public DateTimeOffset? StoppedAt { get; init; }

    public IReadOnlyList<Tag>? Tags { get; init; }

    public static TaskLine Of(TaskState task) => new()
    {
        Placed = task.Origin as TaskPlaced,
        Queued = task.Origin as TaskQueued,
        CreatedAt = task.CreatedAt,
        ContainerInstanceArn = task.ContainerInstanceArn,
        Waiting = task.Waiting,
        Version = task.Version,
        LastStatus = task.LastStatus,
        DesiredStatus = task.DesiredStatus,
        Containers = [.. task.Containers.Values],
        Executions = task.Executions.IsEmpty ? null : task.Executions,
        MayHaveRun = task.MayHaveRun ? true : null,
        StopCode = task.StopCode,
        StoppedReason = task.StoppedReason,
        PullStartedAt = task.PullStartedAt,
        PullStoppedAt = task.PullStoppedAt,
        StartedAt = task.StartedAt,
        StoppingAt = task.StoppingAt,
        ExecutionStoppedAt = task.ExecutionStoppedAt,
        StoppedAt = task.StoppedAt,
        Tags = task.Tags.Kept(),
    };

    public TaskState ToState()
    {
        var task = new TaskState
        {
            Origin = Placed ?? (TaskBegun?)Queued
                ?? throw new InvalidDataException("a task is kept without its origin"),
            CreatedAt = CreatedAt,
            ContainerInstanceArn = ContainerInstanceArn,
            Waiting = Waiting,
            Version = Version,
            LastStatus = LastStatus,
            DesiredStatus = DesiredStatus,
            MayHaveRun = MayHaveRun ?? false,
            StopCode = StopCode,
            StoppedReason = StoppedReason,
            PullStartedAt = PullStartedAt,
            PullStoppedAt = PullStoppedAt,
            StartedAt = StartedAt,
            StoppingAt = StoppingAt,
            ExecutionStoppedAt = ExecutionStoppedAt,
            StoppedAt = StoppedAt,
            Tags = TagList.Of(Tags),
        };
        return task with
        {
            Containers = task.Containers.AddRange(Containers.Select(c => KeyValuePair.Create(c.Name, c))),
            Executions = task.Executions.AddRange(Executions ?? new Dictionary<string, string>()),
        };
    }
}
