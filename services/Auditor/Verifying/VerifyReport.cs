using Ecs.Log;

namespace Ecs.Auditor.Verifying;

/// <summary>An end of the log, by which anyone can say later that the log went through it.</summary>
/// <param name="Number">The last commit's number; 0 where the log is empty.</param>
/// <param name="Position">The last event's position.</param>
/// <param name="LogTime">The last commit's time.</param>
/// <param name="Hash">The last commit's hash.</param>
internal sealed record EndOfLog(long Number, long Position, DateTimeOffset LogTime, string Hash)
{
    public static EndOfLog Of(LogHead head) => new(head.Number, head.LastPosition, head.LogTime, head.Hash);
}

/// <summary>What a verification came to.</summary>
/// <param name="Whole">Whether all that could be checked is as it was written.</param>
/// <param name="Commits">Commits that were found whole.</param>
/// <param name="Events">The events in them.</param>
/// <param name="Head">Up to where; null where there is a fault.</param>
/// <param name="Fault">The first fault; null where there is none.</param>
/// <param name="Checkpoint">
/// The number of the commit that the log was held against; null where none was given: then a cut end, and a history
/// that was written anew from some point on, cannot be known.
/// </param>
internal sealed record VerifyReport(
    bool Whole, long Commits, long Events, EndOfLog? Head, VerifyFault? Fault, long? Checkpoint)
{
    public static VerifyReport Of(ChainReport report, CommitMark? checkpoint) => new(
        report.Fault is null,
        report.Commits,
        report.Events,
        report.Head is { } head ? EndOfLog.Of(head) : null,
        report.Fault is { } fault ? VerifyFault.Of(fault) : null,
        checkpoint?.Number);
}

/// <summary>The first place where the log is not what was written.</summary>
/// <param name="Kind">What was done, such as <c>EVENT_ALTERED</c>.</param>
/// <param name="Commit">The commit's number.</param>
/// <param name="Position">The event's position, where one can be told.</param>
/// <param name="Stream">The event's stream, where one can be told.</param>
/// <param name="Command">The command's id, where one can be told.</param>
/// <param name="Reason">All that in a sentence.</param>
internal sealed record VerifyFault(
    string Kind, long Commit, long? Position, string? Stream, string? Command, string Reason)
{
    public static VerifyFault Of(ChainFault fault) => new(
        Word(fault.Kind), fault.Commit, fault.Position, fault.Stream, fault.Command, fault.Reason);

    // As the house writes words of a closed set.
    private static string Word(ChainFaultKind kind) => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(
        kind.ToString());
}
