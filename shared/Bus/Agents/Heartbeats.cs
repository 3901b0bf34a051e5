using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Bus;
using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Ecs.Bus;

internal sealed class Heartbeats(
    BusOptions options,
    IReceiveEndpointConnector connector,
    BusConnection connection,
    Aside aside,
    ILogger<Heartbeats> log,
    SigningKey? key = null) : IHeartbeats, IAsyncDisposable
{
    /// <summary>One at a time: a session's heartbeats are heard in their order.</summary>
    private const ushort MaxAtATime = 1;

    private readonly ConfirmedChannel _channel = new(connection);

    public async Task SendAsync(Heartbeat beat, CancellationToken ct)
    {
        if (!connection.IsOpen) return;

        var properties = new BasicProperties { Type = "heartbeat", ContentType = Reply.PlainContentType };
        var body = JsonSerializer.SerializeToUtf8Bytes(beat, EcsJson.Options);
        if (key is not null) Signatures.Add(properties, key, Exchanges.Heartbeats, body);
        using var freshness = CancellationTokenSource.CreateLinkedTokenSource(ct);
        freshness.CancelAfter(IHeartbeats.TimeToLive);
        try
        {
            await _channel.PublishAsync(new Outgoing(Exchanges.Heartbeats, "", properties, body), freshness.Token);
        }
        catch (Exception e) when (e is BusUnavailableException || freshness.IsCancellationRequested)
        {
            ct.ThrowIfCancellationRequested();
            log.LogDebug(e, "A heartbeat was dropped");
        }
    }

    public async Task<IAsyncDisposable> ListenAsync(Action<Heartbeat> heard, CancellationToken ct)
    {
        var queue = $"{Exchanges.Heartbeats}.{options.Client}.{Guid.NewGuid():N}";
        var what = new Consumption(
            queue,
            MaxAtATime,
            async (channel, declaring) =>
            {
                await Topology.DeclareAsync(channel, declaring);
                await Topology.DeclareHeartbeatsAsync(channel, queue, declaring);
            },
            delivery => HearAsync(delivery, heard));
        return await new QueueConsumer(connector, connection, what, log).WhenReadyAsync(ct);
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private async Task HearAsync(Delivery delivery, Action<Heartbeat> heard)
    {
        try
        {
            var beat = JsonSerializer.Deserialize<Heartbeat>(delivery.Body.Span, EcsJson.Options)
                ?? throw new JsonException("null");
            if (Signatures.TryRead(delivery, out var signedBy)) heard(beat with { SignedBy = signedBy });
            else await aside.SetAsideAsync(delivery, "a heartbeat with a signature that is not its own", delivery.Gone);
        }
        catch (JsonException e)
        {
            await aside.SetAsideAsync(delivery, $"not a heartbeat: {JsonErrors.Describe(e).Message}", delivery.Gone);
        }
        catch (Exception e)
        {
            // A listener's bug costs one heartbeat; the next comes in a second.
            log.LogError(e, "A heartbeat was not handled");
            await aside.SetAsideAsync(delivery, $"the handler failed: {e.GetType().Name}: {e.Message}", delivery.Gone);
        }
    }
}
