using Ecs.Log;

namespace Ecs.Auditor.History;

/// <summary>A history, or the part of it that one answer holds.</summary>
/// <param name="Of">The ARN of what it is of.</param>
/// <param name="Entries">Its events in their order.</param>
/// <param name="Gaps">Where it is not what was written; empty where nobody has been at it.</param>
/// <param name="NextAfter">Where the next part begins: ask again with it as <c>after</c>; null at the end.</param>
internal sealed record HistoryView(
    string Of, IReadOnlyList<HistoryEntry> Entries, IReadOnlyList<HistoryGap> Gaps, long? NextAfter);

/// <summary>One event, as a person wants it told.</summary>
internal sealed record HistoryEntry
{
    /// <summary>Its place in the log.</summary>
    public required long Position { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>When it happened, as its source saw it; null where this version does not know the event.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What it is about.</summary>
    public required string Stream { get; init; }

    /// <summary>Its place in its stream.</summary>
    public required long Version { get; init; }

    /// <summary>The stored name.</summary>
    public required string Event { get; init; }

    /// <summary>What changed, in a sentence.</summary>
    public required string What { get; init; }

    /// <summary>Who asked; null where nobody gave a name.</summary>
    public string? Actor { get; init; }

    /// <summary>The command that caused it.</summary>
    public HistoryCommand? Command { get; init; }

    /// <summary>What ties it to other commands' events.</summary>
    public string? Correlation { get; init; }
}

/// <summary>The command behind an event.</summary>
/// <param name="Id">The sender's id.</param>
/// <param name="Name">Its name on the bus.</param>
/// <param name="ReceivedAt">When it was decided.</param>
/// <param name="Refused">Why it was refused although it left an event; null where it was accepted.</param>
internal sealed record HistoryCommand(string Id, string Name, DateTimeOffset ReceivedAt, string? Refused)
{
    /// <summary>A cause as it is shown; null where none is known.</summary>
    public static HistoryCommand? Of(CausingCommand? cause) => cause is null
        ? null
        : new HistoryCommand(cause.Key.CommandId, cause.Name, cause.ReceivedAt, cause.Answer.Error?.Message);
}
