using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Ecs.EndToEnd.Clients;

/// <summary>
/// A program of another house that speaks plain JSON over AMQP: RabbitMQ's own client, none of Ecs.Events' libraries.
/// It makes a connection per question, as programs do that know nothing of brokers that restart.
/// </summary>
internal sealed class BusClient(string uri) : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(45);

    private readonly ConnectionFactory _factory = new() { Uri = new Uri(uri), ClientProvidedName = "end-to-end" };

    /// <summary>Publishes a command and waits for its answer.</summary>
    public async Task<JsonNode> AskAsync(
        string command,
        object body,
        string? id = null,
        TimeSpan? patience = null,
        IDictionary<string, object?>? headers = null)
    {
        await using var connection = await _factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(Confirmed);
        var replies = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true);
        var answer = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        var correlation = $"{Guid.NewGuid():N}";
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            if (delivery.BasicProperties.CorrelationId == correlation)
            {
                answer.TrySetResult(JsonNode.Parse(delivery.Body.Span)!);
            }

            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(replies.QueueName, autoAck: true, consumer);
        var properties = Properties(id);
        properties.ReplyTo = replies.QueueName;
        properties.CorrelationId = correlation;
        properties.Headers = headers;
        await PublishAsync(channel, $"ecs.commands.{command}", properties, Bytes(body));
        return await answer.Task.WaitAsync(patience ?? AnswerTime, TestContext.Current.CancellationToken);
    }

    /// <summary>Publishes a command that nobody waits for.</summary>
    public Task TellAsync(string command, object body, string? id = null) =>
        SendAsync($"ecs.commands.{command}", Bytes(body), id);

    /// <summary>Publishes any bytes to an exchange; to a queue by its name where the exchange is empty.</summary>
    public async Task SendAsync(string exchange, byte[] body, string? id = null, string routingKey = "")
    {
        await using var connection = await _factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(Confirmed);
        await PublishAsync(channel, exchange, Properties(id), body, routingKey);
    }

    /// <summary>Listens to the house's events from now on.</summary>
    public async Task<EventListener> ListenAsync(string pattern)
    {
        var connection = await _factory.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        var queue = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true);
        await channel.QueueBindAsync(queue.QueueName, "ecs.events", pattern);
        var listener = new EventListener(connection);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            listener.Add(delivery);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return listener;
    }

    /// <summary>Completes when one more message comes to an exchange; whom it is for gets it as well.</summary>
    /// <returns>Once it listens: the task that completes.</returns>
    public async Task<Task> NextAsync(string exchange, string routingKey = "")
    {
        var connection = await _factory.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        var queue = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true);
        await channel.QueueBindAsync(queue.QueueName, exchange, routingKey);
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, _) =>
        {
            came.TrySetResult();
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return WaitAsync();

        async Task WaitAsync()
        {
            await using (connection)
            {
                await came.Task.WaitAsync(AnswerTime, TestContext.Current.CancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static CreateChannelOptions Confirmed => new(true, true);

    private static BasicProperties Properties(string? id) => new() { ContentType = "application/json", MessageId = id };

    private static byte[] Bytes(object body) =>
        body is string text ? Encoding.UTF8.GetBytes(text) : JsonSerializer.SerializeToUtf8Bytes(body);

    private static async Task PublishAsync(
        IChannel channel, string exchange, BasicProperties properties, byte[] body, string routingKey = "")
    {
        properties.Persistent = true;
        await channel.BasicPublishAsync(exchange, routingKey, mandatory: true, properties, body);
    }
}

/// <summary>An event as it came over the bus.</summary>
internal sealed record HeardEvent(
    string RoutingKey, long Position, string Stream, long Version, string Name, JsonNode Body);

/// <summary>Events that were heard, in the order in which they came.</summary>
internal sealed class EventListener(IConnection connection) : IAsyncDisposable
{
    private readonly ConcurrentQueue<HeardEvent> _heard = [];

    public IReadOnlyList<HeardEvent> Heard => [.. _heard];

    public void Add(BasicDeliverEventArgs delivery)
    {
        var headers = delivery.BasicProperties.Headers!;
        _heard.Enqueue(new HeardEvent(
            delivery.RoutingKey, Number(headers["ecs-position"]), Text(headers["ecs-stream"]),
            Number(headers["ecs-version"]), Text(headers["ecs-event"]), JsonNode.Parse(delivery.Body.Span)!));
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static string Text(object? value) =>
        value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : $"{value}";

    private static long Number(object? value) =>
        Convert.ToInt64(value is byte[] ? Text(value) : value, System.Globalization.CultureInfo.InvariantCulture);
}
