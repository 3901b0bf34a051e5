using System.Text;
using System.Text.Json;
using Npgsql;

namespace Ecs.Log;

/// <summary>Which part of the log is exported: whole commits behind one position up to another.</summary>
/// <param name="After">Behind the last commit that ends at or before this position; 0 for all.</param>
/// <param name="UpTo">Up to the last commit that ends at or before this position; null for the end.</param>
public sealed record ExportRange(long After, long? UpTo);

/// <summary>The log is not what was written; it is not passed on as if it were.</summary>
public sealed class AlteredLogException(long commit, string reason) : Exception(reason)
{
    /// <summary>The commit at which it was seen.</summary>
    public long Commit { get; } = commit;
}

/// <summary>Reads the log as whole commits, so that it can be written again elsewhere and checked there.</summary>
public static class LogExport
{
    /// <summary>
    /// Writes a line that says what follows, a line for each commit (what was hashed, byte for byte, and its hash) and
    /// a line that says where it ends; one commit in memory at a time.
    /// </summary>
    /// <param name="connection">A connection string; SELECT is enough.</param>
    /// <param name="output">Where to.</param>
    /// <param name="range">Which part.</param>
    /// <param name="ct">Stops it; the end line is then missing.</param>
    /// <exception cref="AlteredLogException">A commit is not what was hashed; nothing behind it is written.</exception>
    public static async Task WriteAsync(string connection, Stream output, ExportRange range, CancellationToken ct)
    {
        await using var source = Connections.ForReading(connection);
        var rows = new ChainRows(source);
        var head = await rows.HeadAsync(ct) ?? throw new AlteredLogException(0, ChainWords.NoHead().Reason);
        var upTo = range.UpTo is { } to && to < head.LastPosition
            ? await CommitAtAsync(source, to, ct)
            : head.Number;
        var after = range.After == 0 ? 0 : await CommitAtAsync(source, range.After, ct);
        var last = after == 0
            ? ChainCommit.Genesis
            : await rows.CommitsAsync(after - 1, after, ct) is [var before] ? before : throw Missing(after);
        await LineAsync(
            output, $$"""{"format":"{{MovedLines.Format}}","after":{{after}},"hash":"{{last.Hash}}"}""", ct);
        var events = 0L;
        while (last.Number < upTo)
        {
            var page = await rows.CommitsAsync(last.Number, upTo, ct);
            if (page.Count == 0) throw Missing(last.Number + 1);
            (last, var more) = await PageAsync(rows, last, page, output, ct);
            events += more;
        }

        await LineAsync(output, JsonSerializer.Serialize(new
        {
            end = new { number = last.Number, position = last.LastPosition, hash = last.Hash, events },
        }), ct);
        await output.FlushAsync(ct);
    }

    private static async Task<(ChainCommit Last, long Events)> PageAsync(
        ChainRows rows, ChainCommit last, IReadOnlyList<ChainCommit> page, Stream output, CancellationToken ct)
    {
        var count = 0L;
        await using var events = new Ahead<ChainRow>(
            rows.EventsAsync(last.LastPosition, page[^1].LastPosition, ct), ct);
        await using var commands = new Ahead<ChainCommandRow>(
            rows.CommandsAsync(last.Number, page[^1].Number, ct), ct);
        foreach (var commit in page)
        {
            if (CommitCheck.Row(last, commit) is { } wrong) throw Altered(wrong);

            var own = await events.TakeAsync(row => row.Event.Position <= commit.LastPosition);
            var decided = await commands.TakeAsync(row => row.Commit <= commit.Number);
            if (CommitCheck.Content(last, commit, own, decided) is { } fault) throw Altered(fault);

            var content = CommitContent.Bytes(
                commit.Number, commit.LogTime, [.. own.Select(e => e.Event)], [.. decided.Select(c => c.Command)])
                .ToArray();
            await output.WriteAsync("{\"content\":"u8.ToArray(), ct);
            await output.WriteAsync(content, ct);
            await LineAsync(output, $$""","hash":"{{commit.Hash}}"}""", ct);
            count += own.Count;
            last = commit;
        }

        return (last, count);
    }

    private static async Task LineAsync(Stream output, string text, CancellationToken ct) =>
        await output.WriteAsync(Encoding.UTF8.GetBytes(text + "\n"), ct);

    /// <summary>The last commit that ends at or before a position; 0 where none does.</summary>
    private static async Task<long> CommitAtAsync(NpgsqlDataSource source, long position, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            $"select coalesce(max(number), 0) from {LogNames.Schema}.commits where last_position <= $1");
        command.Parameters.AddWithValue(position);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static AlteredLogException Missing(long commit) => new(commit, ChainWords.NoCommit(commit).Reason);

    private static AlteredLogException Altered(ChainFault fault) => new(fault.Commit, fault.Reason);
}
