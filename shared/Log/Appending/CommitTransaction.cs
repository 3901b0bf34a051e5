using Npgsql;

namespace Ecs.Log;

/// <summary>
/// The append path: one transaction in two round trips and the commit. Lock, fence and draw the sequence numbers; write
/// events, commands, the link of the chain and the head. Then commit, synchronously.
/// </summary>
internal sealed class CommitTransaction(NpgsqlDataSource writing)
{
    public async Task<Commit> RunAsync(Lease lease, IReadOnlyList<DecidedCommand> commands, CancellationToken ct)
    {
        await using var connection = await writing.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var count = commands.Sum(command => command.Events.Count);
        var (head, positions) = await LogLock.TakeAsync(transaction, lease, count, ct);
        var events = EventAppend.Place(commands, positions);
        var chained = Chained(commands, events);
        var number = head.Number + 1;
        var commit = new Commit(
            number,
            head.LogTime,
            events.Length > 0 ? events[0].Position : null,
            events.Length > 0 ? events[^1].Position : head.LastPosition,
            CommitContent.Hash(head.Hash, number, head.LogTime, events, chained))
        {
            Events = events,
        };
        if (commit.FirstPosition <= head.LastPosition)
        {
            throw new InvalidOperationException(
                $"position {commit.FirstPosition} was drawn behind {head.LastPosition}");
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        var append = EventAppend.AddTo(
            batch, events, commands.SelectMany(c => c.Events).Select(e => e.Event.GetType()), head.LogTime);
        CommitRecord.AddTo(batch, commit, chained, events);
        CommitRecord.AddHead(batch, commit);
        try
        {
            await batch.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e) when (EventAppend.IsConflict(e))
        {
            throw new VersionConflictException(e.Message, e);
        }

        append.Check();
        await transaction.CommitAsync(ct);
        return commit;
    }

    private static ChainedCommand[] Chained(IReadOnlyList<DecidedCommand> commands, ChainedEvent[] events)
    {
        var chained = new ChainedCommand[commands.Count];
        var next = 0;
        for (var i = 0; i < commands.Count; i++)
        {
            var c = commands[i];
            var own = events.AsSpan(next, c.Events.Count);
            next += own.Length;
            chained[i] = new ChainedCommand(
                c.Key, c.Name, c.IsRoutine, c.Body, c.Digest, c.Resolved, c.ReceivedAt, c.DeciderVersion, c.Answer,
                own.IsEmpty ? null : own[0].Position, own.IsEmpty ? null : own[^1].Position);
        }

        return chained;
    }
}
