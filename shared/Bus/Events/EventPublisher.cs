using Ecs.Contracts.Bus;
using RabbitMQ.Client;

namespace Ecs.Bus;

internal sealed class EventPublisher(BusConnection connection) : IEventPublisher, IAsyncDisposable
{
    // A channel of its own, one batch at a time: the order on a channel is the order that subscribers see.
    private readonly ConfirmedChannel _channel = new(connection);
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task PublishAsync(IReadOnlyList<EventMessage> events, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            await PublishInOrderAsync(await _channel.OpenAsync(ct), events, ct);
        }
        catch (Exception e) when (BrokerFaults.IsBroken(e))
        {
            throw new BusUnavailableException($"Not all events were confirmed: {e.Message}", e);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        _turn.Dispose();
    }

    private static async Task PublishInOrderAsync(
        IChannel channel, IReadOnlyList<EventMessage> events, CancellationToken ct)
    {
        var window = new ConfirmWindow(channel);
        try
        {
            foreach (var e in events)
            {
                await window.PublishAsync(new Outgoing(Exchanges.Events, e.RoutingKey, e.Properties(), e.Json), ct);
            }
        }
        finally
        {
            // All are waited for, also after a fault: none may still be under way when the next batch begins.
            await window.AllAsync();
        }
    }
}
