using Npgsql;

namespace Ecs.Log;

/// <summary>The lease rows in PostgreSQL, by its clock alone.</summary>
internal sealed class LeaseTable(NpgsqlDataSource reading, NpgsqlDataSource writing)
{
    private static readonly string Life = FormattableString.Invariant(
        $"interval '{LogLimits.LeaseLife.TotalMilliseconds} milliseconds'");

    /// <summary>The advisory lock of a lease and its epoch, which its holder has as long as it lives.</summary>
    private const string SessionKeys = "hashtext('lease of ' || $1), ($2 % 2147483647)::int";

    /// <summary>
    /// PostgreSQL has noticed that the process is gone which had told that it holds the advisory lock of this epoch.
    /// </summary>
    private const string HolderIsGone = """
        l.session_epoch = l.epoch and not exists (select from pg_locks p
          where p.locktype = 'advisory' and p.classid = hashtext('lease of ' || l.name)::oid
            and p.objid = (l.epoch % 2147483647)::int::oid and p.objsubid = 2
            and p.database = (select d.oid from pg_database d where d.datname = current_database()))
        """;

    /// <summary>The condition on a row <c>l</c> of leases that nobody holds it.</summary>
    // A lease that was renewed in the future is free too: the clock has stepped back, and its holder may be gone. One
    // that is still there loses its lead once, which is less than nobody leading until the clock is there again.
    public static readonly string IsFree = $"""
        ((l.holder is null or l.renewed_at < clock_timestamp() - {Life}
          or l.renewed_at > clock_timestamp() or ({HolderIsGone})) is true)
        """;

    // The condition is looked at without a lock first, so that a standby that tries does not stand in the leader's way.
    private static readonly string TakeSql = $"""
        update {LogNames.Schema}.leases l set epoch = epoch + 1, holder = $2, renewed_at = clock_timestamp()
        where name = $1 and {IsFree}
        returning epoch
        """;

    private const string HoldSql = $"select pg_try_advisory_lock_shared({SessionKeys})";

    private const string AddSql = $"""
        insert into {LogNames.Schema}.leases (name, epoch, renewed_at) values ($1, 0, clock_timestamp())
        on conflict do nothing
        """;

    private const string RenewSql = $"""
        update {LogNames.Schema}.leases set renewed_at = clock_timestamp(), session_epoch = epoch
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

    /// <summary>
    /// Opens a connection that shows, as long as it is open, that the lease's holder lives: where the process ends, the
    /// connection does, and a standby need not wait for the end of the lease.
    /// </summary>
    public async Task<NpgsqlConnection> OpenSessionAsync(Lease lease, CancellationToken ct)
    {
        var session = await reading.OpenConnectionAsync(ct);
        try
        {
            await using var hold = new NpgsqlCommand(HoldSql, session);
            hold.Parameters.AddWithValue(lease.Service);
            hold.Parameters.AddWithValue(lease.Epoch);
            await hold.ExecuteNonQueryAsync(ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Renews the lease over its holder's session.</summary>
    /// <returns>Whether it is still held.</returns>
    public static Task<bool> RenewAsync(NpgsqlConnection session, Lease lease, CancellationToken ct) =>
        RunAsync(new NpgsqlCommand(RenewSql, session), lease, ct);

    public Task<bool> GiveUpAsync(Lease lease, CancellationToken ct) =>
        RunAsync(reading.CreateCommand(GiveUpSql), lease, ct);

    private static async Task<bool> RunAsync(NpgsqlCommand command, Lease lease, CancellationToken ct)
    {
        await using (command)
        {
            command.Parameters.AddWithValue(lease.Service);
            command.Parameters.AddWithValue(lease.Epoch);
            command.Parameters.AddWithValue(lease.Holder);
            return await command.ExecuteNonQueryAsync(ct) == 1;
        }
    }
}

/// <summary>The session of a lease: opened anew where it breaks.</summary>
internal sealed class LeaseSession(LeaseTable table, Lease lease) : IAsyncDisposable
{
    private NpgsqlConnection? _connection;

    /// <summary>Renews the lease.</summary>
    /// <returns>Whether it is still held.</returns>
    public async Task<bool> RenewAsync(CancellationToken ct)
    {
        try
        {
            _connection ??= await table.OpenSessionAsync(lease, ct);
            return await LeaseTable.RenewAsync(_connection, lease, ct);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection) await connection.DisposeAsync();
        _connection = null;
    }
}
