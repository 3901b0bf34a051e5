using Npgsql;

namespace Ecs.Benchmarks.Throughput;

/// <summary>A commit as the log has it.</summary>
internal sealed record CommitRow(long Number, int Commands, int Events);

/// <summary>
/// A command's way through the Scheduler, by the log's own times: its group was begun, the log's lock was granted, the
/// commit was safe on disk.
/// </summary>
internal sealed record CommandTimes(string Name, DateTimeOffset Begun, DateTimeOffset Locked, DateTimeOffset Committed);

/// <summary>What led to a task's facts: the ids of the commands that placed it, ran it and stopped it.</summary>
internal sealed record TaskCauses(string? Placed, string? Running, string? Stopped);

/// <summary>Reads from the log what was done, so that nothing has to be built into the Scheduler to measure it.</summary>
internal sealed class LogReading(string connection) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connection);

    public async Task<long> HeadAsync()
    {
        await using var command = _source.CreateCommand("select number from ecs_log.log_head");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public Task<List<CommitRow>> CommitsAsync(long after) => ReadAsync(
        "select number, commands, events from ecs_log.commits where number > $1 order by number",
        after,
        row => new CommitRow(row.GetInt64(0), row.GetInt32(1), row.GetInt32(2)));

    public async Task<Dictionary<string, CommandTimes>> CommandsAsync(long after)
    {
        var rows = await ReadAsync(
            """
            select c.command_id, c.name, c.received_at, k.log_time, pg_xact_commit_timestamp(k.xmin)
            from ecs_log.commands c join ecs_log.commits k on k.number = c.commit_number where k.number > $1
            """,
            after,
            row => (Id: row.GetString(0), Times: new CommandTimes(
                row.GetString(1),
                row.GetFieldValue<DateTimeOffset>(2),
                row.GetFieldValue<DateTimeOffset>(3),
                row.GetFieldValue<DateTimeOffset>(4))));
        return rows.ToDictionary(row => row.Id, row => row.Times, StringComparer.Ordinal);
    }

    public async Task<Dictionary<string, TaskCauses>> TasksAsync(long after)
    {
        var rows = await ReadAsync(
            """
            select e.stream_id,
              max(e.causation_id) filter (where e.type = 'task-placed'),
              max(e.causation_id) filter (where e.type = 'task-running'),
              max(e.causation_id) filter (where e.type = 'task-stopped')
            from ecs_log.mt_events e
            where e.seq_id > (select last_position from ecs_log.commits where number = $1) and e.type like 'task-%'
            group by e.stream_id
            """,
            after,
            row => (Task: row.GetString(0), Causes: new TaskCauses(Text(row, 1), Text(row, 2), Text(row, 3))));
        return rows.ToDictionary(row => row.Task, row => row.Causes, StringComparer.Ordinal);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private async Task<List<T>> ReadAsync<T>(string sql, long after, Func<NpgsqlDataReader, T> read)
    {
        await using var command = _source.CreateCommand(sql);
        command.Parameters.AddWithValue(after);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }
}
