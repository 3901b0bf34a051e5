using System.Text.Json;
using Npgsql;

namespace Ecs.Log;

/// <summary>
/// Writes an exported log into an empty one: the same positions, times, ids, versions and hashes. One transaction: a
/// file that is cut, corrupt or of another log leaves nothing behind.
/// </summary>
public static class LogImport
{
    /// <summary>Commits that are sent to PostgreSQL together.</summary>
    private const int Batch = 100;

    // Whoever led on the empty log does not any more, and what was published where the log came from is not again.
    private const string EndSql = $"""
        update {LogNames.Schema}.leases set epoch = epoch + 1, holder = null;
        delete from {LogNames.Schema}.snapshots;
        insert into {LogNames.Schema}.relay_positions (name, position, saved_at)
          select s, h.last_position, clock_timestamp()
          from {LogNames.Schema}.log_head h, (select distinct service from {LogNames.Schema}.commands) c(s)
          on conflict (name) do update set position = excluded.position;
        select setval('{LogNames.Schema}.mt_events_sequence', greatest(last_position, 1), last_position > 0)
          from {LogNames.Schema}.log_head;
        """;

    /// <summary>Imports a whole log.</summary>
    /// <param name="connection">A connection string of the role that owns the tables.</param>
    /// <param name="file">What <c>ecs export</c> wrote.</param>
    /// <param name="ct">Stops it; nothing is then written.</param>
    /// <returns>The end of the log that was written.</returns>
    /// <exception cref="ImportRefusedException">The file is wrong, or the log is not empty.</exception>
    public static async Task<LogHead> RunAsync(string connection, Stream file, CancellationToken ct)
    {
        await using var source = Connections.ForMoving(connection);
        await using var held = await source.OpenConnectionAsync(ct);
        await using var transaction = await held.BeginTransactionAsync(ct);
        await RefuseUnlessEmptyAsync(held, ct);
        var head = new LogHead(0, 0, DateTimeOffset.UnixEpoch, LogHead.Genesis);
        var waiting = new List<MovedCommit>();
        var (events, ended, last) = (0L, false, 0L);
        await foreach (var (line, value) in MovedLines.ReadAsync(file, ct))
        {
            last = line;
            if (ended) throw new ImportRefusedException("stands behind the end", line);
            if (line == 1)
            {
                Begin(value);
            }
            else if (Member(value, "end") is { } end)
            {
                End(end, head, events, line);
                ended = true;
            }
            else
            {
                var commit = MovedCommit.Read(value, head, line);
                waiting.Add(commit);
                events += commit.Events.Length;
                head = new LogHead(
                    commit.Commit.Number, commit.Commit.LastPosition, commit.Commit.LogTime, commit.Commit.Hash);
            }

            if (waiting.Count == Batch || ended) await WriteAsync(transaction, waiting, line, ct);
        }

        if (!ended) throw new ImportRefusedException("the file has no end line: it was cut off behind this", last);
        await using var finish = new NpgsqlCommand(EndSql, held, transaction);
        await finish.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return head;
    }

    private static async Task RefuseUnlessEmptyAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select number = 0 and not exists (select from {LogNames.Schema}.mt_events)
              and not exists (select from {LogNames.Schema}.commands)
            from {LogNames.Schema}.log_head for update
            """,
            connection);
        if (await command.ExecuteScalarAsync(ct) is not true)
        {
            throw new ImportRefusedException("the log here is not empty: a log is only imported into an empty one");
        }
    }

    private static void Begin(JsonElement line)
    {
        if (Member(line, "format")?.ToString() is not MovedLines.Format)
        {
            throw new ImportRefusedException($"is not the beginning of a log in the form {MovedLines.Format}", 1);
        }

        if (Member(line, "after")?.ToString() is not "0")
        {
            throw new ImportRefusedException("the file does not begin with the first commit: export without --from", 1);
        }
    }

    private static void End(JsonElement end, LogHead head, long events, long line)
    {
        var isOurs = Member(end, "number")?.ToString() == FormattableString.Invariant($"{head.Number}")
            && Member(end, "hash")?.ToString() == head.Hash
            && Member(end, "events")?.ToString() == FormattableString.Invariant($"{events}");
        if (!isOurs) throw new ImportRefusedException("the end is not that of the commits before it", line);
    }

    private static JsonElement? Member(JsonElement line, string name) =>
        line.ValueKind is JsonValueKind.Object && line.TryGetProperty(name, out var value) ? value : null;

    private static async Task WriteAsync(
        NpgsqlTransaction transaction, List<MovedCommit> commits, long line, CancellationToken ct)
    {
        if (commits.Count == 0) return;
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        var appends = new List<EventAppend>();
        try
        {
            foreach (var (commit, events, commands) in commits)
            {
                appends.Add(EventAppend.AddTo(
                    batch, events, events.Select(e => Contracts.Events.EventTypes.Find(e.Name)), commit.LogTime));
                CommitRecord.AddTo(batch, commit, commands, events);
            }

            CommitRecord.AddHead(batch, commits[^1].Commit);
            await batch.ExecuteNonQueryAsync(ct);
            foreach (var append in appends) append.Check();
        }
        catch (Exception e) when (e is VersionConflictException or PostgresException)
        {
            throw new ImportRefusedException($"a commit at or before it cannot be written: {e.Message}", line);
        }

        commits.Clear();
    }
}
