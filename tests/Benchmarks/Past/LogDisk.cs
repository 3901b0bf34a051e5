using System.Globalization;
using Npgsql;

namespace Ecs.Benchmarks.Past;

/// <summary>What the database itself says of a log.</summary>
internal sealed class LogDisk(string connection) : IAsyncDisposable
{
    /// <summary>Positions in front of a moment in which all tasks were placed that live then: they live in step.</summary>
    private const int Lives = 40_000;

    private const string LogTables = "'mt_events', 'mt_streams', 'commits', 'commands'";

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connection);

    /// <summary>
    /// Does what PostgreSQL does by itself after a while; in one process, since a container has little shared memory.
    /// </summary>
    public async Task SettleAsync()
    {
        await using var command = _source.CreateCommand("vacuum (parallel 0, analyze)");
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Tasks that were placed shortly before a position, by chance.</summary>
    public async Task<IReadOnlyList<string>> TasksAsync(long position, int count)
    {
        await using var command = _source.CreateCommand(
            """
            select stream_id from ecs_log.mt_events
            where seq_id > $1 and seq_id <= $2 and type = 'task-placed' order by random() limit $3
            """);
        command.Parameters.AddWithValue(position - Lives);
        command.Parameters.AddWithValue(position);
        command.Parameters.AddWithValue(count);
        var tasks = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) tasks.Add(reader.GetString(0));
        return tasks;
    }

    /// <summary>How many snapshots there are, how large, and how far apart.</summary>
    public Task<string> SnapshotsAsync() => TellAsync(
        """
        select count(*), coalesce(sum(length(content)), 0)::bigint, coalesce(max(size), 0)::bigint, coalesce(max(gap), 0)::bigint
        from (select *, position - lag(position, 1, 0::bigint) over (order by position) as gap from ecs_log.snapshots) s
        """,
        row => string.Create(
            CultureInfo.InvariantCulture,
            $"{row.GetInt64(0):N0} snapshots, {row.GetInt64(1):N0} bytes together, the largest {row.GetInt64(2):N0} "
            + $"unpacked; at most {row.GetInt64(3):N0} events between two"));

    /// <summary>The disk that the log takes, with its indexes, and its snapshots besides.</summary>
    public Task<string> SizeAsync() => TellAsync(
        $"""
        select coalesce(sum(pg_total_relation_size(c.oid)) filter (where relname in ({LogTables})), 0)::bigint,
          coalesce(sum(pg_total_relation_size(c.oid)) filter (where relname = 'snapshots'), 0)::bigint,
          (select count(*) from ecs_log.mt_events),
          (select count(*) from ecs_log.mt_events where type = 'task-placed')
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'ecs_log' and c.relkind = 'r'
        """,
        row => string.Create(
            CultureInfo.InvariantCulture,
            $"on disk with indexes   {row.GetInt64(0):N0} bytes: {row.GetInt64(0) / row.GetInt64(2):N0} for each event, "
            + $"{row.GetInt64(0) / row.GetInt64(3):N0} for each task; snapshots {row.GetInt64(1):N0} besides"));

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<string> TellAsync(string sql, Func<NpgsqlDataReader, string> tell)
    {
        await using var command = _source.CreateCommand(sql);
        command.CommandTimeout = 600;
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return tell(reader);
    }
}
