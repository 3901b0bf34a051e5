using System.Text.Json.Serialization;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>What an Agent wants and knows of one task. What is not ignored here is what its journal keeps.</summary>
internal sealed record TaskState
{
    /// <summary>The task.</summary>
    public required string TaskArn { get; init; }

    /// <summary>The number of the assignment that holds.</summary>
    public long Number { get; init; }

    /// <summary>What is wanted of it. It only ever rises.</summary>
    public Desired Desired { get; init; }

    /// <summary>The definition's family.</summary>
    public string Family { get; init; } = "";

    /// <summary>The definition's revision.</summary>
    public int Revision { get; init; }

    /// <summary>What its definition says of it as a whole.</summary>
    public TaskSettings Settings { get; init; } = new();

    /// <summary>Where it is in its life, as reported. It only ever rises.</summary>
    public LifecycleStatus Status { get; init; } = LifecycleStatus.Pending;

    /// <summary>Why it stops, where the Agent is who knows.</summary>
    public StopCode? StopCode { get; init; }

    /// <summary>Why it stops, in ECS's words.</summary>
    public string? Reason { get; init; }

    /// <summary>When its first image pull began.</summary>
    public DateTimeOffset? PullStartedAt { get; init; }

    /// <summary>When its last image pull ended.</summary>
    public DateTimeOffset? PullStoppedAt { get; init; }

    /// <summary>When the last of its containers was started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its last container ended.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Whether the Scheduler has answered the report that it is STOPPED: nothing is owed any more.</summary>
    public bool Acknowledged { get; init; }

    /// <summary>Whether it ended long enough ago for its containers to be removed.</summary>
    [JsonIgnore]
    public bool IsCleanupDue { get; init; }

    /// <summary>Its containers, in the definition's order.</summary>
    public IReadOnlyList<ContainerState> Containers { get; init; } = [];

    /// <summary>
    /// Whether Docker is still to be asked which containers the task has: it is to stop, and nobody ever said which it
    /// had.
    /// </summary>
    public bool Undiscovered { get; init; }

    /// <summary>Whether the asking for its containers is under way.</summary>
    [JsonIgnore]
    public bool Discovering { get; init; }

    /// <summary>How often in a row its containers could not be asked for.</summary>
    [JsonIgnore]
    public int Misses { get; init; }

    /// <summary>When it will be woken for a start timeout; null where it will not.</summary>
    [JsonIgnore]
    public DateTimeOffset? WakesAt { get; init; }

    /// <summary>The task's id: the last part of its ARN.</summary>
    [JsonIgnore]
    public string Id => TaskArn[(TaskArn.LastIndexOf('/') + 1)..];

    /// <summary>Whether an assignment has named its definition, and so all of its containers.</summary>
    [JsonIgnore]
    public bool IsDefined => Family.Length > 0;

    /// <summary>The container of that name; null where there is none.</summary>
    public ContainerState? Find(string name) => Containers.FirstOrDefault(c => c.Name == name);

    /// <summary>The task with one container changed.</summary>
    public TaskState With(ContainerState changed) =>
        this with { Containers = [.. Containers.Select(c => c.Name == changed.Name ? changed : c)] };

    /// <summary>
    /// The task as it is to end since one of its containers cannot be started; or started again, where it has run.
    /// </summary>
    public TaskState FailedBy(string container, string reason) => this with
    {
        Desired = Desired.Stopped,
        StopCode = StartedAt is null
            ? Contracts.Vocabulary.StopCode.TaskFailedToStart
            : Contracts.Vocabulary.StopCode.EssentialContainerExited,
        Reason = StartedAt is null ? Reasons.FailedToStart : Reasons.EssentialExited,
        Containers = [.. Containers.Select(c => c.Name == container ? c with { Failure = reason } : c)],
    };

    /// <summary>The task as its journal gives it back.</summary>
    public TaskState Restored() => this with { Containers = [.. Containers.Select(c => c.Restored())] };
}
