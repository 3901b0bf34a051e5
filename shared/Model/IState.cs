using Ecs.Contracts.Events;

namespace Ecs.Model;

/// <summary>
/// What a writer knows: a pure fold of the log. Immutable, so that it may be published beside the loop that goes on
/// folding, and the same events give the same state, always.
/// </summary>
/// <typeparam name="TSelf">The state itself.</typeparam>
public interface IState<TSelf>
    where TSelf : IState<TSelf>
{
    /// <summary>The state before the first event.</summary>
    static abstract TSelf Empty { get; }

    /// <summary>
    /// The state after one more event. An event of a kind that the state does not hold changes nothing.
    /// </summary>
    TSelf Apply(IEvent e);

    /// <summary>
    /// The same state for one who folds many events and looks at the last state alone: states that follow from it may
    /// change in place what they are made of. This one stays as it is.
    /// </summary>
    TSelf Open() => (TSelf)this;

    /// <summary>
    /// An open state as it is now, for good; it is the last that followed from the one that was opened.
    /// </summary>
    TSelf Close() => (TSelf)this;

    /// <summary>
    /// How many events of a stream were applied, which is the version that its next event is appended after; 0 where
    /// there is no such stream. It must be right for every stream that a decision can append to.
    /// </summary>
    long VersionOf(string stream);
}
