using Npgsql;
using NpgsqlTypes;

namespace Ecs.Log;

/// <summary>A moment of the log: what was in it then is everything up to a position.</summary>
/// <param name="Position">The last position that belongs to it; 0 before the first event.</param>
/// <param name="LogTime">The time of the commit that it ends with; null before the first.</param>
/// <param name="Mark">That commit; null before the first.</param>
public sealed record LogMoment(long Position, DateTimeOffset? LogTime, CommitMark? Mark)
{
    /// <summary>The moment before anything was written.</summary>
    public static LogMoment Empty { get; } = new(0, null, null);
}

/// <summary>Finds what a time or a position means: both by an index, however long the log.</summary>
internal static class MomentLookup
{
    private const string AtTimeSql = $"""
        select last_position, log_time, number, hash from {LogNames.Schema}.commits
        where log_time <= $1 order by log_time desc, number desc limit 1
        """;

    // Commits without events end where the one before them ends: of those at the position the first has its event.
    private const string AtPositionSql = $"""
        select $1, log_time, number, hash from {LogNames.Schema}.commits
        where last_position >= $1 order by last_position, number limit 1
        """;

    public static Task<LogMoment?> AtAsync(NpgsqlDataSource source, DateTimeOffset time, CancellationToken ct) =>
        FindAsync(source, AtTimeSql, new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = time.UtcDateTime }, ct);

    public static Task<LogMoment?> AtAsync(NpgsqlDataSource source, long position, CancellationToken ct) =>
        FindAsync(source, AtPositionSql, new() { NpgsqlDbType = NpgsqlDbType.Bigint, Value = position }, ct);

    private static async Task<LogMoment?> FindAsync(
        NpgsqlDataSource source, string sql, NpgsqlParameter parameter, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new LogMoment(
                reader.GetInt64(0),
                reader.GetFieldValue<DateTimeOffset>(1),
                new CommitMark(reader.GetInt64(2), reader.GetString(3)))
            : null;
    }
}
