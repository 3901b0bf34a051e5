using JasperFx.Events;
using Marten;
using Marten.Exceptions;
using Marten.Services;
using Npgsql;

namespace Ecs.Log;

/// <summary>Appends the events of a commit through Marten, on a transaction that holds the log's locks.</summary>
internal sealed class EventAppend(DocumentStore store, CanonicalSerializer serializer)
{
    /// <summary>Writes the events at their expected versions.</summary>
    /// <returns>What the chain says of them, in the order of the decisions, with their positions.</returns>
    /// <exception cref="VersionConflictException">A stream does not end where the decision said.</exception>
    public async Task<ChainedEvent[]> WriteAsync(
        NpgsqlTransaction transaction,
        IReadOnlyList<DecidedCommand> commands,
        DateTimeOffset logTime,
        CancellationToken ct)
    {
        var rows = commands.SelectMany(command => command.Events, (command, e) => Row(command, e, logTime)).ToArray();
        if (rows.Length == 0) return [];

        var options = SessionOptions.ForTransaction(transaction);
        options.Listeners.Add(new DecisionOrder(rows));
        await using var session = store.LightweightSession(options);
        foreach (var stream in rows.GroupBy(row => row.StreamKey!)) Queue(session, stream.Key, [.. stream]);
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (Exception e) when (IsConflict(e))
        {
            throw new VersionConflictException(e.Message, e);
        }

        var decided = commands.SelectMany(command => command.Events);
        return [.. rows.Zip(decided, Chained)];
    }

    private IEvent Row(DecidedCommand command, DecidedEvent e, DateTimeOffset logTime)
    {
        serializer.Prepare(e.Event, e.Data);
        var row = store.Events.BuildEvent(e.Event);
        row.Id = EventIds.Of(e.Stream, e.Version);
        row.StreamKey = e.Stream;
        row.Version = e.Version;
        row.Timestamp = logTime;
        row.CausationId = command.Key.CommandId;
        row.CorrelationId = command.Correlation;
        row.UserName = command.Actor;
        return row;
    }

    private static void Queue(IDocumentSession session, string stream, IEvent[] rows)
    {
        for (var i = 1; i < rows.Length; i++)
        {
            if (rows[i].Version != rows[0].Version + i)
            {
                throw new VersionConflictException(
                    $"{stream}: version {rows[i].Version} follows {rows[i - 1].Version}");
            }
        }

        // Marten's expected version is the one that the stream has after the append.
        if (rows[0].Version == 1) session.Events.StartStream(stream, rows);
        else session.Events.Append(stream, rows[^1].Version, rows);
    }

    private static bool IsConflict(Exception e) =>
        e is EventStreamUnexpectedMaxEventIdException or Marten.Exceptions.ExistingStreamIdCollisionException
        || e is PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation,
            TableName: "mt_events" or "mt_streams",
        }
        || (e is MartenCommandException or AggregateException && e.InnerException is { } inner && IsConflict(inner));

    private static ChainedEvent Chained(IEvent row, DecidedEvent e) => new(
        row.Sequence, row.Id, e.Stream, row.Version, e.Name, row.CausationId, row.CorrelationId, row.UserName, e.Data);
}
