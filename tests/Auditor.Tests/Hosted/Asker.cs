using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Ecs.Contracts.Bus;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>A message as a program without the house's libraries gets it.</summary>
internal sealed record Got(string Exchange, IReadOnlyBasicProperties Properties, string Body)
{
    public bool IsAnswer => Properties.Type is "answer";

    /// <summary>Of an event that is sent again; else it was published to everybody.</summary>
    public bool IsReplayed => !IsAnswer && Exchange is "";

    public long Position => (long)Properties.Headers![EventHeaders.Position]!;

    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>All that a consumer sees of an event but the way that it came by.</summary>
    public string Seen => string.Join(
        '\n',
        [
            Body, Properties.MessageId, Properties.Type, Properties.ContentType, $"{Properties.DeliveryMode}",
            .. Properties.Headers!.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => string.Create(
                CultureInfo.InvariantCulture,
                $"{h.Key}={(h.Value is byte[] text ? Encoding.UTF8.GetString(text) : h.Value)}")),
        ]);
}

/// <summary>A program that knows nothing of the house's libraries, with a queue of its own.</summary>
internal sealed class Asker : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly Channel<Got> _got = System.Threading.Channels.Channel.CreateUnbounded<Got>();
    private int _asked;

    private Asker(IConnection connection, IChannel channel, string queue)
    {
        _connection = connection;
        _channel = channel;
        Queue = queue;
    }

    public string Queue { get; }

    public IChannel Channel => _channel;

    /// <summary>Connects, and hears what is published from now on.</summary>
    public static async Task<Asker> ConnectAsync(Uri uri, string? bind = null)
    {
        var factory = new ConnectionFactory { Uri = uri, AutomaticRecoveryEnabled = false };
        var connection = await factory.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var asker = new Asker(connection, channel, (await channel.QueueDeclareAsync()).QueueName);
        if (bind is not null) await channel.QueueBindAsync(asker.Queue, Exchanges.Events, bind);
        await asker.ConsumeAsync(asker.Queue);
        return asker;
    }

    public async Task ConsumeAsync(string queue)
    {
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, got) =>
        {
            _got.Writer.TryWrite(new Got(
                got.Exchange, Copy(got.BasicProperties), Encoding.UTF8.GetString(got.Body.Span)));
            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(queue, autoAck: true, consumer);
    }

    /// <summary>Asks for a range, and returns the id that the answer will have.</summary>
    public async Task<string> AskAsync(string json, string? replyTo = "")
    {
        var id = $"{Queue}-{++_asked}";
        var properties = new BasicProperties { MessageId = id, CorrelationId = id };
        if (replyTo is not null) properties.ReplyTo = replyTo is "" ? Queue : replyTo;
        await _channel.BasicPublishAsync(
            Exchanges.Command("replay-events"), "", true, properties, Encoding.UTF8.GetBytes(json));
        return id;
    }

    public async Task<Got> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        return await _got.Reader.ReadAsync(deadline.Token);
    }

    /// <summary>Asks for a range and waits for its answer: what was sent again until then, and the answer.</summary>
    public async Task<(List<Got> Events, Got Answer)> ReplayAsync(string json, string? replyTo = "")
    {
        var id = await AskAsync(json, replyTo);
        var events = new List<Got>();
        while (true)
        {
            var got = await NextAsync();
            if (got.IsReplayed) events.Add(got);
            if (!got.IsAnswer) continue;

            Assert.Equal(id, got.Properties.CorrelationId);
            return (events, got);
        }
    }

    // The consumer's own are read from its buffer, which is gone when it returns.
    private static BasicProperties Copy(IReadOnlyBasicProperties properties) => new(properties);

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
