using Npgsql;

namespace Ecs.Log;

/// <summary>
/// The locks of an append, taken in its first round trip and held to its end. Because <c>log_head</c> is locked before
/// a sequence number is drawn, position order is commit order: a reader of "after N" never misses a late commit.
/// </summary>
internal static class LogLock
{
    private const string LeaseSql =
        $"select epoch, holder from {LogNames.Schema}.leases where name = $1 for update";

    // The time is read after the lock was granted; the clock may step back, the log's time may not.
    private const string HeadSql = $"""
        select number, last_position, greatest(log_time, clock_timestamp()), hash
        from {LogNames.Schema}.log_head for update
        """;

    // The rows are locked by then, and an epoch that has passed draws nothing.
    private const string DrawSql = $"""
        select nextval('{LogNames.Schema}.mt_events_sequence') from generate_series(1, $1)
        where exists (select from {LogNames.Schema}.leases where name = $2 and epoch = $3 and holder = $4)
        """;

    /// <summary>
    /// Locks the lease and the head, in this order everywhere, so that no two can wait for each other; then draws
    /// positions. All in one round trip.
    /// </summary>
    /// <param name="transaction">Holds the locks.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="count">How many positions.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>
    /// The head before this commit, with the log time that the commit gets, and the positions, in their order.
    /// </returns>
    /// <exception cref="FencedException">The epoch has passed; nothing was drawn.</exception>
    public static async Task<(LogHead Head, long[] Positions)> TakeAsync(
        NpgsqlTransaction transaction, Lease lease, int count, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(LeaseSql) { Parameters = { new() { Value = lease.Service } } },
                new NpgsqlBatchCommand(HeadSql),
            },
        };
        if (count > 0) batch.BatchCommands.Add(Draw(lease, count));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var held = await reader.ReadAsync(ct)
            && reader.GetInt64(0) == lease.Epoch
            && !await reader.IsDBNullAsync(1, ct)
            && reader.GetString(1) == lease.Holder;
        if (!held) throw new FencedException(lease.Service, lease.Epoch);

        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        var head = new LogHead(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3));
        await reader.NextResultAsync(ct);
        var positions = new long[count];
        for (var i = 0; i < count; i++)
        {
            await reader.ReadAsync(ct);
            positions[i] = reader.GetInt64(0);
        }

        return (head, positions);
    }

    private static NpgsqlBatchCommand Draw(Lease lease, int count) => new(DrawSql)
    {
        Parameters =
        {
            new NpgsqlParameter<int> { TypedValue = count },
            new() { Value = lease.Service },
            new() { Value = lease.Epoch },
            new() { Value = lease.Holder },
        },
    };

    /// <summary>Locks the head alone, for who has ended every lead; its time is that of its last commit.</summary>
    public static async Task<LogHead> HeadAsync(NpgsqlTransaction transaction, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"select number, last_position, log_time, hash from {LogNames.Schema}.log_head for update",
            transaction.Connection,
            transaction);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new LogHead(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3));
    }

    /// <summary>
    /// Waits until no append of this lease is under way any more, one whose client has gone included.
    /// </summary>
    /// <exception cref="FencedException">The epoch has passed.</exception>
    public static async Task WaitForEarlierAsync(NpgsqlDataSource writing, Lease lease, CancellationToken ct)
    {
        await using var connection = await writing.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await TakeAsync(transaction, lease, count: 0, ct);
    }
}
