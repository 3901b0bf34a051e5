using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model;

namespace Ecs.Leading;

/// <summary>What a service brings that decides commands: all else, every such service does alike.</summary>
/// <typeparam name="TState">Its state.</typeparam>
public sealed record LeadingRole<TState>
    where TState : IState<TState>
{
    /// <summary>Its rules.</summary>
    public required IDecider<TState> Decider { get; init; }

    /// <summary>
    /// Answers a query from the state, which is at least as new as the last answer to a command. An answer without a
    /// position gets the state's.
    /// </summary>
    public required Func<Command, Published<TState>, CancellationToken, Task<Answer>> Query { get; init; }

    /// <summary>
    /// Told of every batch of its own events while they are published: at least once, in the order of the log, with a
    /// state that is at least as new. The relay's place is saved only after it; if it throws, the batch comes again.
    /// </summary>
    public Func<IReadOnlyList<RawEvent>, Published<TState>, CancellationToken, Task>? AlsoRelay { get; init; }

    /// <summary>Runs beside the writer once that is ready, until the lead ends; what it throws ends the lead.</summary>
    public Func<GroupWriter<TState>, CancellationToken, Task>? WhileLeading { get; init; }
}
