using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>One message on its way out.</summary>
internal sealed record Outgoing(
    string Exchange, string RoutingKey, BasicProperties Properties, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether it is a fault when no queue takes the message.</summary>
    internal bool Mandatory { get; init; }
}

/// <summary>
/// A channel on which every message is confirmed by the broker; opened again when it or the connection was lost.
/// </summary>
internal sealed class ConfirmedChannel(BusConnection connection) : IAsyncDisposable
{
    // Callers bound what is under way; the client's own limiter would delay a group's answers by up to a second.
    private static readonly CreateChannelOptions Confirmed = new(true, true, null);

    private readonly KeptChannel _channel = new(
        async ct => await (await connection.GetAsync(ct)).CreateChannelAsync(Confirmed, ct));

    /// <summary>The open channel; waits while the broker is away.</summary>
    internal async ValueTask<IChannel> OpenAsync(CancellationToken ct) => (await _channel.OpenAsync(ct))!;

    /// <summary>Publishes one message and waits for its confirm.</summary>
    /// <exception cref="BusUnavailableException">No confirm came, or no queue took a mandatory message.</exception>
    internal async Task PublishAsync(Outgoing message, CancellationToken ct)
    {
        try
        {
            var channel = await OpenAsync(ct);
            await PublishAsync(channel, message, ct);
        }
        catch (Exception e) when (BrokerFaults.IsBroken(e))
        {
            throw new BusUnavailableException($"Not confirmed by '{message.Exchange}': {e.Message}", e);
        }
    }

    internal static ValueTask PublishAsync(IChannel channel, Outgoing message, CancellationToken ct) =>
        channel.BasicPublishAsync(
            message.Exchange, message.RoutingKey, message.Mandatory, message.Properties, message.Body, ct);

    /// <summary>Closes the channel; the next use opens another.</summary>
    public ValueTask DisposeAsync() => _channel.DisposeAsync();
}
