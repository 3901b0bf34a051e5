using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;

namespace Ecs.Log;

/// <summary>
/// Writes the events of a commit: the very rows that Marten writes in its Rich mode, by arrays. Three statements for a
/// whole group, where Marten asks for every stream and then sends two statements for every event.
/// </summary>
internal sealed class EventAppend
{
    private const string NewStreamsSql =
        $"insert into {LogNames.Schema}.mt_streams (id, version) select * from unnest($1::varchar[], $2::bigint[])";

    private const string OldStreamsSql = $"""
        update {LogNames.Schema}.mt_streams s set version = t.after
        from unnest($1::varchar[], $2::bigint[], $3::bigint[]) as t(id, before, after)
        where s.id = t.id and s.version = t.before
        """;

    private const string EventsSql = $"""
        insert into {LogNames.Schema}.mt_events (seq_id, id, stream_id, version, type, causation_id, correlation_id,
          user_name, data, mt_dotnet_type, timestamp)
        select e.*, $11 from unnest($1::bigint[], $2::uuid[], $3::varchar[], $4::bigint[], $5::varchar[],
          $6::varchar[], $7::varchar[], $8::varchar[], $9::jsonb[], $10::varchar[]) as e
        """;

    private static readonly ConcurrentDictionary<Type, string> TypeNames = [];

    private readonly NpgsqlBatchCommand? _oldStreams;
    private readonly int _expected;

    private EventAppend(NpgsqlBatchCommand? oldStreams, int expected) =>
        (_oldStreams, _expected) = (oldStreams, expected);

    /// <summary>What the chain says of each event of the decisions, at the position drawn for it.</summary>
    public static ChainedEvent[] Place(IReadOnlyList<DecidedCommand> commands, long[] positions)
    {
        var events = new List<ChainedEvent>(positions.Length);
        foreach (var command in commands)
        {
            foreach (var e in command.Events)
            {
                var position = positions[events.Count];
                events.Add(new ChainedEvent(
                    position, EventIds.Of(e.Stream, e.Version, position), e.Stream, e.Version, e.Name,
                    command.Key.CommandId, command.Correlation, command.Actor, e.Data));
            }
        }

        return [.. events];
    }

    /// <summary>Adds the statements to the commit's batch.</summary>
    /// <param name="batch">The commit's batch.</param>
    /// <param name="events">The events.</param>
    /// <param name="types">The type of each, for Marten; null where this version knows none.</param>
    /// <param name="logTime">The commit's time.</param>
    /// <exception cref="VersionConflictException">The decisions do not follow each other in a stream.</exception>
    public static EventAppend AddTo(
        NpgsqlBatch batch,
        ChainedEvent[] events,
        IEnumerable<Type?> types,
        DateTimeOffset logTime)
    {
        var streams = events.GroupBy(e => e.Stream, StringComparer.Ordinal).Select(StreamAppend.Of).ToArray();
        var fresh = streams.Where(stream => stream.Before == 0).ToArray();
        var old = streams.Where(stream => stream.Before > 0).ToArray();
        NpgsqlBatchCommand? update = null;
        if (fresh.Length > 0)
        {
            batch.BatchCommands.Add(Statement(
                NewStreamsSql,
                Column(NpgsqlDbType.Varchar, fresh, s => s.Stream),
                Column(NpgsqlDbType.Bigint, fresh, s => s.After)));
        }

        if (old.Length > 0)
        {
            update = Statement(
                OldStreamsSql,
                Column(NpgsqlDbType.Varchar, old, s => s.Stream),
                Column(NpgsqlDbType.Bigint, old, s => s.Before),
                Column(NpgsqlDbType.Bigint, old, s => s.After));
            batch.BatchCommands.Add(update);
        }

        if (events.Length > 0) batch.BatchCommands.Add(Events(events, types, logTime));
        return new EventAppend(update, old.Length);
    }

    /// <summary>Whether a commit failed because a stream does not end where a decision said.</summary>
    public static bool IsConflict(PostgresException e) =>
        e is
        {
            // A stream that is not there at all is missed by its first event.
            SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation,
            TableName: "mt_events" or "mt_streams",
        };

    /// <summary>To be called when the batch has run, before it is committed.</summary>
    /// <exception cref="VersionConflictException">A stream did not end where a decision said.</exception>
    public void Check()
    {
        if (_oldStreams is { RecordsAffected: var found } && found != _expected)
        {
            throw new VersionConflictException($"{found} of {_expected} streams ended where the decisions said");
        }
    }

    private static NpgsqlBatchCommand Events(
        ChainedEvent[] events, IEnumerable<Type?> types, DateTimeOffset logTime) => Statement(
        EventsSql,
        Column(NpgsqlDbType.Bigint, events, e => e.Position),
        Column(NpgsqlDbType.Uuid, events, e => e.Id),
        Column(NpgsqlDbType.Varchar, events, e => e.Stream),
        Column(NpgsqlDbType.Bigint, events, e => e.Version),
        Column(NpgsqlDbType.Varchar, events, e => e.Name),
        Column(NpgsqlDbType.Varchar, events, e => e.Causation),
        Column(NpgsqlDbType.Varchar, events, e => e.Correlation),
        Column(NpgsqlDbType.Varchar, events, e => e.Actor),
        Column(NpgsqlDbType.Jsonb, events, e => e.Data),
        Column(NpgsqlDbType.Varchar, types, type => type is null ? null : TypeName(type)),
        new NpgsqlParameter<DateTime> { TypedValue = logTime.UtcDateTime });

    /// <summary>As Marten names a type, by which it finds one whose stored name it does not know.</summary>
    private static string TypeName(Type type) =>
        TypeNames.GetOrAdd(type, static t => $"{t.FullName}, {t.Assembly.GetName().Name}");

    private static NpgsqlBatchCommand Statement(string sql, params NpgsqlParameter[] parameters)
    {
        var statement = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters) statement.Parameters.Add(parameter);
        return statement;
    }

    private static NpgsqlParameter<T[]> Column<TRow, T>(
        NpgsqlDbType type, IEnumerable<TRow> rows, Func<TRow, T> value) =>
        new() { TypedValue = [.. rows.Select(value)], NpgsqlDbType = NpgsqlDbType.Array | type };

    /// <summary>What a commit does to one stream: the version before it, 0 for a new one, and after it.</summary>
    private readonly record struct StreamAppend(string Stream, long Before, long After)
    {
        public static StreamAppend Of(IGrouping<string, ChainedEvent> events)
        {
            var before = events.First().Version - 1;
            var after = before;
            foreach (var e in events)
            {
                if (e.Version != after + 1)
                {
                    throw new VersionConflictException($"{e.Stream}: version {e.Version} follows {after}");
                }

                after = e.Version;
            }

            return new StreamAppend(events.Key, before, after);
        }
    }
}
