using Ecs.Contracts.Events;

namespace Ecs.Auditor.Simulating;

/// <summary>One task that was asked for, whatever became of it.</summary>
internal sealed record Demand
{
    /// <summary>What it needs and wishes, as it would be queued.</summary>
    public required TaskQueued Draft { get; init; }

    /// <summary>When it was asked for, which may be before the span.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>When it comes in the simulation: when it was asked for, else the beginning of the span.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Orders what happens at one instant: the position in the log, or less where it was before.</summary>
    public required long Order { get; init; }

    /// <summary>The command that asked, whose tasks come together; null of those from before the span.</summary>
    public string? Command { get; init; }

    /// <summary>When it gives up waiting for room; null where it fails at once.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>When its owner stopped it while it waited, which then ends it wherever it is; else null.</summary>
    public DateTimeOffset? Withdrawn { get; init; }

    /// <summary>From its place to RUNNING; null where it never came there.</summary>
    public TimeSpan? Starts { get; init; }

    /// <summary>How long it holds its place; null for longer than the span.</summary>
    public TimeSpan? Runs { get; init; }

    /// <summary>When it ended in the log; null where it did not.</summary>
    public PastEvent? Stopped { get; init; }

    /// <summary>The instance that the caller named, or where it was before the span; else null.</summary>
    public string? On { get; init; }

    /// <summary>Whether it had its place before the span: it is not counted among those that were asked for.</summary>
    public bool IsCarried { get; init; }

    /// <summary>Whether a carried one was RUNNING before the span.</summary>
    public bool IsRunning { get; init; }
}

/// <summary>All that was asked for in a span.</summary>
/// <param name="Demands">The tasks, in the order in which they came.</param>
/// <param name="Assumed">How many have an assumed time to run, since the log never saw them run.</param>
/// <param name="LeftOut">How many refused ones have needs that the log does not know.</param>
internal sealed record DemandRead(IReadOnlyList<Demand> Demands, int Assumed, int LeftOut)
{
    /// <summary>How many were asked for in the span, or waited at its beginning.</summary>
    public int Asked => Demands.Count(demand => !demand.IsCarried);
}
