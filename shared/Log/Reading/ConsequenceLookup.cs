using Ecs.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Ecs.Log;

/// <summary>A decided command with what ties it to others.</summary>
/// <param name="Commit">The number of its commit.</param>
/// <param name="Ordinal">Its place in that.</param>
/// <param name="Command">The command with its answer.</param>
/// <param name="Correlation">Its correlation; its own id where its sender gave none.</param>
/// <param name="Actor">Who asked; null where nobody gave a name.</param>
/// <param name="FirstPosition">Where its events begin; null where it led to none.</param>
/// <param name="LastPosition">Where they end.</param>
public sealed record TiedCommand(
    long Commit,
    int Ordinal,
    CausingCommand Command,
    string Correlation,
    string? Actor,
    long? FirstPosition,
    long? LastPosition);

/// <summary>
/// Finds a command by its id, the commands that its correlation ties to it, and the events of them all: by indexes,
/// however long the log, except for ids of which the log keeps no index.
/// </summary>
internal static class ConsequenceLookup
{
    private const string Columns = $"""
        select c.first_position, c.service, c.account, c.region, c.command_id, c.name, c.body, c.resolved,
          c.received_at, c.decider_version, c.answer, k.last_position,
          coalesce(c.body ->> 'correlationId', c.command_id), c.body ->> 'actor', c.last_position,
          c.commit_number, c.ordinal
        from {LogNames.Schema}.commands c join {LogNames.Schema}.commits k on k.number = c.commit_number
        where c.account = $1 and c.region = $2
        """;

    private const string Services = "('registry', 'scheduler')";

    private const string Key = $"c.service in {Services} and c.command_id = $3 and not c.routine";

    private const string Last = "order by c.commit_number, c.ordinal limit $4";

    private const string BySenderSql = $"{Columns} and {Key} {Last}";

    // Of routine reports, and of one sending of a token, no index is kept: all commands are gone through.
    private const string AnywhereSql = $"{Columns} and (c.command_id = $3 or c.body ->> 'commandId' = $3) {Last}";

    // No index begins with an id, either.
    private const string BegunSql = $"{Columns} and left(c.command_id, length($3)) = $3 {Last}";

    private const string TiedSql = $"{Columns} and (c.body ->> 'correlationId' = $3 or ({Key})) {Last}";

    private const string EventsSql = $"""
        select {EventQuery.Columns} from unnest($1::bigint[], $2::bigint[]) as r(first, last)
        join {LogNames.Schema}.mt_events e on e.seq_id between r.first and r.last
        where e.seq_id > $3 and e.type <> '{LogNames.Tombstone}' order by e.seq_id limit $4
        """;

    /// <summary>The commands with an id: several where services share it, or a routine report repeats it.</summary>
    public static async Task<IReadOnlyList<TiedCommand>> FindAsync(
        NpgsqlDataSource source, Scope scope, string id, int limit, CancellationToken ct)
    {
        var found = await ReadAsync(source, BySenderSql, scope, id, limit, ct);
        return found.Count > 0 ? found : await ReadAsync(source, AnywhereSql, scope, id, limit, ct);
    }

    /// <summary>The commands whose ids begin so, in their order.</summary>
    public static Task<IReadOnlyList<TiedCommand>> BegunAsync(
        NpgsqlDataSource source, Scope scope, string beginning, int limit, CancellationToken ct) =>
        ReadAsync(source, BegunSql, scope, beginning, limit, ct);

    /// <summary>The commands of a correlation, in their order.</summary>
    public static Task<IReadOnlyList<TiedCommand>> TiedAsync(
        NpgsqlDataSource source, Scope scope, string correlation, int limit, CancellationToken ct) =>
        ReadAsync(source, TiedSql, scope, correlation, limit, ct);

    /// <summary>The events of several commands, in their order.</summary>
    public static async Task<IReadOnlyList<RawEvent>> EventsAsync(
        NpgsqlDataSource source, IEnumerable<TiedCommand> commands, long after, int limit, CancellationToken ct)
    {
        var ranges = commands.Where(tied => tied.FirstPosition is not null && tied.LastPosition > after).ToList();
        if (ranges.Count == 0) return [];

        await using var command = source.CreateCommand(EventsSql);
        Add(ranges.Select(tied => tied.FirstPosition!.Value));
        Add(ranges.Select(tied => tied.LastPosition!.Value));
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit);
        var found = new List<RawEvent>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) found.Add(EventQuery.Read(reader).ToRaw());
        return found;

        void Add(IEnumerable<long> values) => command.Parameters.Add(
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint, Value = values.ToArray() });
    }

    private static async Task<IReadOnlyList<TiedCommand>> ReadAsync(
        NpgsqlDataSource source, string sql, Scope scope, string text, int limit, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.AddWithValue(scope.Account);
        command.Parameters.AddWithValue(scope.Region);
        command.Parameters.AddWithValue(text);
        command.Parameters.AddWithValue(limit);
        var found = new List<TiedCommand>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            found.Add(new TiedCommand(
                reader.GetInt64(15),
                reader.GetInt32(16),
                CauseLookup.Read(reader),
                reader.GetString(12),
                EventQuery.Text(reader, 13),
                reader.IsDBNull(0) ? null : reader.GetInt64(0),
                reader.IsDBNull(14) ? null : reader.GetInt64(14)));
        }

        return found;
    }
}
