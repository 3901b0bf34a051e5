namespace Ecs.Log;

/// <summary>
/// What stands behind the end of the log and in no commit, and where streams do not end as their rows say. Each is one
/// statement, and so sees one moment of a log that is being written to.
/// </summary>
internal static class ChainEnds
{
    private const string BehindSql = $"""
        select h.number,
          (select min(number) from {LogNames.Schema}.commits where number > h.number),
          (select min(commit_number) from {LogNames.Schema}.commands where commit_number > h.number),
          (select min(e.seq_id) from {LogNames.Schema}.mt_events e
            where e.seq_id > h.last_position and e.type <> '{LogNames.Tombstone}')
        from {LogNames.Schema}.log_head h
        """;

    private const string StreamsSql = $"""
        select s.id, s.version, l.version
        from {LogNames.Schema}.mt_streams s
        cross join lateral (select max(e.version) as version from {LogNames.Schema}.mt_events e
          where e.stream_id = s.id and e.type <> '{LogNames.Tombstone}') l
        where s.version <> coalesce(l.version, 0) and s.id like 'arn:%' order by s.id limit 1
        """;

    public static async Task<ChainFault?> CheckAsync(ChainRows rows, CancellationToken ct)
    {
        if (await rows.RowAsync(BehindSql, ct) is not { } behind) return ChainWords.NoHead();

        var after = (long)behind[0]! + 1;
        if (behind[1] is long commit)
        {
            return new ChainFault(commit, null, $"commit {commit} stands behind the head of the log")
            {
                Kind = ChainFaultKind.HeadAltered,
            };
        }

        if (behind[2] is long)
        {
            return new ChainFault(after, null, "a command's record stands behind the end of the log, in no commit")
            {
                Kind = ChainFaultKind.CommandInserted,
            };
        }

        if (behind[3] is long position)
        {
            return new ChainFault(after, position, $"the event at position {position} stands behind the end of the "
                + "log, in no commit: it was inserted, or the end was cut off badly")
            {
                Kind = ChainFaultKind.EventInserted,
            };
        }

        return await rows.RowAsync(StreamsSql, ct) is { } stream
            ? new ChainFault(after, null, $"the row of stream {stream[0]} says version {stream[1]}, and its last event "
                + $"is {stream[2] ?? "none"}: its end was cut off, or its row was altered")
            {
                Kind = ChainFaultKind.StreamAltered,
                Stream = (string)stream[0]!,
            }
            : null;
    }
}
