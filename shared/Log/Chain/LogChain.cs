namespace Ecs.Log;

/// <summary>
/// Recomputes the log's hashes from its rows, commit by commit. It finds every event, command or commit that was
/// changed, added, taken away or moved, unless all hashes behind it were changed with it, or the end was cut off: those
/// two are found against a checkpoint that was kept elsewhere.
/// </summary>
public static class LogChain
{
    /// <summary>Checks the log from its first commit to the end that it has now, a commit at a time.</summary>
    /// <param name="connection">A connection string; SELECT is enough.</param>
    /// <param name="ct">Stops it.</param>
    /// <param name="checkpoint">An end that the log had before, which it must still go through.</param>
    /// <param name="progress">Told of every thousandth commit, and of the last; the check waits for it.</param>
    public static async Task<ChainReport> VerifyAsync(
        string connection,
        CancellationToken ct,
        CommitMark? checkpoint = null,
        Func<ChainProgress, Task>? progress = null)
    {
        await using var source = Connections.ForReading(connection);
        return await new Walk(new ChainRows(source), checkpoint, progress).RunAsync(ct);
    }

    private sealed class Walk(ChainRows rows, CommitMark? checkpoint, Func<ChainProgress, Task>? progress)
    {
        private ChainCommit _last = ChainCommit.Genesis;
        private long _events;

        public async Task<ChainReport> RunAsync(CancellationToken ct)
        {
            if (await rows.HeadAsync(ct) is not { } head) return Broken(ChainWords.NoHead());
            while (_last.Number < head.Number)
            {
                var page = await rows.CommitsAsync(_last.Number, head.Number, ct);
                if (page.Count == 0) return Broken(ChainWords.NoCommit(_last.Number + 1));
                if (await CheckAsync(page, ct) is { } fault) return Broken(fault);
                if (progress is not null)
                {
                    await progress(new ChainProgress(_last.Number, head.Number, _last.LastPosition, head.LastPosition));
                }
            }

            if (_last.Hash != head.Hash || _last.LastPosition != head.LastPosition || _last.LogTime != head.LogTime)
            {
                return Broken(ChainWords.WrongHead(_last));
            }

            if (ChainWords.Against(checkpoint, head) is { } cut) return Broken(cut);
            return await ChainEnds.CheckAsync(rows, ct) is { } behind
                ? Broken(behind)
                : new ChainReport(_last.Number, null) { Events = _events, Head = head };
        }

        private async Task<ChainFault?> CheckAsync(IReadOnlyList<ChainCommit> page, CancellationToken ct)
        {
            // From behind the commit before: an event that was slipped into the gap between two commits is found too.
            var first = _last.Number == 0 ? long.MinValue : _last.LastPosition;
            await using var events = new Ahead<ChainRow>(rows.EventsAsync(first, page[^1].LastPosition, ct), ct);
            var afterCommit = _last.Number == 0 ? long.MinValue : _last.Number;
            await using var commands = new Ahead<ChainCommandRow>(
                rows.CommandsAsync(afterCommit, page[^1].Number, ct), ct);
            foreach (var commit in page)
            {
                if (CommitCheck.Row(_last, commit) is { } wrong) return wrong;

                var own = await events.TakeAsync(row => row.Event.Position <= commit.LastPosition);
                var decided = await commands.TakeAsync(row => row.Commit <= commit.Number);
                if (CommitCheck.Content(_last, commit, own, decided) is { } fault)
                {
                    return await MovedEvents.NameAsync(rows, commit, fault, ct);
                }

                if (checkpoint?.Number == commit.Number && checkpoint.Hash != commit.Hash)
                {
                    return ChainWords.Rewritten(checkpoint);
                }

                _events += own.Count;
                _last = commit;
            }

            return null;
        }

        private ChainReport Broken(ChainFault fault) => new(_last.Number, fault) { Events = _events };
    }
}
