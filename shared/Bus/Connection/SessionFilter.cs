using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Ecs.Bus;

/// <summary>Begins a session on every new channel: declares what it needs, and makes its connection known.</summary>
internal sealed class SessionFilter(
    Consumption what, BusConnection connection, DeliveryFilter deliveries, Action lose) : IFilter<ChannelContext>
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("session");

    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        await what.Declare(context.Channel, context.CancellationToken);
        connection.Opened(context.ConnectionContext.Connection);

        using var session = new Session(context.Channel);
        context.Channel.ChannelShutdownAsync += (_, _) =>
        {
            lose();
            return Task.CompletedTask;
        };
        what.Begin(session);
        deliveries.Session = session;
        try
        {
            await next.Send(new DeclaredChannel(context));
        }
        finally
        {
            lose();
        }
    }
}
