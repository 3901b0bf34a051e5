using System.Collections.Concurrent;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Bus;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Ecs.Bus;

internal sealed class AgentSender(BusConnection connection) : IAgentSender, IAsyncDisposable
{
    private readonly ConfirmedChannel _channel = new(connection);

    // Queues known to exist, by the channel that declared them: a new broker behind a new connection may have none.
    private readonly ConcurrentDictionary<string, IChannel> _declared = new(StringComparer.Ordinal);

    public async Task SendAsync(string instanceId, Assignments message, CancellationToken ct)
    {
        var name = Exchanges.Agent(instanceId);
        var properties = new BasicProperties
        {
            MessageId = Guid.NewGuid().ToString(),
            Type = "assignments",
            ContentType = Reply.PlainContentType,
            Persistent = true,
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(message, EcsJson.Options);
        var outgoing = new Outgoing(name, "", properties, body) { Mandatory = true };
        // Ahead of the one that waits for the disk of its queue.
        var early = new Outgoing(
            Exchanges.Assignments, instanceId, new BasicProperties(properties) { Persistent = false }, body);
        try
        {
            var channel = await _channel.OpenAsync(ct);
            if (!_declared.TryGetValue(name, out var known) || known != channel)
            {
                await DeclareAsync(instanceId, ct);
                _declared[name] = channel;
            }

            var copy = ConfirmedChannel.PublishAsync(channel, early, ct).AsTask();
            await Task.WhenAll(copy, ConfirmedChannel.PublishAsync(channel, outgoing, ct).AsTask());
        }
        catch (Exception e) when (BrokerFaults.IsBroken(e))
        {
            // Also a queue that somebody deleted: the next try declares it again.
            _declared.TryRemove(name, out _);
            throw new BusUnavailableException($"Not confirmed by '{name}': {e.Message}", e);
        }
    }

    public async Task ForgetAsync(string instanceId, CancellationToken ct)
    {
        var name = Exchanges.Agent(instanceId);
        try
        {
            // A channel of its own: asking for a queue that is not there ends it.
            var current = await connection.GetAsync(ct);
            await using var channel = await current.CreateChannelAsync(cancellationToken: ct);
            // Quorum queues know no "if unused".
            if ((await channel.QueueDeclarePassiveAsync(name, ct)).ConsumerCount > 0) return;

            _declared.TryRemove(name, out _);
            await channel.QueueDeleteAsync(name, ifUnused: false, ifEmpty: false, cancellationToken: ct);
            await channel.ExchangeDeleteAsync(name, ifUnused: true, cancellationToken: ct);
        }
        catch (OperationInterruptedException e)
            when (e.ShutdownReason?.ReplyCode is Constants.NotFound or Constants.PreconditionFailed)
        {
            // It is gone already, or somebody else has bound something to its exchange, which stays then.
        }
        catch (Exception e) when (BrokerFaults.IsBroken(e))
        {
            throw new BusUnavailableException($"'{name}' was not removed: {e.Message}", e);
        }
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    // On a channel of its own: a refusal ends it, and with it whatever is not confirmed there.
    private async Task DeclareAsync(string instanceId, CancellationToken ct)
    {
        var current = await connection.GetAsync(ct);
        await using var channel = await current.CreateChannelAsync(cancellationToken: ct);
        await Topology.DeclareAgentAsync(channel, instanceId, ct);
    }
}
