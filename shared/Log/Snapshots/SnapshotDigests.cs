using Npgsql;

namespace Ecs.Log;

/// <summary>What a leader's own state was at a position, by its digest.</summary>
/// <param name="Service">The service.</param>
/// <param name="Format">The name of the state's form; digests of other forms are not to be compared.</param>
/// <param name="Position">The position that the state is the fold up to.</param>
/// <param name="Digest">Its digest.</param>
public sealed record StateMark(string Service, string Format, long Position, string Digest);

/// <summary>Reads which states the leaders have left behind: whoever folds the log must come to the same.</summary>
internal static class SnapshotDigests
{
    private const string Sql = $"""
        select s.position, s.digest from {LogNames.Schema}.snapshots s
        where s.service = $1 and s.format = $2 and exists (select from {LogNames.Schema}.commits c
          where c.number = s.commit_number and c.hash = s.commit_hash and c.last_position = s.position)
        order by s.position desc limit $3
        """;

    /// <summary>The newest of one service and form, rising.</summary>
    public static async Task<IReadOnlyList<StateMark>> NewestAsync(
        NpgsqlDataSource source, string service, string format, int limit, CancellationToken ct)
    {
        await using var command = source.CreateCommand(Sql);
        command.Parameters.AddWithValue(service);
        command.Parameters.AddWithValue(format);
        command.Parameters.AddWithValue(limit);
        var found = new List<StateMark>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            found.Add(new StateMark(service, format, reader.GetInt64(0), reader.GetString(1)));
        }

        found.Reverse();
        return found;
    }
}
