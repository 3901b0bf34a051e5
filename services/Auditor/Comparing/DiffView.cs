using Ecs.Auditor.History;

namespace Ecs.Auditor.Comparing;

/// <summary>What became different from one moment to another.</summary>
internal sealed record DiffView
{
    /// <summary>Where it begins: what this position left.</summary>
    public required long From { get; init; }

    /// <summary>The log time there; null before the log.</summary>
    public DateTimeOffset? FromTime { get; init; }

    /// <summary>Where it ends, that position's own event included.</summary>
    public required long To { get; init; }

    /// <summary>The log time there; null before the log.</summary>
    public DateTimeOffset? ToTime { get; init; }

    /// <summary>Tasks that got a place, those that have ended since included.</summary>
    public required DiffList Started { get; init; }

    /// <summary>Tasks that ended, those that had begun in between included.</summary>
    public required DiffList Stopped { get; init; }

    /// <summary>Tasks that waited for room at the beginning and have found it.</summary>
    public required DiffList Moved { get; init; }

    /// <summary>Other tasks, instances, clusters and task definitions that are not what they were.</summary>
    public required DiffList Changed { get; init; }
}

/// <summary>Some of the differences of one kind, and how many there are.</summary>
internal sealed record DiffList(int Count, IReadOnlyList<DiffEntry> Entries);

/// <summary>One difference, with the event that made it and the command that caused that.</summary>
internal sealed record DiffEntry
{
    /// <summary>What is different.</summary>
    public required string Of { get; init; }

    /// <summary>The event that made it so, in a sentence.</summary>
    public required string What { get; init; }

    /// <summary>Members of its ECS shape that have other values; empty where it was not there before.</summary>
    public IReadOnlyList<FieldChange> Fields { get; init; } = [];

    /// <summary>The event's place in the log.</summary>
    public required long Position { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Who asked; null where nobody gave a name.</summary>
    public string? Actor { get; init; }

    /// <summary>The command that caused it.</summary>
    public HistoryCommand? Command { get; init; }
}

/// <summary>One member with its values before and after, as JSON; null where it was or is not there.</summary>
internal sealed record FieldChange(string Path, string? Before, string? After);
