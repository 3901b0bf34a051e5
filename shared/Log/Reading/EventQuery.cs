using Ecs.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Ecs.Log;

/// <summary>The SQL of reading events, in position order and without Marten's tombstones.</summary>
internal static class EventQuery
{
    public const string Columns = """
        e.seq_id, e.id, e.stream_id, e.version, e.type, e.timestamp, e.causation_id, e.correlation_id,
        e.user_name, e.data
        """;

    private const string FactColumns = "e.seq_id, e.type, e.data";

    /// <summary>Those of the streams $1 that have an event, or had one.</summary>
    public const string Streams = $"""
        select t.stream from unnest($1::text[]) as t(stream)
        where exists (select 1 from {LogNames.Schema}.mt_events e where e.stream_id = t.stream)
          or exists (select 1 from {LogNames.Schema}.mt_streams s where s.id = t.stream)
        """;

    /// <summary>The first position behind $1.</summary>
    public const string FirstAfter =
        $"select seq_id from {LogNames.Schema}.mt_events where seq_id > $1 order by seq_id limit 1";

    /// <summary>The position that has $3 others between it and $1, where it is no further than $2.</summary>
    public const string HasBehind = $"""
        select seq_id from {LogNames.Schema}.mt_events where seq_id > $1 and seq_id <= $2
        order by seq_id offset $3 limit 1
        """;

    public static NpgsqlCommand Page(
        NpgsqlConnection connection, long after, long upTo, LogFilter? filter, int limit) =>
        Page(connection, Columns, after, upTo, filter, limit);

    /// <summary>A page of no more than a fold needs.</summary>
    public static NpgsqlCommand FactPage(
        NpgsqlConnection connection, long after, long upTo, LogFilter? filter, int limit) =>
        Page(connection, FactColumns, after, upTo, filter, limit);

    private static NpgsqlCommand Page(
        NpgsqlConnection connection, string columns, long after, long upTo, LogFilter? filter, int limit)
    {
        var command = new NpgsqlCommand { Connection = connection };
        var conditions = new List<string> { "e.seq_id > $1", "e.seq_id <= $2", $"e.type <> '{LogNames.Tombstone}'" };
        Add(command, NpgsqlDbType.Bigint, after);
        Add(command, NpgsqlDbType.Bigint, upTo);
        if (filter?.Kinds is { } kinds)
        {
            // Of an ARN's parts only the sixth has a slash, and only behind the kind.
            var patterns = kinds.Select(kind => $"%:{Arn.Word(kind)}/%");
            Add(command, NpgsqlDbType.Array | NpgsqlDbType.Text, patterns.ToArray());
            conditions.Add($"e.stream_id like any(${command.Parameters.Count})");
        }

        AddList("e.type", filter?.Names);
        AddList("e.stream_id", filter?.Streams);
        AddList("e.causation_id", filter?.Causations);
        if (filter?.Places is { } places) AddPlaces(command, conditions, places);
        Add(command, NpgsqlDbType.Integer, limit);
        command.CommandText = $"""
            select {columns} from {LogNames.Schema}.mt_events e
            where {string.Join(" and ", conditions)} order by e.seq_id limit ${command.Parameters.Count}
            """;
        return command;

        void AddList(string column, IEnumerable<string>? values)
        {
            if (values is null) return;
            Add(command, NpgsqlDbType.Array | NpgsqlDbType.Text, values.ToArray());
            conditions.Add($"{column} = any(${command.Parameters.Count})");
        }
    }

    private static void AddPlaces(NpgsqlCommand command, List<string> conditions, LogPlaces places)
    {
        // The expressions of the index on them: see OwnTables.
        const string path = "split_part(e.stream_id, ':', 6)";
        Is("split_part(e.stream_id, ':', 4)", places.Region);
        Is("split_part(e.stream_id, ':', 5)", places.Account);
        // cluster/<name>, task/<cluster>/<id>, container-instance/<cluster>/<id>, task-definition/<family>,
        // account-settings/all.
        Is(
            $"{path} not like 'task-definition/%' and {path} not like 'account-settings/%' "
            + $"and split_part({path}, '/', 2)",
            places.Cluster);
        Is($"{path} like 'task-definition/%' and split_part({path}, '/', 2)", places.Family);
        Is($"{path} like 'container-instance/%' and split_part({path}, '/', 3)", places.Instance);
        Is($"{path} like 'task/%' and split_part({path}, '/', 3)", places.Task);

        void Is(string column, string? value)
        {
            if (value is null) return;
            Add(command, NpgsqlDbType.Text, value);
            conditions.Add($"{column} = ${command.Parameters.Count}");
        }
    }

    public static NpgsqlCommand Tails(NpgsqlConnection connection, IReadOnlyDictionary<string, long> afterVersions)
    {
        var command = new NpgsqlCommand(
            $"""
            select {Columns} from unnest($1::text[], $2::bigint[]) as t(stream, version)
            join {LogNames.Schema}.mt_events e on e.stream_id = t.stream and e.version > t.version
            where e.type <> '{LogNames.Tombstone}' order by e.seq_id
            """,
            connection);
        Add(command, NpgsqlDbType.Array | NpgsqlDbType.Text, afterVersions.Keys.ToArray());
        Add(command, NpgsqlDbType.Array | NpgsqlDbType.Bigint, afterVersions.Values.ToArray());
        return command;
    }

    /// <summary>The last events of a stream, the last first.</summary>
    public static NpgsqlCommand Latest(NpgsqlConnection connection, string stream, int limit)
    {
        var command = new NpgsqlCommand(
            $"""
            select {Columns} from {LogNames.Schema}.mt_events e
            where e.stream_id = $1 and e.type <> '{LogNames.Tombstone}' order by e.version desc limit $2
            """,
            connection);
        Add(command, NpgsqlDbType.Text, stream);
        Add(command, NpgsqlDbType.Integer, limit);
        return command;
    }

    /// <summary>Single events of a stream.</summary>
    public static NpgsqlCommand Versions(NpgsqlConnection connection, string stream, IEnumerable<long> versions)
    {
        var command = new NpgsqlCommand(
            $"""
            select {Columns} from {LogNames.Schema}.mt_events e
            where e.stream_id = $1 and e.version = any($2) and e.type <> '{LogNames.Tombstone}' order by e.version
            """,
            connection);
        Add(command, NpgsqlDbType.Text, stream);
        Add(command, NpgsqlDbType.Array | NpgsqlDbType.Bigint, versions.ToArray());
        return command;
    }

    public static EventRow Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetGuid(1),
        reader.GetString(2),
        reader.GetInt64(3),
        reader.GetString(4),
        reader.GetFieldValue<DateTimeOffset>(5),
        Text(reader, 6),
        Text(reader, 7),
        Text(reader, 8),
        reader.GetFieldValue<byte[]>(9));

    public static string? Text(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    private static void Add(NpgsqlCommand command, NpgsqlDbType type, object value) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value });
}
