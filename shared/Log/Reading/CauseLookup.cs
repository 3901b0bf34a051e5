using System.Globalization;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Npgsql;
using NpgsqlTypes;

namespace Ecs.Log;

/// <summary>A decided command, as the cause of events.</summary>
/// <param name="Key">Which command.</param>
/// <param name="Name">Its name on the bus.</param>
/// <param name="Body">The whole command.</param>
/// <param name="Resolved">What was looked up for it; null for nothing.</param>
/// <param name="ReceivedAt">The moment that the decider was told.</param>
/// <param name="DeciderVersion">Which decider decided it.</param>
/// <param name="Answer">The answer that was given, with the position of its commit.</param>
public sealed record CausingCommand(
    CommandKey Key,
    string Name,
    JsonElement Body,
    JsonElement? Resolved,
    DateTimeOffset ReceivedAt,
    string DeciderVersion,
    Answer Answer);

/// <summary>
/// Finds the command behind an event by where the event stands. Its id alone would not do: routine reports may repeat
/// theirs.
/// </summary>
internal static class CauseLookup
{
    private const string Sql = $"""
        select t.position, c.service, c.account, c.region, c.command_id, c.name, c.body, c.resolved, c.received_at,
          c.decider_version, c.answer, k.last_position
        from unnest($1::bigint[]) as t(position)
        cross join lateral (
          select number, last_position from {LogNames.Schema}.commits
          where last_position >= t.position and first_position <= t.position order by last_position limit 1) k
        join {LogNames.Schema}.commands c
          on c.commit_number = k.number and t.position between c.first_position and c.last_position
        """;

    public static async Task<IReadOnlyDictionary<long, CausingCommand>> FindAsync(
        NpgsqlDataSource source, IReadOnlyCollection<long> positions, CancellationToken ct)
    {
        var found = new Dictionary<long, CausingCommand>();
        if (positions.Count == 0) return found;

        await using var command = source.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter
        {
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
            Value = positions.ToArray(),
        });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) found[reader.GetInt64(0)] = Read(reader);
        return found;
    }

    /// <summary>Reads a row whose columns from the second on are those of the statement above.</summary>
    /// <exception cref="InvalidDataException">Its answer is none.</exception>
    public static CausingCommand Read(NpgsqlDataReader reader)
    {
        var answer = AnswerOf(reader);
        return new CausingCommand(
            new CommandKey(reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4)),
            reader.GetString(5),
            JsonElement.Parse(reader.GetString(6)),
            EventQuery.Text(reader, 7) is { } resolved ? JsonElement.Parse(resolved) : null,
            reader.GetFieldValue<DateTimeOffset>(8),
            reader.GetString(9),
            answer with { Position = reader.GetInt64(11) });
    }

    private static Answer AnswerOf(NpgsqlDataReader reader)
    {
        try
        {
            return JsonSerializer.Deserialize<Answer>(reader.GetString(10), EcsJson.Options)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the answer to command '{reader.GetString(4)}', of the commit that ends at position "
                    + $"{reader.GetInt64(11)}, cannot be read: {e.Message}"),
                e);
        }
    }
}
