using Ecs.Model;

namespace Ecs.Log;

/// <summary>Folds a writer's state out of the log.</summary>
internal static class StateFold
{
    /// <summary>The state at the end of the log, folded onwards from an earlier one.</summary>
    /// <exception cref="UnknownEventException">There is an event that this version does not know.</exception>
    public static async Task<Published<TState>> ToTheEndAsync<TState>(
        IWriterLog log, Published<TState> from, LogFilter owned, CancellationToken ct)
        where TState : IState<TState>
    {
        var head = await log.HeadAsync(ct);
        // A log that was restored to an earlier day under a process that goes on: what it knew is no fold of it.
        if (IsBehind(head, from)) from = new Published<TState>(TState.Empty, 0);
        return await ToAsync(log, from, head, owned, ct);
    }

    /// <summary>The state at a head that was read, folded onwards from an earlier one.</summary>
    /// <exception cref="UnknownEventException">There is an event that this version does not know.</exception>
    public static async Task<Published<TState>> ToAsync<TState>(
        IWriterLog log, Published<TState> from, LogHead head, LogFilter owned, CancellationToken ct)
        where TState : IState<TState> =>
        new(await FoldAsync(log, from, head.LastPosition, owned, ct), head.LastPosition)
        {
            Mark = head.Number > 0 ? new CommitMark(head.Number, head.Hash) : null,
        };

    /// <summary>The state at any position, folded onwards from an earlier one.</summary>
    /// <exception cref="UnknownEventException">There is an event that this version does not know.</exception>
    public static async Task<TState> FoldAsync<TState>(
        IWriterLog log, Published<TState> from, long upTo, LogFilter owned, CancellationToken ct)
        where TState : IState<TState>
    {
        var state = from.State.Open();
        await foreach (var e in log.ReadFactsAsync(from.Position, upTo, owned, ct))
        {
            state = state.After(e);
        }

        return state.Close();
    }

    private static bool IsBehind<TState>(LogHead head, Published<TState> from)
        where TState : IState<TState> =>
        head.LastPosition < from.Position
        || (from.Mark is { } mark
            && (head.Number < mark.Number || (head.Number == mark.Number && head.Hash != mark.Hash)));
}
