using Npgsql;

namespace Ecs.Log;

/// <summary>The lease rows in PostgreSQL, by its clock alone.</summary>
internal sealed class LeaseTable(NpgsqlDataSource reading, NpgsqlDataSource writing)
{
    private static readonly string Life = FormattableString.Invariant(
        $"interval '{LogLimits.LeaseLife.TotalMilliseconds} milliseconds'");

    // The condition is looked at without a lock first, so that a standby that tries does not stand in the leader's way.
    // A lease that was renewed in the future is free too: the clock has stepped back, and its holder may be gone. One
    // that is still there loses its lead once, which is less than nobody leading until the clock is there again.
    private static readonly string TakeSql = $"""
        update {LogNames.Schema}.leases set epoch = epoch + 1, holder = $2, renewed_at = clock_timestamp()
        where name = $1 and (holder is null or renewed_at < clock_timestamp() - {Life}
          or renewed_at > clock_timestamp()) returning epoch
        """;

    private const string AddSql = $"""
        insert into {LogNames.Schema}.leases (name, epoch, renewed_at) values ($1, 0, clock_timestamp())
        on conflict do nothing
        """;

    private const string RenewSql = $"""
        update {LogNames.Schema}.leases set renewed_at = clock_timestamp()
        where name = $1 and epoch = $2 and holder = $3
        """;

    private const string GiveUpSql = $"""
        update {LogNames.Schema}.leases set holder = null where name = $1 and epoch = $2 and holder = $3
        """;

    private bool _hasRow;

    /// <summary>Takes the lease, with a new epoch, where nobody holds it; null where somebody does.</summary>
    public async Task<Lease?> TryTakeAsync(string service, string holder, CancellationToken ct)
    {
        if (!_hasRow)
        {
            await using var add = writing.CreateCommand(AddSql);
            add.Parameters.AddWithValue(service);
            await add.ExecuteNonQueryAsync(ct);
            _hasRow = true;
        }

        // Through the writing connections: an epoch must be safe on disk before anyone appends with it.
        await using var take = writing.CreateCommand(TakeSql);
        take.Parameters.AddWithValue(service);
        take.Parameters.AddWithValue(holder);
        return await take.ExecuteScalarAsync(ct) is long epoch ? new Lease(service, epoch, holder) : null;
    }

    public Task<bool> RenewAsync(Lease lease, CancellationToken ct) => RunAsync(RenewSql, lease, ct);

    public Task<bool> GiveUpAsync(Lease lease, CancellationToken ct) => RunAsync(GiveUpSql, lease, ct);

    private async Task<bool> RunAsync(string sql, Lease lease, CancellationToken ct)
    {
        await using var command = reading.CreateCommand(sql);
        command.Parameters.AddWithValue(lease.Service);
        command.Parameters.AddWithValue(lease.Epoch);
        command.Parameters.AddWithValue(lease.Holder);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }
}
