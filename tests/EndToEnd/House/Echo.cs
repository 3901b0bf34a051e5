using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Ecs.EndToEnd.House;

/// <summary>
/// A fault of a bus that delivers at least once, made certain: every command of the house, and every word to the Agents
/// that are named, comes a second time, with the same id and the same bytes, after the first one.
/// </summary>
internal sealed class Echo : IAsyncDisposable
{
    private const string Mark = "echo";

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private int _repeated;

    private Echo(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    /// <summary>How many messages came a second time.</summary>
    public int Repeated => Volatile.Read(ref _repeated);

    public static async Task<Echo> StartAsync(string busUri, params string[] instanceIds)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(busUri) }.CreateConnectionAsync();
        var echo = new Echo(connection, await connection.CreateChannelAsync());
        var queue = await echo._channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true);
        string[] exchanges =
        [
            .. CommandTypes.OwnedBy(Services.Scheduler).Select(command => Exchanges.Command(command.Name)),
            .. instanceIds.Select(Exchanges.Agent),
        ];
        foreach (var exchange in exchanges) await echo._channel.QueueBindAsync(queue.QueueName, exchange, "");
        foreach (var id in instanceIds) await echo._channel.QueueBindAsync(queue.QueueName, Exchanges.Assignments, id);
        foreach (var query in CommandTypes.OwnedBy(Services.Scheduler).Where(command => command.IsQuery))
        {
            await echo._channel.QueueBindAsync(queue.QueueName, Exchanges.Queries, query.Name);
        }

        var consumer = new AsyncEventingBasicConsumer(echo._channel);
        consumer.ReceivedAsync += (_, delivery) => echo.RepeatAsync(delivery);
        await echo._channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return echo;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    // It hears its own echo, too, and lets that be.
    private async Task RepeatAsync(BasicDeliverEventArgs delivery)
    {
        var headers = delivery.BasicProperties.Headers;
        if (headers?.ContainsKey(Mark) is true) return;

        var again = new BasicProperties(delivery.BasicProperties)
        {
            Headers = new Dictionary<string, object?>(headers ?? new Dictionary<string, object?>()) { [Mark] = 1 },
        };
        await _channel.BasicPublishAsync(delivery.Exchange, delivery.RoutingKey, true, again, delivery.Body.ToArray());
        Interlocked.Increment(ref _repeated);
    }
}
