using Ecs.Auditor.History;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Auditor.Explaining;

/// <summary>Why a task is where it is, why it waits, or why it never had a place.</summary>
internal sealed record TaskExplanation
{
    /// <summary>The task's ARN.</summary>
    public required string Of { get; init; }

    /// <summary><c>placed</c>, <c>waiting</c>, or <c>unplaced</c> where it ended without a place.</summary>
    public required string Outcome { get; init; }

    /// <summary>All of it in a sentence.</summary>
    public required string What { get; init; }

    /// <summary>
    /// What does not agree between the log and the scan; empty, unless rules or the log were changed, or there is an
    /// error in the house.
    /// </summary>
    public IReadOnlyList<string> Inconsistencies { get; init; } = [];

    /// <summary>What was asked for, by whom.</summary>
    public required TaskRequest Request { get; init; }

    /// <summary>How it waited or waits for room; null where it did not.</summary>
    public RoomWait? Wait { get; init; }

    /// <summary>The place and how it was chosen, as the log has it; null where there is none.</summary>
    public PlaceFound? Placement { get; init; }

    /// <summary>
    /// The position of the log on whose state the account was computed; null where there is no account.
    /// </summary>
    public long? AsOf { get; init; }

    /// <summary>The full account of the search; null where the caller named the instance.</summary>
    public PlacementAccount? Account { get; init; }

    /// <summary>The machines' own names of the instances that are named here, by ARN.</summary>
    public IReadOnlyDictionary<string, string> Machines { get; init; } = new Dictionary<string, string>();

    /// <summary>How it ended, or is to end; null where it goes on.</summary>
    public TaskEnding? Ending { get; init; }

    /// <summary>
    /// What led to it, in the order of the log; of a long chain the first and the last links, as many as
    /// <see cref="TaskChain.MaxLinks"/>.
    /// </summary>
    public IReadOnlyList<ChainLink> Chain { get; init; } = [];

    /// <summary>Links in the middle of the chain that are left out; 0 where all are there.</summary>
    public int ChainLeftOut { get; init; }
}

/// <summary>What was asked for, by whom.</summary>
internal sealed record TaskRequest
{
    /// <summary>The position of the event that began the task.</summary>
    public required long Position { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who asked; null where nobody gave a name.</summary>
    public string? Actor { get; init; }

    /// <summary>The command.</summary>
    public HistoryCommand? Command { get; init; }

    /// <summary>What it is made from.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>The group that it is counted in.</summary>
    public required string Group { get; init; }

    /// <summary>Whoever started it, as the caller named itself.</summary>
    public string? StartedBy { get; init; }

    /// <summary>What it needs.</summary>
    public required Reservation Needs { get; init; }

    /// <summary>The rules that its instance must keep.</summary>
    public IReadOnlyList<PlacementConstraint> Constraints { get; init; } = [];

    /// <summary>The wishes for its place, in their order.</summary>
    public IReadOnlyList<PlacementStrategy> Strategies { get; init; } = [];
}

/// <summary>A wait for room.</summary>
internal sealed record RoomWait
{
    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it gives up, or would have.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>When it was over; null while it waits.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How many that came earlier wait in front of it now; null where it waits no longer.</summary>
    public int? Ahead { get; init; }

    /// <summary>The first of those.</summary>
    public IReadOnlyList<WaitingTask> First { get; init; } = [];
}

/// <summary>The place that a task was given.</summary>
internal sealed record PlaceFound
{
    /// <summary>The position of the event.</summary>
    public required long Position { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The instance.</summary>
    public required string ContainerInstanceArn { get; init; }

    /// <summary>How it was chosen, as it was recorded.</summary>
    public required PlacementChoice Choice { get; init; }

    /// <summary>Who caused it: of a task that waited, whoever made room.</summary>
    public string? Actor { get; init; }

    /// <summary>The command that caused it.</summary>
    public HistoryCommand? Command { get; init; }

    /// <summary>The version of the rules that chose; null where it is not known.</summary>
    public string? Rules { get; init; }

    /// <summary>The first of the tasks that came earlier and went on waiting.</summary>
    public IReadOnlyList<WaitingTask> Passed { get; init; } = [];
}

/// <summary>A task that waits for room.</summary>
/// <param name="TaskArn">The task.</param>
/// <param name="TaskDefinitionArn">What it is made from.</param>
/// <param name="Needs">What it needs.</param>
/// <param name="Since">Since when it waits.</param>
/// <param name="Until">When it gives up.</param>
/// <param name="Why">Why there is no room for it.</param>
internal sealed record WaitingTask(
    string TaskArn,
    string TaskDefinitionArn,
    Reservation Needs,
    DateTimeOffset Since,
    DateTimeOffset Until,
    string Why);

/// <summary>How a task ended, or is to end.</summary>
internal sealed record TaskEnding
{
    /// <summary>The position of the event that decided it.</summary>
    public required long Position { get; init; }

    /// <summary>When that was.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it was STOPPED; null while it is only to stop.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Why, as a code.</summary>
    public required StopCode StopCode { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>Who caused it; null where nobody gave a name.</summary>
    public string? Actor { get; init; }

    /// <summary>The command that caused it.</summary>
    public HistoryCommand? Command { get; init; }

    /// <summary>All of it in a sentence.</summary>
    public required string What { get; init; }
}
