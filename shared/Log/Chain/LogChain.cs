namespace Ecs.Log;

/// <summary>What checking the chain came to.</summary>
/// <param name="Commits">How many commits were found to be as they were written.</param>
/// <param name="Fault">The first that is not; null where all are.</param>
public sealed record ChainReport(long Commits, ChainFault? Fault);

/// <summary>The first place where the log is not what was written.</summary>
/// <param name="Commit">The number of the commit; the one that is missing where one is.</param>
/// <param name="Position">The event's position where one can be told; else the commit's first, or null.</param>
/// <param name="Reason">What is wrong, in a sentence for a person.</param>
public sealed record ChainFault(long Commit, long? Position, string Reason);

/// <summary>
/// Recomputes the log's hashes from its rows, commit by commit. It finds every event, command or commit that was
/// changed, added, taken away or moved, unless all hashes behind it and every copy of the last one were changed with
/// it.
/// </summary>
public static class LogChain
{
    /// <summary>Checks the log from its first commit to the end that it has now.</summary>
    /// <param name="connection">A connection string; SELECT is enough.</param>
    /// <param name="ct">Stops it.</param>
    public static async Task<ChainReport> VerifyAsync(string connection, CancellationToken ct)
    {
        await using var source = Connections.ForReading(connection);
        var rows = new ChainRows(source);
        var head = await rows.HeadAsync(ct);
        var previous = new ChainCommit(0, DateTimeOffset.UnixEpoch, null, 0, 0, 0, LogHead.Genesis);
        while (previous.Number < head.Number)
        {
            var page = await rows.CommitsAsync(previous.Number, head.Number, ct);
            foreach (var commit in page)
            {
                var fault = await CheckAsync(rows, previous, commit, ct);
                if (fault is not null) return new ChainReport(previous.Number, fault);
                previous = commit;
            }

            if (page.Count == 0) return Broken(previous, previous.Number + 1, "the commit is missing");
        }

        if (previous.Hash != head.Hash || previous.LastPosition != head.LastPosition)
        {
            return Broken(previous, previous.Number, "the head of the log is not the last commit's");
        }

        return await BehindAsync(rows, head, ct) is { } position
            ? Broken(previous, head.Number + 1, "an event stands behind the head and in no commit", position)
            : new ChainReport(previous.Number, null);
    }

    /// <summary>The first event that stands behind the end of the log, where nothing was committed meanwhile.</summary>
    private static async Task<long?> BehindAsync(ChainRows rows, LogHead head, CancellationToken ct)
    {
        var behind = await rows.EventsAsync(head.LastPosition, long.MaxValue, ct);
        var grown = (await rows.HeadAsync(ct)).Number > head.Number;
        return behind.Count == 0 || grown ? null : behind[0].Event.Position;
    }

    private static ChainReport Broken(ChainCommit last, long number, string reason, long? position = null) =>
        new(last.Number, new ChainFault(number, position, reason));

    private static async Task<ChainFault?> CheckAsync(
        ChainRows rows, ChainCommit previous, ChainCommit commit, CancellationToken ct)
    {
        ChainFault Fault(string reason, long? position = null) =>
            new(commit.Number, position ?? commit.FirstPosition, reason);

        if (commit.Number != previous.Number + 1) return new(previous.Number + 1, null, "the commit is missing");
        if (commit.LogTime < previous.LogTime) return Fault("the log time falls");

        // From behind the commit before: an event that was slipped into the gap between two commits is found too.
        var events = await rows.EventsAsync(previous.LastPosition, commit.LastPosition, ct);
        if (events.Count != commit.Events) return Fault($"it had {commit.Events} events and has {events.Count}");
        if (events.Count > 0 && events[0].Event.Position != commit.FirstPosition)
        {
            return Fault("its first event was moved");
        }

        foreach (var e in events)
        {
            if (e.Timestamp != commit.LogTime) return Fault("the event's time is not its commit's", e.Event.Position);
            if (EventIds.Of(e.Event.Stream, e.Event.Version) != e.Event.Id)
            {
                return Fault("the event's id is not that of its stream and version", e.Event.Position);
            }
        }

        var commands = await rows.CommandsAsync(commit.Number, ct);
        if (commands.Count != commit.Commands)
        {
            return Fault($"it had {commit.Commands} commands and has {commands.Count}");
        }

        var hash = CommitContent.Hash(
            previous.Hash, commit.Number, commit.LogTime, [.. events.Select(e => e.Event)], commands);
        return hash == commit.Hash ? null : Fault("its content is not what was hashed");
    }
}
