using Npgsql;
using NpgsqlTypes;

namespace Ecs.Log;

/// <summary>A part of a stream that was read.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="FirstVersion">The first version of the part.</param>
/// <param name="LastVersion">The last one.</param>
public readonly record struct StreamPart(string Stream, long FirstVersion, long LastVersion)
{
    /// <summary>All of a stream.</summary>
    public static StreamPart Whole(string stream) => new(stream, 1, long.MaxValue);

    /// <summary>None of a stream: only whether it begins as it did is looked at.</summary>
    public static StreamPart Unseen(string stream) => new(stream, 0, 0);
}

/// <summary>
/// Looks for gaps in parts of streams, from the version in front of each to the one behind it, by the index of the
/// streams' versions and in one statement: what is written meanwhile is no gap.
/// </summary>
internal static class GapLookup
{
    private const string Events = $"{LogNames.Schema}.mt_events";

    private const string IsOne = $"e.stream_id = t.stream and e.type <> '{LogNames.Tombstone}'";

    private const string StreamsSql = $"""
        with parts as (
          select t.stream, t.last,
            coalesce((select max(e.version) from {Events} e where {IsOne} and e.version < t.first), 0) as low,
            coalesce((select min(e.version) from {Events} e where {IsOne} and e.version > t.last), t.last) as high
          from unnest($1::text[], $2::bigint[], $3::bigint[]) as t(stream, first, last))
        select t.stream, e.version, e.seq_id, t.low = 0, case when t.high = t.last then s.version end
        from parts t
        left join {Events} e on {IsOne} and e.version between t.low and t.high
        left join {LogNames.Schema}.mt_streams s on s.id = t.stream
        order by t.stream, e.version
        """;

    // A commit says by its outline which positions it took.
    private const string OutlinesSql =
        $"select outline from {LogNames.Schema}.commits where number = any($1) and outline is not null";

    private const string PositionsSql = $"""
        select e.seq_id from unnest($1::bigint[], $2::bigint[]) as r(first, last)
        join {Events} e on e.seq_id between r.first and r.last where e.type <> '{LogNames.Tombstone}'
        """;

    public static async Task<IReadOnlyList<StreamGap>> FindAsync(
        NpgsqlDataSource source, IReadOnlyCollection<StreamPart> parts, CancellationToken ct)
    {
        if (parts.Count == 0) return [];

        await using var command = source.CreateCommand(StreamsSql);
        Add(command, NpgsqlDbType.Text, parts.Select(part => part.Stream));
        Add(command, NpgsqlDbType.Bigint, parts.Select(part => part.FirstVersion));
        Add(command, NpgsqlDbType.Bigint, parts.Select(part => part.LastVersion));
        var rows = new List<Row>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add(new Row(
                reader.GetString(0),
                reader.IsDBNull(1) ? null : (reader.GetInt64(1), reader.GetInt64(2)),
                reader.GetBoolean(3),
                reader.IsDBNull(4) ? null : reader.GetInt64(4)));
        }

        return
        [
            .. rows.GroupBy(row => row.Stream, StringComparer.Ordinal).SelectMany(stream => StreamGap.Find(
                stream.Key,
                [.. stream.Where(row => row.Seen is not null).Select(row => row.Seen!.Value)],
                stream.First().IsFromStart,
                stream.First().End)),
        ];
    }

    /// <summary>The positions of events that commands led to and that are not there any more, rising.</summary>
    public static async Task<IReadOnlyList<long>> MissingAsync(
        NpgsqlDataSource source, IEnumerable<TiedCommand> commands, CancellationToken ct)
    {
        var ranges = commands.Where(tied => tied.FirstPosition is not null).ToList();
        if (ranges.Count == 0) return [];

        await using var outlines = source.CreateCommand(OutlinesSql);
        Add(outlines, NpgsqlDbType.Bigint, ranges.Select(tied => tied.Commit).Distinct());
        var taken = await LongsAsync(outlines, Positions, ct);
        await using var positions = source.CreateCommand(PositionsSql);
        Add(positions, NpgsqlDbType.Bigint, ranges.Select(tied => tied.FirstPosition!.Value));
        Add(positions, NpgsqlDbType.Bigint, ranges.Select(tied => tied.LastPosition!.Value));
        var there = await LongsAsync(positions, reader => [reader.GetInt64(0)], ct);
        return [.. taken.Where(position => !there.Contains(position) && ranges.Exists(IsOf(position))).Order()];

        static Predicate<TiedCommand> IsOf(long position) =>
            tied => tied.FirstPosition <= position && position <= tied.LastPosition;
    }

    // One that cannot be read tells nothing here; the verifier says that it was altered.
    private static IEnumerable<long> Positions(NpgsqlDataReader reader) =>
        ChainOutline.Read(reader.GetFieldValue<byte[]>(0))?.Events.Select(e => e.Position) ?? [];

    private static async Task<HashSet<long>> LongsAsync(
        NpgsqlCommand command, Func<NpgsqlDataReader, IEnumerable<long>> read, CancellationToken ct)
    {
        var found = new HashSet<long>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) found.UnionWith(read(reader));
        return found;
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new NpgsqlParameter<T[]>
        {
            TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type,
        });

    private readonly record struct Row(
        string Stream, (long Version, long Position)? Seen, bool IsFromStart, long? End);
}
