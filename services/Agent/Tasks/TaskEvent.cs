using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>Something that happened to a task: an order, the end of a step, a sign from Docker, time.</summary>
/// <param name="At">When.</param>
internal abstract record TaskEvent(DateTimeOffset At);

/// <summary>The Agent began to look after the task: after a restart, or since Docker has containers of it.</summary>
internal sealed record Began(DateTimeOffset At) : TaskEvent(At);

/// <summary>The Scheduler says what the task is.</summary>
internal sealed record Assigned(DateTimeOffset At, TaskAssignment Assignment) : TaskEvent(At);

/// <summary>The Scheduler says that the task is to stop, or that it knows it as STOPPED.</summary>
internal sealed record StopAsked(DateTimeOffset At, long Number) : TaskEvent(At);

/// <summary>The Scheduler has answered the report of this status.</summary>
internal sealed record Acknowledged(DateTimeOffset At, LifecycleStatus Status) : TaskEvent(At);

/// <summary>The time has come to remove what ended.</summary>
internal sealed record CleanupDue(DateTimeOffset At) : TaskEvent(At);

/// <summary>The time has come that a start timeout was to be looked at.</summary>
internal sealed record TimePassed(DateTimeOffset At) : TaskEvent(At);

/// <summary>Docker told which containers carry the task's label.</summary>
internal sealed record Discovered(DateTimeOffset At, IReadOnlyList<ContainerState> Containers) : TaskEvent(At);

/// <summary>Docker could not be asked for the task's containers.</summary>
internal sealed record NotDiscovered(DateTimeOffset At) : TaskEvent(At);

/// <summary>Something that happened to one container.</summary>
/// <param name="At">When.</param>
/// <param name="Container">Its name in the definition.</param>
internal abstract record ContainerEvent(DateTimeOffset At, string Container) : TaskEvent(At);

/// <summary>Docker says that the container changed: it died, was destroyed, or its health is another.</summary>
/// <param name="At">When the Agent heard it.</param>
/// <param name="Container">Its name in the definition.</param>
/// <param name="ExitCode">What Docker said of its exit code: all that is left of one that was removed.</param>
internal sealed record Changed(DateTimeOffset At, string Container, int? ExitCode) : ContainerEvent(At, Container);

/// <summary>The pull of the container's image is that far.</summary>
internal sealed record PullSeen(DateTimeOffset At, string Container, ImagePull Pull) : ContainerEvent(At, Container);

/// <summary>
/// Docker says that the kernel killed a process of the container for its memory. It notes this of a container that ends
/// so, too, but only where it hears of the one before the other.
/// </summary>
/// <param name="At">When the Agent heard it.</param>
/// <param name="Container">Its name in the definition.</param>
internal sealed record OutOfMemory(DateTimeOffset At, string Container) : ContainerEvent(At, Container);

/// <summary>A sweep over all containers saw this one so.</summary>
/// <param name="At">When.</param>
/// <param name="Container">Its name in the definition.</param>
/// <param name="Seen">What there is of it.</param>
/// <param name="Health">Its health while it runs; null where the sweep does not tell.</param>
internal sealed record Swept(DateTimeOffset At, string Container, Observed Seen, ContainerHealth? Health = null)
    : ContainerEvent(At, Container);

/// <summary>A step has ended. It counts only if it is the step that is under way.</summary>
/// <param name="At">When.</param>
/// <param name="Container">The container's name in the definition.</param>
/// <param name="Step">The step.</param>
/// <param name="Outcome">How it ended.</param>
internal sealed record Stepped(DateTimeOffset At, string Container, Step Step, Outcome Outcome)
    : ContainerEvent(At, Container);
