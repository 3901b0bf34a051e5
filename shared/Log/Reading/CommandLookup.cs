using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Npgsql;
using NpgsqlTypes;

namespace Ecs.Log;

/// <summary>Finds which commands of a group were decided before.</summary>
internal static class CommandLookup
{
    private const string Sql = $"""
        select c.service, c.account, c.region, c.command_id, c.digest, c.answer, k.log_time, k.last_position,
          array(select e.stream_id from {LogNames.Schema}.mt_events e
                where e.seq_id between c.first_position and c.last_position and e.type <> '{LogNames.Tombstone}'
                order by e.seq_id)
        from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as t(service, account, region, command_id)
        join {LogNames.Schema}.commands c using (service, account, region, command_id)
        join {LogNames.Schema}.commits k on k.number = c.commit_number
        where not c.routine
        """;

    public static async Task<IReadOnlyDictionary<CommandKey, RecordedCommand>> FindAsync(
        NpgsqlDataSource source, IReadOnlyCollection<CommandKey> keys, CancellationToken ct)
    {
        var found = new Dictionary<CommandKey, RecordedCommand>();
        if (keys.Count == 0) return found;

        await using var command = source.CreateCommand(Sql);
        Add(keys.Select(key => key.Service));
        Add(keys.Select(key => key.Account));
        Add(keys.Select(key => key.Region));
        Add(keys.Select(key => key.CommandId));
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var recorded = Read(reader);
            found[recorded.Key] = recorded;
        }

        return found;

        void Add(IEnumerable<string> values) => command.Parameters.Add(
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = values.ToArray() });
    }

    private static RecordedCommand Read(NpgsqlDataReader reader)
    {
        var key = new CommandKey(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3));
        var answer = JsonSerializer.Deserialize<Answer>(reader.GetString(5), EcsJson.Options)!;
        var streams = reader.GetFieldValue<string[]>(8).Distinct(StringComparer.Ordinal).ToArray();
        return new RecordedCommand(
            key,
            reader.GetString(4),
            answer with { Position = reader.GetInt64(7) },
            reader.GetFieldValue<DateTimeOffset>(6),
            streams);
    }
}
