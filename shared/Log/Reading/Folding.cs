using System.Globalization;
using Ecs.Contracts.Events;
using Ecs.Model;

namespace Ecs.Log;

/// <summary>Folds what was read out of the log: what cannot be folded is told with its position.</summary>
public static class Folding
{
    /// <summary>The state after one more event of the log.</summary>
    /// <exception cref="UnknownEventException">This version does not know it.</exception>
    /// <exception cref="InvalidDataException">It contradicts what came before it: one of them was altered.</exception>
    public static TState After<TState>(this TState state, StoredEvent e)
        where TState : IState<TState> =>
        state.After(e.Position, e.Data ?? throw new UnknownEventException(e.Name, e.Position));

    /// <inheritdoc cref="After{TState}(TState, StoredEvent)"/>
    public static TState After<TState>(this TState state, StoredFact e)
        where TState : IState<TState> =>
        state.After(e.Position, e.Data ?? throw new UnknownEventException(e.Name, e.Position));

    /// <inheritdoc cref="After{TState}(TState, StoredEvent)"/>
    public static TState After<TState>(this TState state, long position, IEvent data)
        where TState : IState<TState>
    {
        try
        {
            return state.Apply(data);
        }
        catch (Exception e)
        {
            // A fold is pure and total on what rules wrote: whatever it throws, the log is not what they wrote.
            throw new InvalidDataException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"event '{EventTypes.NameOf(data)}' at position {position} contradicts what came before it"),
                e);
        }
    }
}
