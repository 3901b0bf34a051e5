namespace Ecs.Bus;

/// <summary>
/// Sends events that were published before to one asker's own queue. New facts go to everybody, by
/// <see cref="IEventPublisher"/>.
/// </summary>
public interface IEventSender
{
    /// <summary>
    /// Why events are not sent to a queue of that name, as the rest of a sentence about it; null where they are.
    /// </summary>
    string? RuleAgainst(string queue);

    /// <summary>
    /// Sends events to a queue in the order given, past every exchange, and returns when the broker has confirmed all,
    /// with how many they were. At most <see cref="IEventPublisher.MaxUnconfirmed"/> are under way. While the broker is
    /// away it waits.
    /// </summary>
    /// <exception cref="QueueRefusedException">The queue is not there, or takes no more.</exception>
    /// <exception cref="BusUnavailableException">The connection was lost before all were confirmed.</exception>
    Task<long> SendAsync(string queue, IAsyncEnumerable<EventMessage> events, CancellationToken ct);
}

/// <summary>A queue did not take a message: its owner's affair, and no fault of the broker.</summary>
/// <param name="isGone">Whether there is no such queue, or none any more.</param>
/// <param name="inner">How the broker said it.</param>
public sealed class QueueRefusedException(bool isGone, Exception inner)
    : Exception(isGone ? "there is no such queue" : "the queue does not take all messages", inner)
{
    /// <summary>Whether there is no such queue, or none any more; else it is full.</summary>
    public bool IsGone { get; } = isGone;
}
