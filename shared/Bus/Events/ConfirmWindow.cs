using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>
/// Publishes messages in order on one channel, of which at most <see cref="IEventPublisher.MaxUnconfirmed"/> are under
/// way without the broker's confirm.
/// </summary>
internal sealed class ConfirmWindow(IChannel channel)
{
    private readonly Queue<Task> _unconfirmed = new(IEventPublisher.MaxUnconfirmed);

    /// <summary>Publishes one; throws what became of an earlier one that was not confirmed.</summary>
    internal async Task PublishAsync(Outgoing message, CancellationToken ct)
    {
        if (_unconfirmed.Count == IEventPublisher.MaxUnconfirmed) await _unconfirmed.Dequeue();
        _unconfirmed.Enqueue(ConfirmedChannel.PublishAsync(channel, message, ct).AsTask());
    }

    /// <summary>Returns when all are confirmed, or else none is under way any more.</summary>
    internal Task AllAsync() => Task.WhenAll(_unconfirmed);
}
