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
        var state = from.State;
        await foreach (var e in log.ReadAsync(from.Position, head.LastPosition, owned, ct))
        {
            state = state.Apply(e.Data ?? throw new UnknownEventException(e.Name, e.Position));
        }

        return new Published<TState>(state, head.LastPosition);
    }
}
