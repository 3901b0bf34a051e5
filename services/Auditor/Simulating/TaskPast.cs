using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Auditor.Simulating;

/// <summary>One task as the span and the state before it tell it.</summary>
internal sealed class TaskPast(TaskBegun origin, DateTimeOffset askedAt, long order)
{
    public TaskBegun Origin { get; set; } = origin;

    public DateTimeOffset AskedAt { get; } = askedAt;

    public long Order { get; } = order;

    /// <summary>Whether the span itself holds its beginning.</summary>
    public bool IsNew => Order > 0;

    /// <summary>Where it was before the span; null where it had no place.</summary>
    public string? Was { get; init; }

    public bool WasRunning { get; init; }

    /// <summary>The id of the command that asked for it.</summary>
    public string? Command { get; init; }

    public DateTimeOffset? Until { get; set; }

    public PastEvent? Placed { get; set; }

    public PastEvent? Running { get; set; }

    public PastEvent? Stopped { get; set; }

    /// <summary>How long it held its place, where the span saw all of it.</summary>
    public TimeSpan? Held => Placed is not null && Stopped is not null ? Stopped.At - Placed.At : null;

    /// <summary>The instance that its caller named; null where the rules chose.</summary>
    public string? Named => Placed?.Data is TaskPlaced { Choice.Rule: "named" } placed
        ? placed.ContainerInstanceArn
        : null;

    /// <summary>As it would be asked for again.</summary>
    /// <param name="begins">Where the span begins.</param>
    /// <param name="usual">How long tasks of a definition hold their places; null where nobody knows.</param>
    public Demand Asked(DateTimeOffset begins, Func<string, TimeSpan?> usual)
    {
        var seen = Was is not null || Placed is not null;
        var from = Was is not null ? begins : Placed?.At;
        var withdrawn = !seen && Stopped?.Data is TaskStopped { StopCode: not StopCode.TaskFailedToStart }
            ? Stopped.At
            : (DateTimeOffset?)null;
        return new Demand
        {
            Draft = Draft(Origin),
            AskedAt = AskedAt,
            At = IsNew ? AskedAt : begins,
            Order = Order,
            Command = Command,
            Until = GivesUp(),
            Withdrawn = withdrawn,
            Starts = Running is not null && from is not null ? Running.At - from : null,
            Runs = withdrawn is not null ? null
                : !seen ? usual(Origin.TaskDefinitionArn)
                : Stopped is not null ? Stopped.At - from : null,
            Stopped = Stopped,
            On = Was ?? Named,
            IsCarried = Was is not null,
            IsRunning = WasRunning,
        };
    }

    // The Scheduler looks at the time each second, so a wait may last a little longer than it should.
    private DateTimeOffset? GivesUp() =>
        Until is not { } until ? null
        : (Placed ?? Stopped)?.At is { } later && later > until ? later
        : until;

    /// <summary>A task as it would be queued.</summary>
    public static TaskQueued Draft(TaskBegun task) => task as TaskQueued ?? new TaskQueued
    {
        TaskArn = task.TaskArn,
        ClusterArn = task.ClusterArn,
        TaskDefinitionArn = task.TaskDefinitionArn,
        DefinitionDigest = task.DefinitionDigest,
        Group = task.Group,
        StartedBy = task.StartedBy,
        Overrides = task.Overrides,
        Reserved = task.Reserved,
        Containers = task.Containers,
        Constraints = task.Constraints,
        Strategies = task.Strategies,
        LaunchType = task.LaunchType,
        Tags = task.Tags,
        WaitsUntil = task.At,
        At = task.At,
    };
}
