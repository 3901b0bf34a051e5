using Npgsql;

namespace Ecs.EndToEnd.Checking;

/// <summary>
/// Has PostgreSQL itself note, for every row of the log that is added or changed, over whose connection that was.
/// </summary>
internal sealed class Ledger : IAsyncDisposable
{
    private static readonly string[] Tables =
        ["mt_events", "mt_streams", "commits", "commands", "log_head", "leases", "relay_positions", "snapshots"];

    private readonly NpgsqlDataSource _source;

    private Ledger(NpgsqlDataSource source) => _source = source;

    public static async Task<Ledger> OpenAsync(string connection)
    {
        var ledger = new Ledger(NpgsqlDataSource.Create(connection));
        await ledger.RunAsync(
            """
            create table ledger (program text, "table" text);
            create function note() returns trigger language plpgsql security definer as $body$
            begin
              insert into public.ledger values (current_setting('application_name'), tg_table_name);
              return null;
            end $body$;
            """);
        foreach (var table in Tables)
        {
            await ledger.RunAsync(
                $"""
                create trigger noted after insert or update or delete on ecs_log.{table}
                  for each row execute function public.note()
                """);
        }

        return ledger;
    }

    /// <summary>Rows that a program has added or changed, by table.</summary>
    public async Task<IReadOnlyDictionary<string, long>> RowsOfAsync(string program)
    {
        await using var command = _source.CreateCommand(
            """select "table", count(*) from ledger where starts_with(program, $1) group by 1""");
        command.Parameters.AddWithValue(program);
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync()) rows[reader.GetString(0)] = reader.GetInt64(1);
        return rows;
    }

    /// <summary>Holds every append where its events are written and its commands are not yet.</summary>
    public async Task<NpgsqlConnection> HoldAppendsAsync()
    {
        var connection = await _source.OpenConnectionAsync();
        await using var hold = new NpgsqlCommand("begin; lock table ecs_log.commands in share mode", connection);
        await hold.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>The server's process of a program's writing connection that is in a transaction, in this state.</summary>
    public async Task<int?> WriterAsync(string program, string state)
    {
        await using var command = _source.CreateCommand(
            """
            select pid from pg_stat_activity where application_name = $1 and xact_start is not null
              and (state = $2 or wait_event_type = $2)
            """);
        command.Parameters.AddWithValue($"{program}-write");
        command.Parameters.AddWithValue(state);
        return (int?)await command.ExecuteScalarAsync();
    }

    /// <summary>Whether the server still has that process.</summary>
    public async Task<bool> HasProcessAsync(int? process)
    {
        await using var command = _source.CreateCommand("select exists (select from pg_stat_activity where pid = $1)");
        command.Parameters.AddWithValue(process!);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The number of the Schedulers' present lead: whoever takes it has a higher one.</summary>
    public async Task<long> LeadAsync()
    {
        await using var command = _source.CreateCommand("select epoch from ecs_log.leases where name = 'scheduler'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var table in Tables) await RunAsync($"drop trigger noted on ecs_log.{table}");
        await RunAsync("drop function note(); drop table ledger");
        await _source.DisposeAsync();
    }

    private async Task RunAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
