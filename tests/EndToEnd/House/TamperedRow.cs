using Npgsql;

namespace Ecs.EndToEnd.House;

/// <summary>
/// A row of the log that a superuser alters or takes away behind everybody's back, past every trigger; put back in the
/// end, so that the house is as it was.
/// </summary>
internal sealed class TamperedRow : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly string _table;
    private readonly string _where;

    private TamperedRow(EcsStack stack, string table, string where)
    {
        _source = NpgsqlDataSource.Create(stack.Backbone.LogConnection);
        (_table, _where) = ($"ecs_log.{table}", where);
    }

    /// <summary>The position of the first event of a name in a stream whose ARN ends so.</summary>
    public static async Task<long> FindAsync(EcsStack stack, string name, string streamEnd)
    {
        await using var source = NpgsqlDataSource.Create(stack.Backbone.LogConnection);
        await using var command = source.CreateCommand(
            "select seq_id from ecs_log.mt_events where type = $1 and right(stream_id, length($2)) = $2 order by 1 limit 1");
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(streamEnd);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>An event's data become what an expression of SQL makes of them.</summary>
    public static async Task<TamperedRow> AlterAsync(EcsStack stack, long position, string data)
    {
        var row = new TamperedRow(stack, "mt_events", $"seq_id = {position}");
        await row.KeepAsync();
        await row.RunAsync($"update {row._table} set data = {data} where {row._where}");
        return row;
    }

    /// <summary>An event is not there.</summary>
    public static Task<TamperedRow> WithoutEventAsync(EcsStack stack, long position) =>
        WithoutAsync(stack, "mt_events", $"seq_id = {position}");

    /// <summary>The commit of an event is not there; the event is.</summary>
    public static Task<TamperedRow> WithoutCommitAsync(EcsStack stack, long position) =>
        WithoutAsync(stack, "commits", $"first_position <= {position} and last_position >= {position}");

    public async ValueTask DisposeAsync()
    {
        await RunAsync($"delete from {_table} where {_where}; insert into {_table} select * from kept; drop table kept");
        await _source.DisposeAsync();
    }

    private static async Task<TamperedRow> WithoutAsync(EcsStack stack, string table, string where)
    {
        var row = new TamperedRow(stack, table, where);
        await row.KeepAsync();
        await row.RunAsync($"delete from {row._table} where {row._where}");
        return row;
    }

    private Task KeepAsync() => RunAsync($"create table kept as select * from {_table} where {_where}");

    private async Task RunAsync(string sql)
    {
        await using var command = _source.CreateCommand($"set session_replication_role = replica; {sql}");
        await command.ExecuteNonQueryAsync();
    }
}
