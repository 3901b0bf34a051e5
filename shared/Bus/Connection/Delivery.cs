using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>
/// One message as the broker gave it. The body is valid until the delivery is done with. It is acknowledged when its
/// handler returns, and stays in the queue when its handler throws.
/// </summary>
internal sealed record Delivery(
    string Queue,
    string Exchange,
    string RoutingKey,
    IReadOnlyBasicProperties Properties,
    ReadOnlyMemory<byte> Body,
    ulong Tag,
    Session Session)
{
    /// <summary>Ends when the delivery can no longer be acknowledged: its handler gives up at once.</summary>
    internal required CancellationToken Gone { get; init; }

    /// <summary>Ends when the grace after <see cref="Stopping"/> is over: work that is under way is given up.</summary>
    internal required CancellationToken Abandon { get; init; }

    /// <summary>Ends when the queue is no longer consumed: what has begun is finished, nothing else is begun.</summary>
    internal required CancellationToken Stopping { get; init; }
}

/// <summary>The consuming of a queue from one connect to the next loss: delivery tags count from 1 within it.</summary>
internal sealed class Session : IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    internal Session(IChannel channel)
    {
        Channel = channel;
        Ended = _ended.Token;
    }

    internal IChannel Channel { get; }

    internal CancellationToken Ended { get; }

    /// <summary>What a handler keeps for as long as the session lasts.</summary>
    internal object? State { get; set; }

    internal void End()
    {
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    public void Dispose()
    {
        End();
        _ended.Dispose();
    }
}
