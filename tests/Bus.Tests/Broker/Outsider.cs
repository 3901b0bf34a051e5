using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Ecs.Bus.Tests;

/// <summary>A program that knows nothing of the house's libraries: RabbitMQ's own client and JSON as text.</summary>
internal sealed class Outsider : IAsyncDisposable
{
    private readonly IConnection _connection;

    private Outsider(IConnection connection, IChannel channel)
    {
        _connection = connection;
        Channel = channel;
    }

    internal IChannel Channel { get; }

    internal static async Task<Outsider> ConnectAsync(Uri uri)
    {
        var connection = await new ConnectionFactory { Uri = uri, AutomaticRecoveryEnabled = false }
            .CreateConnectionAsync();
        return new Outsider(connection, await connection.CreateChannelAsync(new CreateChannelOptions(true, true)));
    }

    internal async Task<string> OwnQueueAsync() => (await Channel.QueueDeclareAsync()).QueueName;

    internal Task PublishAsync(string command, string json, BasicProperties? properties = null) =>
        PublishAsync(command, Encoding.UTF8.GetBytes(json), properties);

    internal async Task PublishAsync(string command, byte[] body, BasicProperties? properties = null) =>
        await Channel.BasicPublishAsync(
            command.Contains('.') || command is "" ? command : $"ecs.commands.{command}",
            command is "" ? "scheduler" : "",
            false,
            properties ?? new BasicProperties(),
            body);

    /// <summary>Sends plain JSON with a reply queue and waits for what comes back.</summary>
    internal async Task<(JsonElement Answer, IReadOnlyBasicProperties Properties)> AskAsync(
        string command, string json, string? messageId = null)
    {
        var queue = await OwnQueueAsync();
        var properties = new BasicProperties { ReplyTo = queue, CorrelationId = "corr-1" };
        if (messageId is not null) properties.MessageId = messageId;
        await PublishAsync(command, json, properties);
        var got = await NextAsync(queue);
        return (JsonSerializer.Deserialize<JsonElement>(got.Body.Span), got.BasicProperties);
    }

    internal async Task<BasicGetResult> NextAsync(string queue)
    {
        BasicGetResult? got = null;
        await House.Until(async () => (got = await Channel.BasicGetAsync(queue, autoAck: true)) is not null);
        return got!;
    }

    /// <summary>Whether any queue takes a message.</summary>
    internal async Task<bool> IsTakenAsync(string exchange, string key)
    {
        try
        {
            var properties = new BasicProperties { MessageId = "is it taken?" };
            await Channel.BasicPublishAsync(exchange, key, true, properties, "{}"u8.ToArray());
            return true;
        }
        catch (PublishException e) when (e.IsReturn)
        {
            return false;
        }
    }

    /// <summary>How many messages wait in a queue, none of them with a consumer.</summary>
    internal async Task<uint> ReadyAsync(string queue) => (await Channel.QueueDeclarePassiveAsync(queue)).MessageCount;

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
