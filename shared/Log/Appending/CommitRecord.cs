using Npgsql;
using NpgsqlTypes;

namespace Ecs.Log;

/// <summary>
/// Writes what stands beside the events of a commit: its commands, its link of the chain and the new head.
/// </summary>
internal static class CommitRecord
{
    private const string CommandsSql = $"""
        insert into {LogNames.Schema}.commands (commit_number, ordinal, service, account, region, command_id, name,
          routine, body, digest, resolved, received_at, decider_version, answer, first_position, last_position)
        select $1, row_number() over () - 1, c.* from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
          $7::boolean[], $8::jsonb[], $9::text[], $10::jsonb[], $11::timestamptz[], $12::text[], $13::jsonb[],
          $14::bigint[], $15::bigint[]) as c
        """;

    private const string CommitSql = $"""
        insert into {LogNames.Schema}.commits
          (number, log_time, first_position, last_position, commands, events, hash, outline)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    private const string HeadSql =
        $"update {LogNames.Schema}.log_head set number = $1, log_time = $2, last_position = $3, hash = $4";

    /// <summary>Adds the statements to the commit's batch, all but <see cref="AddHead"/>.</summary>
    public static void AddTo(
        NpgsqlBatch batch, Commit commit, IReadOnlyList<ChainedCommand> commands, IReadOnlyList<ChainedEvent> events)
    {
        if (commands.Count > 0) batch.BatchCommands.Add(Commands(commit.Number, commands));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(CommitSql)
        {
            Parameters =
            {
                Of(commit.Number),
                Of(commit.LogTime.UtcDateTime),
                new NpgsqlParameter
                {
                    Value = (object?)commit.FirstPosition ?? DBNull.Value,
                    NpgsqlDbType = NpgsqlDbType.Bigint,
                },
                Of(commit.LastPosition),
                Of(commands.Count),
                Of(events.Count),
                Of(commit.Hash),
                Of(ChainOutline.Of(events, commands).Bytes()),
            },
        });
    }

    /// <summary>Adds the statement that makes a commit the end of the log.</summary>
    public static void AddHead(NpgsqlBatch batch, Commit commit) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand(HeadSql)
        {
            Parameters =
            {
                Of(commit.Number), Of(commit.LogTime.UtcDateTime), Of(commit.LastPosition), Of(commit.Hash),
            },
        });

    private static NpgsqlBatchCommand Commands(long number, IReadOnlyList<ChainedCommand> commands) => new(CommandsSql)
    {
        Parameters =
        {
            Of(number),
            Column(commands, NpgsqlDbType.Text, c => c.Key.Service),
            Column(commands, NpgsqlDbType.Text, c => c.Key.Account),
            Column(commands, NpgsqlDbType.Text, c => c.Key.Region),
            Column(commands, NpgsqlDbType.Text, c => c.Key.CommandId),
            Column(commands, NpgsqlDbType.Text, c => c.Name),
            Column(commands, NpgsqlDbType.Boolean, c => c.IsRoutine),
            Column(commands, NpgsqlDbType.Jsonb, c => c.Body),
            Column(commands, NpgsqlDbType.Text, c => c.Digest),
            Column(commands, NpgsqlDbType.Jsonb, c => c.Resolved),
            Column(commands, NpgsqlDbType.TimestampTz, c => c.ReceivedAt.UtcDateTime),
            Column(commands, NpgsqlDbType.Text, c => c.DeciderVersion),
            Column(commands, NpgsqlDbType.Jsonb, c => c.Answer),
            Column(commands, NpgsqlDbType.Bigint, c => c.FirstPosition),
            Column(commands, NpgsqlDbType.Bigint, c => c.LastPosition),
        },
    };

    private static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };

    private static NpgsqlParameter<T[]> Column<T>(
        IReadOnlyList<ChainedCommand> commands, NpgsqlDbType type, Func<ChainedCommand, T> value) =>
        new() { TypedValue = [.. commands.Select(value)], NpgsqlDbType = NpgsqlDbType.Array | type };
}
