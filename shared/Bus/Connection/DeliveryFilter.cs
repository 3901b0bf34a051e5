using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.Transports;

namespace Ecs.Bus;

/// <summary>
/// Takes every delivery as the broker gave it, before MassTransit reads it: here any body of any program is welcome,
/// and what it is follows from the exchange's name.
/// </summary>
internal sealed class DeliveryFilter(
    Consumption what, Action<Exception> fail, CancellationToken stopping, CancellationToken abandon)
    : IFilter<ReceiveContext>
{
    internal Session? Session { get; set; }

    public void Probe(ProbeContext context) => context.CreateFilterScope("delivery");

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var session = Session;
        if (session is null || session.Channel != context.GetPayload<ChannelContext>().Channel) Leave(context);

        using var gone = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, session!.Ended, abandon);
        var basic = context.GetPayload<RabbitMqBasicConsumeContext>();
        var delivery = new Delivery(
            what.Queue,
            basic.Exchange,
            basic.RoutingKey ?? "",
            basic.Properties,
            context.GetBody(),
            basic.DeliveryTag,
            session)
        {
            Gone = gone.Token,
            Abandon = abandon,
            Stopping = stopping,
        };
        try
        {
            await what.Handle(delivery);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            Leave(context);
        }
        catch (Exception e)
        {
            // Without a confirmed answer or dead letter nothing may be acknowledged, so the channel ends
            // and gives back.
            fail(e);
            Leave(context);
        }
    }

    /// <summary>
    /// Leaves the delivery unacknowledged. It goes back to its place when the channel closes, which counts once towards
    /// the delivery limit; MassTransit's nack would count too, and come straight back to a consumer that is stopping.
    /// </summary>
    private static void Leave(ReceiveContext context)
    {
        (context as BaseReceiveContext)?.Cancel();
        throw new OperationCanceledException("The delivery stays in the queue.", context.CancellationToken);
    }
}
