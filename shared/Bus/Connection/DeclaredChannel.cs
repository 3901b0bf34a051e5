using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>
/// MassTransit's channel without its declarations. It would make an exchange for every queue and for every message
/// type; here <see cref="Topology"/> alone declares, and everything else passes through.
/// </summary>
internal sealed class DeclaredChannel(ChannelContext inner) : ProxyPipeContext(inner), ChannelContext
{
    public IChannel Channel => inner.Channel;

    public ConnectionContext ConnectionContext => inner.ConnectionContext;

    public Task BasicPublishAsync(
        string exchange,
        string routingKey,
        bool mandatory,
        BasicProperties basicProperties,
        byte[] body,
        bool awaitAck,
        CancellationToken cancellationToken) =>
        inner.BasicPublishAsync(exchange, routingKey, mandatory, basicProperties, body, awaitAck, cancellationToken);

    public Task ExchangeBind(
        string destination,
        string source,
        string routingKey,
        IDictionary<string, object> arguments,
        CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ExchangeDeclare(
        string exchange,
        string type,
        bool durable,
        bool autoDelete,
        IDictionary<string, object> arguments,
        CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ExchangeDeclarePassive(string exchange, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task QueueBind(
        string queue,
        string exchange,
        string routingKey,
        IDictionary<string, object> arguments,
        CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<QueueDeclareOk> QueueDeclare(
        string queue,
        bool durable,
        bool exclusive,
        bool autoDelete,
        IDictionary<string, object> arguments,
        CancellationToken cancellationToken) => QueueDeclarePassive(queue, cancellationToken);

    public Task<QueueDeclareOk> QueueDeclarePassive(string queue, CancellationToken cancellationToken) =>
        inner.QueueDeclarePassive(queue, cancellationToken);

    public Task<uint> QueuePurge(string queue, CancellationToken cancellationToken) =>
        inner.QueuePurge(queue, cancellationToken);

    public Task BasicQos(uint prefetchSize, ushort prefetchCount, bool global, CancellationToken cancellationToken) =>
        inner.BasicQos(prefetchSize, prefetchCount, global, cancellationToken);

    public ValueTask BasicAck(ulong deliveryTag, bool multiple, CancellationToken cancellationToken) =>
        inner.BasicAck(deliveryTag, multiple, cancellationToken);

    public Task BasicNack(ulong deliveryTag, bool multiple, bool requeue, CancellationToken cancellationToken) =>
        inner.BasicNack(deliveryTag, multiple, requeue, cancellationToken);

    public Task<string> BasicConsume(
        string queue,
        bool noAck,
        bool exclusive,
        IDictionary<string, object> arguments,
        IAsyncBasicConsumer consumer,
        string consumerTag,
        CancellationToken cancellationToken) =>
        inner.BasicConsume(queue, noAck, exclusive, arguments, consumer, consumerTag, cancellationToken);

    public Task BasicCancel(string consumerTag, CancellationToken cancellationToken) =>
        inner.BasicCancel(consumerTag, cancellationToken);

    public void NotifyFaulted(Exception exception, Uri inputAddress) => inner.NotifyFaulted(exception, inputAddress);
}
