using Ecs.Model.Snapshots;
using Npgsql;
using NpgsqlTypes;

namespace Ecs.Log;

/// <summary>A snapshot as the table holds it.</summary>
/// <param name="Position">The position that it is the fold up to.</param>
/// <param name="Mark">The commit that this position is the end of.</param>
/// <param name="State">The state.</param>
internal sealed record KeptSnapshot(long Position, CommitMark Mark, PackedState State);

/// <summary>
/// The table of snapshots. It is no part of the log: nothing here takes the log's locks, and nothing waits for the
/// disk.
/// </summary>
internal sealed class SnapshotTable(NpgsqlDataSource source)
{
    // Of another log, or of days that were undone by a restore, the commit with this number has another hash.
    private const string Stands = $"""
        exists (select from {LogNames.Schema}.commits c
          where c.number = s.commit_number and c.hash = s.commit_hash and c.last_position = s.position)
        """;

    private const string NewestSql = $"""
        select s.position, s.commit_number, s.commit_hash, s.digest, s.size, s.content
        from {LogNames.Schema}.snapshots s
        where s.service = $1 and s.format = $2 and s.position <= $3 and {Stands} order by s.position desc limit 1
        """;

    private const string NewestPositionSql = $"""
        select max(s.position) from {LogNames.Schema}.snapshots s where s.service = $1 and s.format = $2 and {Stands}
        """;

    private const string StandsSql = $"""
        select exists (select from {LogNames.Schema}.commits where number = $1 and hash = $2)
        """;

    private const string NoWaitSql = "select set_config('synchronous_commit', 'off', true)";

    // Fenced as an append is: a process that has slept through the end of its lease adds nothing, not even here.
    private const string SaveSql = $"""
        insert into {LogNames.Schema}.snapshots
          (service, format, position, commit_number, commit_hash, digest, size, content, taken_at)
        select $1, $2, c.last_position, c.number, c.hash, $5, $6, $7, clock_timestamp()
        from {LogNames.Schema}.commits c, {LogNames.Schema}.leases l
        where c.number = $3 and c.hash = $4 and l.name = $1 and l.epoch = $8 and l.holder = $9
        on conflict (service, format, position) do update set
          commit_number = excluded.commit_number, commit_hash = excluded.commit_hash, digest = excluded.digest,
          size = excluded.size, content = excluded.content, taken_at = excluded.taken_at
        """;

    private const string PlacesSql = $"""
        select s.format, s.position, {Stands}, length(s.content) from {LogNames.Schema}.snapshots s where s.service = $1
        """;

    private const string DropSql = $"""
        delete from {LogNames.Schema}.snapshots s using unnest($2::text[], $3::bigint[]) as d(format, position)
        where s.service = $1 and s.format = d.format and s.position = d.position
        """;

    /// <summary>The newest snapshot up to a position that is of this log; null where there is none.</summary>
    public async Task<KeptSnapshot?> NewestAsync(string service, string format, long upTo, CancellationToken ct)
    {
        await using var command = source.CreateCommand(NewestSql);
        command.Parameters.AddWithValue(service);
        command.Parameters.AddWithValue(format);
        command.Parameters.AddWithValue(upTo);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new KeptSnapshot(
                reader.GetInt64(0),
                new CommitMark(reader.GetInt64(1), reader.GetString(2)),
                new PackedState(reader.GetString(3), reader.GetInt64(4), reader.GetFieldValue<byte[]>(5)))
            : null;
    }

    /// <summary>The position of the newest snapshot that is of this log; 0 where there is none.</summary>
    public async Task<long> NewestPositionAsync(string service, string format, CancellationToken ct)
    {
        await using var command = source.CreateCommand(NewestPositionSql);
        command.Parameters.AddWithValue(service);
        command.Parameters.AddWithValue(format);
        return await command.ExecuteScalarAsync(ct) as long? ?? 0;
    }

    /// <summary>Whether the log has this very commit.</summary>
    public async Task<bool> StandsAsync(CommitMark mark, CancellationToken ct)
    {
        await using var command = source.CreateCommand(StandsSql);
        command.Parameters.AddWithValue(mark.Number);
        command.Parameters.AddWithValue(mark.Hash);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Keeps a snapshot, if the lease is held and the log has its commit.</summary>
    public async Task SaveAsync(Lease lease, string format, KeptSnapshot snapshot, CancellationToken ct)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(NoWaitSql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SaveSql)
        {
            Parameters =
            {
                new() { Value = lease.Service },
                new() { Value = format },
                new() { Value = snapshot.Mark.Number },
                new() { Value = snapshot.Mark.Hash },
                new() { Value = snapshot.State.Digest },
                new() { Value = snapshot.State.Size },
                new() { Value = snapshot.State.Content },
                new() { Value = lease.Epoch },
                new() { Value = lease.Holder },
            },
        });
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Takes away what is too much, of another log, or all but the newest of other formats.</summary>
    public async Task ThinAsync(string service, string format, CancellationToken ct)
    {
        var places = new List<(string Format, long Position, bool Stands, long Bytes)>();
        await using (var command = source.CreateCommand(PlacesSql))
        {
            command.Parameters.AddWithValue(service);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                places.Add((reader.GetString(0), reader.GetInt64(1), reader.GetBoolean(2), reader.GetInt32(3)));
            }
        }

        var kept = places.Where(place => place.Stands).GroupBy(place => place.Format).SelectMany(same =>
        {
            var some = same.Key == format
                ? Thinning.Within([.. same.Select(place => (place.Position, place.Bytes))])
                : [same.Max(place => place.Position)];
            return some.Select(position => (same.Key, position));
        }).ToHashSet();
        var dropped = places.Where(place => !kept.Contains((place.Format, place.Position))).ToList();
        if (dropped.Count == 0) return;

        await using var drop = source.CreateCommand(DropSql);
        drop.Parameters.AddWithValue(service);
        drop.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Text, dropped.Select(p => p.Format).ToArray());
        drop.Parameters.AddWithValue(
            NpgsqlDbType.Array | NpgsqlDbType.Bigint, dropped.Select(p => p.Position).ToArray());
        await drop.ExecuteNonQueryAsync(ct);
    }
}
