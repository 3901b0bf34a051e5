namespace Ecs.Log;

/// <summary>What checking the chain came to.</summary>
/// <param name="Commits">How many commits were found to be as they were written.</param>
/// <param name="Fault">The first that is not; null where all are.</param>
public sealed record ChainReport(long Commits, ChainFault? Fault)
{
    /// <summary>How many events stand in those commits.</summary>
    public long Events { get; init; }

    /// <summary>
    /// The end up to which the log was found whole; it can be kept as a checkpoint. Null where there is a fault.
    /// </summary>
    public LogHead? Head { get; init; }
}

/// <summary>What was done to the log.</summary>
public enum ChainFaultKind
{
    /// <summary>An event is there, and not as it was written.</summary>
    EventAltered,

    /// <summary>An event is no longer there.</summary>
    EventMissing,

    /// <summary>An event stands at another position than the one it was written at.</summary>
    EventMoved,

    /// <summary>An event stands where no commit wrote one.</summary>
    EventInserted,

    /// <summary>A command's record is there, and not as it was written.</summary>
    CommandAltered,

    /// <summary>A command's record is no longer there.</summary>
    CommandMissing,

    /// <summary>A command's record stands in no commit.</summary>
    CommandInserted,

    /// <summary>A commit's own row is not as it was written.</summary>
    CommitAltered,

    /// <summary>A commit is no longer there.</summary>
    CommitMissing,

    /// <summary>Something of a commit was altered, and it cannot be told what.</summary>
    ContentAltered,

    /// <summary>The row that says where the log ends does not.</summary>
    HeadAltered,

    /// <summary>A stream's own row does not end where its events do.</summary>
    StreamAltered,

    /// <summary>The log ends before a checkpoint that was taken of it.</summary>
    TailCut,

    /// <summary>The log is whole in itself, and not the one that a checkpoint was taken of.</summary>
    HistoryRewritten,
}

/// <summary>The first place where the log is not what was written.</summary>
/// <param name="Commit">The number of the commit; the one that is missing where one is.</param>
/// <param name="Position">The event's position where one can be told; else the commit's first, or null.</param>
/// <param name="Reason">What is wrong, in a sentence for a person.</param>
public sealed record ChainFault(long Commit, long? Position, string Reason)
{
    /// <summary>What was done.</summary>
    public required ChainFaultKind Kind { get; init; }

    /// <summary>The stream of the event; null where it is about none, or is no longer known.</summary>
    public string? Stream { get; init; }

    /// <summary>The id of the command; null where it is about none, or is no longer known.</summary>
    public string? Command { get; init; }
}

/// <summary>How far a check has come.</summary>
/// <param name="Commits">Commits that were found whole.</param>
/// <param name="OfCommits">Commits that there are.</param>
/// <param name="Position">The last position that was looked at.</param>
/// <param name="OfPosition">The last position of the log.</param>
public sealed record ChainProgress(long Commits, long OfCommits, long Position, long OfPosition);
