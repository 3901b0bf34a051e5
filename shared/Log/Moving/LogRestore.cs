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

    private const string LeadsSql = $"update {LogNames.Schema}.leases set epoch = epoch + 1, holder = null";

    private const string PositionsSql = $"""
        select setval('{LogNames.Schema}.mt_events_sequence', greatest(s.last_value, h.last_position,
          (extract(epoch from clock_timestamp()) * 1000000)::bigint))
        from {LogNames.Schema}.mt_events_sequence s, {LogNames.Schema}.log_head h
        """;

    /// <summary>Ends whoever leads, and moves positions past all that were given out. May be run again.</summary>
    /// <param name="connection">A connection string of the role that owns the tables.</param>
    /// <param name="ct">Stops it.</param>
    public static async Task<RestoredLog> BeginAsync(string connection, CancellationToken ct)
    {
        await using var log = new EventLog(connection);
        await using var held = await log.Writing.OpenConnectionAsync(ct);
        await using var transaction = await held.BeginTransactionAsync(ct);
        // Leases first, as every append has it.
        await using (var leads = new NpgsqlCommand(LeadsSql, held, transaction)) await leads.ExecuteNonQueryAsync(ct);
        var head = await LogLock.HeadAsync(transaction, ct);
        await using var positions = new NpgsqlCommand(PositionsSql, held, transaction);
        var last = (long)(await positions.ExecuteScalarAsync(ct))!;
        await transaction.CommitAsync(ct);
        return new RestoredLog(head, last + 1);
    }
}
