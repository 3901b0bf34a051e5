using RabbitMQ.Client.Exceptions;

namespace Ecs.Bus;

internal sealed class EventSender(BusConnection connection) : IEventSender
{
    public string? RuleAgainst(string queue) => queue switch
    {
        _ when queue.StartsWith(Reply.DirectReplyTo, StringComparison.Ordinal) =>
            $"is {Reply.DirectReplyTo}, which holds nothing back: events need a queue",
        _ when Topology.IsOfTheHouse(queue) => "is a queue of the house",
        _ => null,
    };

    public async Task<long> SendAsync(string queue, IAsyncEnumerable<EventMessage> events, CancellationToken ct)
    {
        // A channel for each: askers neither wait for one another, nor share what becomes of their messages.
        await using var channel = new ConfirmedChannel(connection);
        try
        {
            var window = new ConfirmWindow(await channel.OpenAsync(ct));
            var sent = 0L;
            try
            {
                await foreach (var e in events.WithCancellation(ct))
                {
                    await window.PublishAsync(new Outgoing("", queue, e.Properties(), e.Json) { Mandatory = true }, ct);
                    sent++;
                }
            }
            finally
            {
                await window.AllAsync();
            }

            return sent;
        }
        catch (PublishException e)
        {
            throw new QueueRefusedException(e.IsReturn, e);
        }
        catch (Exception e) when (BrokerFaults.IsBroken(e))
        {
            throw new BusUnavailableException($"Not all events were confirmed: {e.Message}", e);
        }
    }
}
