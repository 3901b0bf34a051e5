using Npgsql;

namespace Ecs.Log;

/// <summary>A log as it came back from a backup.</summary>
/// <param name="Head">Its end: what the backup held.</param>
/// <param name="From">The first position that it gives out from now on.</param>
public sealed record RestoredLog(LogHead Head, long From);

/// <summary>
/// Makes a restored log safe to go on with. Those who were told of the undone days, Agents and readers of the feed,
/// compare positions with what they know: none of those that may have been given out is given out again.
/// </summary>
public static class LogRestore
{
    /// <summary>
    /// Positions from here on were given out after a restore: they begin at its time, in microseconds since 1970. No
    /// log writes an event a microsecond over its whole life, so that a later restore, of whichever backup, begins
    /// higher than all that were given out before; and every one is a whole number that JavaScript can count to, until
    /// 2255.
    /// </summary>
    public const long FirstPosition = 1_000_000_000_000_000;

    private static readonly string HeldSql =
        $"select name, renewed_at, {LeaseTable.IsFree} from {LogNames.Schema}.leases l order by name for update";

    private const string LeadsSql = $"update {LogNames.Schema}.leases set epoch = epoch + 1, holder = null";

    private const string PositionsSql = $"""
        select setval('{LogNames.Schema}.mt_events_sequence', greatest(s.last_value, h.last_position,
          (extract(epoch from clock_timestamp()) * 1000000)::bigint))
        from {LogNames.Schema}.mt_events_sequence s, {LogNames.Schema}.log_head h
        """;

    /// <summary>
    /// Moves positions past all that were given out, and sees to it that nobody who led in the backup leads on. May be
    /// run again. A lease that the backup held is waited for until its life is over, which is
    /// <see cref="LogLimits.LeaseLife"/>.
    /// </summary>
    /// <param name="connection">A connection string of the role that owns the tables.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="LeaseHeldException">
    /// A service runs: it renewed its lease meanwhile. Nothing was done.
    /// </exception>
    public static async Task<RestoredLog> BeginAsync(string connection, CancellationToken ct)
    {
        await using var log = new EventLog(connection);
        var renewals = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        while (true)
        {
            if (await TryBeginAsync(log, renewals, ct) is { } begun) return begun;

            await Task.Delay(LogLimits.LeaseTry, ct);
        }
    }

    /// <returns>Null where a lease may still be held.</returns>
    private static async Task<RestoredLog?> TryBeginAsync(
        EventLog log, Dictionary<string, DateTime> renewals, CancellationToken ct)
    {
        await using var held = await log.Writing.OpenConnectionAsync(ct);
        await using var transaction = await held.BeginTransactionAsync(ct);
        // Leases first, as every append has it.
        if (await AreHeldAsync(held, transaction, renewals, ct)) return null;

        await using (var leads = new NpgsqlCommand(LeadsSql, held, transaction)) await leads.ExecuteNonQueryAsync(ct);
        var head = await LogLock.HeadAsync(transaction, ct);
        await using var positions = new NpgsqlCommand(PositionsSql, held, transaction);
        var last = (long)(await positions.ExecuteScalarAsync(ct))!;
        await transaction.CommitAsync(ct);
        return new RestoredLog(head, last + 1);
    }

    /// <summary>
    /// Whether a lease may be held. One of a moment ago is the backup's or a living service's: only the latter renews
    /// it.
    /// </summary>
    private static async Task<bool> AreHeldAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        Dictionary<string, DateTime> renewals,
        CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(HeldSql, connection, transaction);
        await using var leases = await command.ExecuteReaderAsync(ct);
        var held = false;
        while (await leases.ReadAsync(ct))
        {
            if (leases.GetBoolean(2)) continue;

            held = true;
            var (service, renewed) = (leases.GetString(0), leases.GetDateTime(1));
            if (!renewals.TryAdd(service, renewed) && renewals[service] != renewed)
            {
                throw new LeaseHeldException(service);
            }
        }

        return held;
    }
}
