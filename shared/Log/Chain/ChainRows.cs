using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Ecs.Log;

/// <summary>A commit's row.</summary>
internal sealed record ChainCommit(
    long Number,
    DateTimeOffset LogTime,
    long? FirstPosition,
    long LastPosition,
    int Commands,
    int Events,
    string Hash)
{
    /// <summary>What stands before the first commit.</summary>
    public static ChainCommit Genesis { get; } = new(0, DateTimeOffset.UnixEpoch, null, 0, 0, 0, LogHead.Genesis);

    /// <summary>What was kept of each of its events and commands; null where an older version wrote it.</summary>
    public byte[]? Outline { get; init; }
}

/// <summary>An event's row, with the columns that follow from others.</summary>
internal sealed record ChainRow(ChainedEvent Event, DateTimeOffset Timestamp, bool IsArchived);

/// <summary>A command's row, with its place.</summary>
internal sealed record ChainCommandRow(long Commit, int Ordinal, ChainedCommand Command);

/// <summary>
/// Reads what the chain was computed from. jsonb keeps values, not bytes: all JSON is made canonical again.
/// </summary>
internal sealed class ChainRows(NpgsqlDataSource source)
{
    /// <summary>Commits that are read at once; their events and commands stream by.</summary>
    public const int Page = 1_000;

    private const string EventColumns = $"{EventQuery.Columns}, e.is_archived";

    private const string CommandColumns = """
        commit_number, ordinal, service, account, region, command_id, name, routine, body, digest, resolved,
        received_at, decider_version, answer, first_position, last_position
        """;

    /// <summary>The head; null where its row was taken away.</summary>
    public async Task<LogHead?> HeadAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            $"select number, last_position, log_time, hash from {LogNames.Schema}.log_head");
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        return new LogHead(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3));
    }

    public async Task<IReadOnlyList<ChainCommit>> CommitsAsync(long after, long upTo, CancellationToken ct)
    {
        await using var command = source.CreateCommand($"""
            select number, log_time, first_position, last_position, commands, events, hash, outline
            from {LogNames.Schema}.commits where number > $1 and number <= $2 order by number limit {Page}
            """);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(upTo);
        var rows = new List<ChainCommit>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add(new ChainCommit(
                reader.GetInt64(0),
                reader.GetFieldValue<DateTimeOffset>(1),
                Number(reader, 2),
                reader.GetInt64(3),
                reader.GetInt32(4),
                reader.GetInt32(5),
                reader.GetString(6))
            {
                Outline = await reader.IsDBNullAsync(7, ct) ? null : reader.GetFieldValue<byte[]>(7),
            });
        }

        return rows;
    }

    /// <summary>The events between two positions, the last included, as they stream by.</summary>
    public IAsyncEnumerable<ChainRow> EventsAsync(long after, long upTo, CancellationToken ct) => ReadAsync(
        $"""
        select {EventColumns} from {LogNames.Schema}.mt_events e
        where e.seq_id > $1 and e.seq_id <= $2 and e.type <> '{LogNames.Tombstone}' order by e.seq_id
        """,
        [after, upTo],
        Event,
        ct);

    /// <summary>The events with a time, wherever they stand: where a moved one may have gone.</summary>
    public IAsyncEnumerable<ChainRow> EventsOfTimeAsync(DateTimeOffset time, CancellationToken ct) => ReadAsync(
        $"""
        select {EventColumns} from {LogNames.Schema}.mt_events e
        where e.timestamp = $1 and e.type <> '{LogNames.Tombstone}' order by e.seq_id
        """,
        [time.UtcDateTime],
        Event,
        ct);

    /// <summary>The commands of several commits, as they stream by.</summary>
    public IAsyncEnumerable<ChainCommandRow> CommandsAsync(long afterCommit, long upToCommit, CancellationToken ct) =>
        ReadAsync(
            $"""
            select {CommandColumns} from {LogNames.Schema}.commands
            where commit_number > $1 and commit_number <= $2 order by commit_number, ordinal
            """,
            [afterCommit, upToCommit],
            Command,
            ct);

    /// <summary>Runs a statement that may take long, and gives its one row; null for none.</summary>
    public async Task<object?[]?> RowAsync(string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = (int)LogLimits.Migration.TotalSeconds;
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        var row = new object?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
        return row;
    }

    private static ChainRow Event(NpgsqlDataReader reader)
    {
        var row = EventQuery.Read(reader);
        var e = new ChainedEvent(
            row.Position, row.Id, row.Stream, row.Version, row.Name, row.Causation, row.Correlation, row.Actor,
            Canonical(row.Data));
        return new ChainRow(e, row.LogTime, !reader.IsDBNull(10) && reader.GetBoolean(10));
    }

    private static ChainCommandRow Command(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetInt32(1),
        new ChainedCommand(
            new CommandKey(reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5)),
            reader.GetString(6),
            reader.GetBoolean(7),
            Canonical(reader.GetFieldValue<byte[]>(8)),
            reader.GetString(9),
            reader.IsDBNull(10) ? null : Canonical(reader.GetFieldValue<byte[]>(10)),
            reader.GetFieldValue<DateTimeOffset>(11),
            reader.GetString(12),
            Canonical(reader.GetFieldValue<byte[]>(13)),
            Number(reader, 14),
            Number(reader, 15)));

    private async IAsyncEnumerable<T> ReadAsync<T>(
        string sql, object[] parameters, Func<NpgsqlDataReader, T> row, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = (int)LogLimits.Migration.TotalSeconds;
        foreach (var value in parameters) command.Parameters.AddWithValue(value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) yield return row(reader);
    }

    private static long? Number(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetInt64(column);

    /// <summary>The canonical form; what cannot have one was never written so, and is left as it is.</summary>
    private static string Canonical(byte[] json)
    {
        try
        {
            return CommandText.Canonical(JsonElement.Parse(json));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return Encoding.UTF8.GetString(json);
        }
    }
}
