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
    string Hash);

/// <summary>An event's row, with the time that stands in it.</summary>
internal sealed record ChainRow(ChainedEvent Event, DateTimeOffset Timestamp);

/// <summary>
/// Reads what the chain was computed from. jsonb keeps values, not bytes: all JSON is made canonical again.
/// </summary>
internal sealed class ChainRows(NpgsqlDataSource source)
{
    /// <summary>Commits that are read at once; their events come commit by commit.</summary>
    private const int Page = 1_000;

    public async Task<LogHead> HeadAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            $"select number, last_position, log_time, hash from {LogNames.Schema}.log_head");
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new LogHead(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3));
    }

    public async Task<IReadOnlyList<ChainCommit>> CommitsAsync(long after, long upTo, CancellationToken ct)
    {
        await using var command = source.CreateCommand($"""
            select number, log_time, first_position, last_position, commands, events, hash
            from {LogNames.Schema}.commits where number > $1 and number <= $2 order by number limit {Page}
            """);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(upTo);
        return await ReadAsync(command, reader => new ChainCommit(
            reader.GetInt64(0),
            reader.GetFieldValue<DateTimeOffset>(1),
            Number(reader, 2),
            reader.GetInt64(3),
            reader.GetInt32(4),
            reader.GetInt32(5),
            reader.GetString(6)), ct);
    }

    public async Task<IReadOnlyList<ChainRow>> EventsAsync(long after, long upTo, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = EventQuery.Page(connection, after, upTo, filter: null, limit: int.MaxValue);
        return await ReadAsync(command, reader =>
        {
            var row = EventQuery.Read(reader);
            var e = new ChainedEvent(
                row.Position, row.Id, row.Stream, row.Version, row.Name, row.Causation, row.Correlation, row.Actor,
                CommandText.Canonical(JsonElement.Parse(row.Data)));
            return new ChainRow(e, row.LogTime);
        }, ct);
    }

    public async Task<IReadOnlyList<ChainedCommand>> CommandsAsync(long commit, CancellationToken ct)
    {
        await using var command = source.CreateCommand($"""
            select service, account, region, command_id, name, routine, body, digest, resolved, received_at,
              decider_version, answer, first_position, last_position
            from {LogNames.Schema}.commands where commit_number = $1 order by ordinal
            """);
        command.Parameters.AddWithValue(commit);
        return await ReadAsync(command, reader => new ChainedCommand(
            new CommandKey(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)),
            reader.GetString(4),
            reader.GetBoolean(5),
            Json(reader, 6)!,
            reader.GetString(7),
            Json(reader, 8),
            reader.GetFieldValue<DateTimeOffset>(9),
            reader.GetString(10),
            Json(reader, 11)!,
            Number(reader, 12),
            Number(reader, 13)), ct);
    }

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(
        NpgsqlCommand command, Func<NpgsqlDataReader, T> row, CancellationToken ct)
    {
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) rows.Add(row(reader));
        return rows;
    }

    private static long? Number(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private static string? Json(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : CommandText.Canonical(JsonElement.Parse(reader.GetFieldValue<byte[]>(column)));
}
