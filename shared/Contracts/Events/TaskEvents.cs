using System.Text.Json.Serialization;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Events;

/// <summary>What the events have in common that begin a task: all of it that never changes.</summary>
public abstract record TaskBegun : IEvent
{
    /// <summary>The task.</summary>
    public required string TaskArn { get; init; }

    /// <summary>Its cluster.</summary>
    public required string ClusterArn { get; init; }

    /// <summary>What it is made from.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>The SHA-256 of that definition's content.</summary>
    public required string DefinitionDigest { get; init; }

    /// <summary>The group it is counted in.</summary>
    public required string Group { get; init; }

    /// <summary>Whoever started it, as the caller named itself.</summary>
    public string? StartedBy { get; init; }

    /// <summary>What is changed for this task alone.</summary>
    public required TaskOverrides Overrides { get; init; }

    /// <summary>What it holds on its instance from its placement until it is STOPPED.</summary>
    public required Reservation Reserved { get; init; }

    /// <summary>Its containers, overrides applied.</summary>
    public required IReadOnlyList<PlacedContainer> Containers { get; init; }

    /// <summary>The rules that its instance must keep, the definition's included; null where there are none.</summary>
    public IReadOnlyList<PlacementConstraint>? Constraints { get; init; }

    /// <summary>The wishes for its place; null where there are none.</summary>
    public IReadOnlyList<PlacementStrategy>? Strategies { get; init; }

    /// <summary>The launch type that was asked for; null for <c>EC2</c>.</summary>
    public string? LaunchType { get; init; }

    /// <summary>Its tags; null where it has none.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => TaskArn;
}

/// <summary>A task was made and found no room, for which it waits in PROVISIONING. It holds nothing yet.</summary>
[EventName("task-queued")]
public sealed record TaskQueued : TaskBegun
{
    /// <summary>When it gives up.</summary>
    public required DateTimeOffset WaitsUntil { get; init; }

    /// <summary>
    /// Why there was no room; null where the task before it in the same command has the same account.
    /// </summary>
    public PlacementAccount? Account { get; init; }
}

/// <summary>
/// A task got its place: from here on its resources are reserved there. The choice was made on the state that the
/// events in front of this one give.
/// </summary>
[EventName("task-placed")]
public sealed record TaskPlaced : TaskBegun
{
    /// <summary>The instance it was given.</summary>
    public required string ContainerInstanceArn { get; init; }

    /// <summary>How the place was chosen.</summary>
    public required PlacementChoice Choice { get; init; }
}

/// <summary>What a task holds on its instance.</summary>
public sealed record Reservation
{
    /// <summary>Cpu units.</summary>
    public required int Cpu { get; init; }

    /// <summary>MiB.</summary>
    public required int Memory { get; init; }

    /// <summary>Fixed TCP ports of the instance. Ephemeral ones are Docker's and do not count.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Fixed UDP ports of the instance.</summary>
    public IReadOnlyList<int> PortsUdp { get; init; } = [];
}

/// <summary>One container of a placed task.</summary>
public sealed record PlacedContainer
{
    /// <summary>The container's ARN.</summary>
    public required string ContainerArn { get; init; }

    /// <summary>Its name in the definition.</summary>
    public required string Name { get; init; }

    /// <summary>Its image.</summary>
    public required string Image { get; init; }

    /// <summary>Whether the task ends with it.</summary>
    public required bool Essential { get; init; }

    /// <summary>Cpu units.</summary>
    public int Cpu { get; init; }

    /// <summary>The hard memory limit in MiB.</summary>
    public int? Memory { get; init; }

    /// <summary>The soft memory limit in MiB.</summary>
    public int? MemoryReservation { get; init; }

    /// <summary>True where it has a health check; null where it has none.</summary>
    public bool? HasHealthCheck { get; init; }
}

/// <summary>
/// How a place was chosen; the full account is computed when it is asked for, by the plain scan on the state that the
/// events in front of this one give.
/// </summary>
public sealed record PlacementChoice
{
    /// <summary>
    /// The rule that chose: the strategies, such as <c>spread(instanceId), binpack(cpu)</c>; <c>first-fit</c> where
    /// there were none; <c>named</c> where the caller named the instance.
    /// </summary>
    public required string Rule { get; init; }

    /// <summary>
    /// How many instances were looked at: all that the cluster had. Up to version <c>scheduler-1</c> of the rules,
    /// those up to the choice, which was the first that had room.
    /// </summary>
    public required int Considered { get; init; }

    /// <summary>What each strategy made of the instance; null where there was none.</summary>
    public IReadOnlyList<PlacementScore>? Scores { get; init; }

    /// <summary>What decided: see <see cref="PlacementAccount.TieBreak"/>.</summary>
    public string? TieBreak { get; init; }

    /// <summary>
    /// How many tasks that came earlier it passed in the wait for room, since it fits where they do not.
    /// </summary>
    public int? Passed { get; init; }
}

/// <summary>Containers of a task moved on, while the task as a whole did not.</summary>
[EventName("task-progressed")]
public sealed record TaskProgressed : TaskReported;

/// <summary>All containers of a task run.</summary>
[EventName("task-running")]
public sealed record TaskRunning : TaskReported
{
    /// <summary>When the last of its containers started, by its Agent's clock.</summary>
    public DateTimeOffset? StartedAt { get; init; }
}

/// <summary>The health of containers changed, and nothing else of the task. It may rise and fall.</summary>
[EventName("task-health-changed")]
public sealed record TaskHealthChanged : TaskReported
{
    /// <summary>The health of the task that follows: that of its essential containers.</summary>
    public required ContainerHealth HealthStatus { get; init; }
}

/// <summary>
/// Containers ended and were started again by their restart policies: the same containers, and the task runs on. Each
/// tells of its newest restart, whose number says whether others were not told.
/// </summary>
[EventName("task-containers-restarted")]
public sealed record TaskContainersRestarted : TaskReported;

/// <summary>
/// A task is to stop: somebody asked for it, an essential container ended, or it could not be started.
/// </summary>
[EventName("task-stopping")]
public sealed record TaskStopping : TaskReported
{
    /// <summary>Why, as a code.</summary>
    public required StopCode StopCode { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }
}

/// <summary>Every container of a task has ended. What it held is free; nothing follows in this stream.</summary>
[EventName("task-stopped")]
public sealed record TaskStopped : TaskReported
{
    /// <summary>Why, as a code.</summary>
    public required StopCode StopCode { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>When its last container ended.</summary>
    public DateTimeOffset? ExecutionStoppedAt { get; init; }
}

/// <summary>What the events have in common that tell an Agent's report of a task.</summary>
public abstract record TaskReported : IEvent
{
    /// <summary>The task.</summary>
    public required string TaskArn { get; init; }

    /// <summary>The containers that changed, as they are now.</summary>
    public IReadOnlyList<ContainerObservation> Containers { get; init; } = [];

    /// <summary>When its first image pull began, where that is new.</summary>
    public DateTimeOffset? PullStartedAt { get; init; }

    /// <summary>When its last image pull ended, where that is new.</summary>
    public DateTimeOffset? PullStoppedAt { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => TaskArn;
}
