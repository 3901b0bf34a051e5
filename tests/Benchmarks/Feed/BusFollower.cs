using System.Globalization;
using Ecs.Contracts.Bus;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Ecs.Benchmarks.Feed;

/// <summary>A program that listens to every event on the bus, by RabbitMQ's own client.</summary>
internal sealed class BusFollower : Arrivals, IAsyncDisposable
{
    private readonly IConnection _connection;

    private BusFollower(IConnection connection) => _connection = connection;

    public static async Task<BusFollower> StartAsync(Uri broker)
    {
        var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, Exchanges.Events, "#");
        var follower = new BusFollower(connection);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            var position = message.BasicProperties.Headers![EventHeaders.Position];
            follower.Note(Convert.ToInt64(position, CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        return follower;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
