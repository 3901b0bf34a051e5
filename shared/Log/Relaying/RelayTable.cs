using Npgsql;

namespace Ecs.Log;

/// <summary>What a relay needs of the log; tests put faults here.</summary>
internal interface IRelayLog
{
    /// <summary>Where the relay was when it last saved; 0 where it never did.</summary>
    Task<RelayPlace> PlaceAsync(string name, CancellationToken ct);

    /// <summary>The last position of the log.</summary>
    Task<long> HeadAsync(CancellationToken ct);

    /// <summary>The next events, at most so many.</summary>
    Task<IReadOnlyList<RawEvent>> ReadAsync(long after, long upTo, LogFilter owned, int limit, CancellationToken ct);

    /// <summary>Keeps the place.</summary>
    /// <exception cref="FencedException">The lease has passed on; the place is its new holder's to keep.</exception>
    Task SaveAsync(Lease lease, string name, long position, CancellationToken ct);
}

/// <summary>The relay's side of the log, on PostgreSQL.</summary>
internal sealed class RelayTable(EventLog log) : IRelayLog
{
    private const string PlaceSql = $"select position from {LogNames.Schema}.relay_positions where name = $1";

    // A place that is lost in a crash of PostgreSQL only publishes again, so nobody waits for the disk here.
    private const string NoWaitSql = "select set_config('synchronous_commit', 'off', true)";

    private const string SaveSql = $"""
        insert into {LogNames.Schema}.relay_positions (name, position, saved_at)
        select $1, $2, clock_timestamp() from {LogNames.Schema}.leases l
        where l.name = $3 and l.epoch = $4 and l.holder = $5
        on conflict (name) do update set position = excluded.position, saved_at = excluded.saved_at
        """;

    public async Task<RelayPlace> PlaceAsync(string name, CancellationToken ct)
    {
        await using var command = log.Reading.CreateCommand(PlaceSql);
        command.Parameters.AddWithValue(name);
        var position = await command.ExecuteScalarAsync(ct) as long? ?? 0;
        return new RelayPlace(position, position);
    }

    public async Task<long> HeadAsync(CancellationToken ct) => (await log.HeadAsync(ct)).LastPosition;

    public Task<IReadOnlyList<RawEvent>> ReadAsync(
        long after, long upTo, LogFilter owned, int limit, CancellationToken ct) =>
        log.ReadPageAsync(after, upTo, owned, limit, ct);

    public async Task SaveAsync(Lease lease, string name, long position, CancellationToken ct)
    {
        await using var batch = log.Reading.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(NoWaitSql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SaveSql)
        {
            Parameters =
            {
                new() { Value = name },
                new() { Value = position },
                new() { Value = lease.Service },
                new() { Value = lease.Epoch },
                new() { Value = lease.Holder },
            },
        });
        await batch.ExecuteNonQueryAsync(ct);
        if (batch.BatchCommands[1].RecordsAffected == 0) throw new FencedException(lease.Service, lease.Epoch);
    }
}
