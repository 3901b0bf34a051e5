namespace Ecs.Log;

/// <summary>
/// Tells an event that was moved from one that was taken away or slipped in: it still has the time of the commit that
/// wrote it, and what that commit remembers of it.
/// </summary>
internal static class MovedEvents
{
    public static async Task<ChainFault> NameAsync(
        ChainRows rows, ChainCommit commit, ChainFault fault, CancellationToken ct)
    {
        if (fault is not { Position: { } position }) return fault;
        return fault.Kind switch
        {
            ChainFaultKind.EventMissing => await GoneAsync(rows, commit, fault, position, ct),
            ChainFaultKind.EventInserted => await ComeAsync(rows, commit, fault, position, ct),
            _ => fault,
        };
    }

    /// <summary>Whether what is missing here stands somewhere else.</summary>
    private static async Task<ChainFault> GoneAsync(
        ChainRows rows, ChainCommit commit, ChainFault fault, long position, CancellationToken ct)
    {
        if (ChainOutline.Read(commit.Outline)?.Events.FirstOrDefault(e => e.Position == position) is not { } kept)
        {
            return fault;
        }

        await foreach (var row in rows.EventsOfTimeAsync(commit.LogTime, ct))
        {
            if (Fits(row, kept)) return Moved(fault, position, row);
        }

        return fault;
    }

    /// <summary>Whether what is too much here is missing somewhere else.</summary>
    private static async Task<ChainFault> ComeAsync(
        ChainRows rows, ChainCommit commit, ChainFault fault, long position, CancellationToken ct)
    {
        await foreach (var row in rows.EventsAsync(position - 1, position, ct))
        {
            var origin = row.Timestamp == commit.LogTime ? commit : await OfTimeAsync(rows, commit, row.Timestamp, ct);
            var kept = ChainOutline.Read(origin?.Outline)?.Events.Where(e => Fits(row, e)).ToArray();
            if (kept is [var first, ..]) return Moved(fault, first.Position, row);
        }

        return fault;
    }

    private static async Task<ChainCommit?> OfTimeAsync(
        ChainRows rows, ChainCommit from, DateTimeOffset time, CancellationToken ct)
    {
        for (var after = from.Number - 1; ;)
        {
            var page = await rows.CommitsAsync(after, long.MaxValue, ct);
            if (page.FirstOrDefault(commit => commit.LogTime >= time) is { } found)
            {
                return found.LogTime == time ? found : null;
            }

            if (page.Count == 0) return null;
            after = page[^1].Number;
        }
    }

    private static bool Fits(ChainRow row, EventOutline kept) =>
        ChainOutline.Of(row.Event) is var own && own.Position != kept.Position
        && own with { Position = kept.Position } == kept;

    private static ChainFault Moved(ChainFault fault, long from, ChainRow row) => fault with
    {
        Kind = ChainFaultKind.EventMoved,
        Position = from,
        Stream = row.Event.Stream,
        Reason = $"the event that was written at position {from} was moved to {row.Event.Position}",
    };
}
