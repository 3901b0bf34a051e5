using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>
/// The exchanges, queues and bindings of the house. Every program declares all of them alike before it does anything
/// else, so that whoever publishes first finds them: what goes to an exchange without a queue is lost.
/// </summary>
public static class Topology
{
    /// <summary>
    /// How often a quorum queue delivers a message again before it sets it aside: a message that kills its reader
    /// must not do so for ever. RabbitMQ's own default since 4.0, made explicit for older brokers.
    /// </summary>
    public const int DeliveryLimit = 20;

    /// <summary>
    /// Looking at dead letters delivers them; that must never use them up. The largest number it takes.
    /// </summary>
    private const int NoDeliveryLimit = int.MaxValue;

    /// <summary>The most heartbeats that wait for one listener.</summary>
    private const int MaxHeartbeats = 10_000;

    /// <summary>The most that waits in a queue of the quick ways, in bytes; the oldest are dropped beyond it.</summary>
    private const int MaxQuickBytes = 64 * 1024 * 1024;

    /// <summary>The services that have a queue.</summary>
    internal static readonly IReadOnlyList<string> ServiceQueues =
        [Services.Registry, Services.Scheduler, Services.Auditor];

    /// <summary>
    /// Declares everything that all programs share, over a connection of its own. Harmless to repeat.
    /// </summary>
    /// <param name="options">The broker.</param>
    /// <param name="ct">Ends the wait for the broker.</param>
    /// <exception cref="BusUnavailableException">
    /// The broker is away, or has a queue of that name with other arguments.
    /// </exception>
    public static async Task DeclareAsync(BusOptions options, CancellationToken ct)
    {
        try
        {
            var factory = new ConnectionFactory { Uri = options.Uri, ClientProvidedName = options.Client };
            await using var connection = await factory.CreateConnectionAsync(ct);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
            await DeclareAsync(channel, ct);
        }
        catch (Exception e) when (BrokerFaults.IsBroken(e))
        {
            throw new BusUnavailableException($"The topology was not declared: {e.Message}", e);
        }
    }

    internal static async Task DeclareAsync(IChannel channel, CancellationToken ct)
    {
        await channel.ExchangeDeclareAsync(Exchanges.Events, ExchangeType.Topic, durable: true, cancellationToken: ct);
        await FanoutAsync(channel, Exchanges.Heartbeats, ct);
        await FanoutAsync(channel, Exchanges.DeadLetters, ct);
        await DirectAsync(channel, Exchanges.Conversations, ct);
        await DirectAsync(channel, Exchanges.Queries, ct);
        await DirectAsync(channel, Exchanges.Assignments, ct);
        await QuorumQueueAsync(channel, Exchanges.DeadLetters, DeadLetterArguments(), ct);
        foreach (var service in ServiceQueues)
        {
            await QuorumQueueAsync(channel, service, WorkArguments(), ct);
            foreach (var command in CommandTypes.OwnedBy(service))
            {
                await FanoutAsync(channel, Exchanges.Command(command.Name), ct);
                await channel.QueueBindAsync(service, Exchanges.Command(command.Name), "", cancellationToken: ct);
            }
        }

        await channel.QueueBindAsync(Exchanges.DeadLetters, Exchanges.DeadLetters, "", cancellationToken: ct);
    }

    internal static async Task DeclareAgentAsync(IChannel channel, string instanceId, CancellationToken ct)
    {
        var name = Exchanges.Agent(instanceId);
        await FanoutAsync(channel, name, ct);
        await QuorumQueueAsync(channel, name, WorkArguments(), ct);
        await channel.QueueBindAsync(name, name, "", cancellationToken: ct);
    }

    internal static async Task DeclareHeartbeatsAsync(IChannel channel, string queue, CancellationToken ct)
    {
        var arguments = new Dictionary<string, object?>
        {
            ["x-message-ttl"] = (int)IHeartbeats.TimeToLive.TotalMilliseconds,
            ["x-max-length"] = MaxHeartbeats,
        };
        await OwnQueueAsync(channel, queue, arguments, ct);
        await channel.QueueBindAsync(queue, Exchanges.Heartbeats, "", cancellationToken: ct);
    }

    internal static async Task DeclareQueriesAsync(
        IChannel channel, string queue, string service, CancellationToken ct)
    {
        await DirectAsync(channel, Exchanges.Queries, ct);
        await OwnQueueAsync(channel, queue, new() { ["x-max-length-bytes"] = MaxQuickBytes }, ct);
        foreach (var query in CommandTypes.OwnedBy(service).Where(QuickAnswers.May))
        {
            await channel.QueueBindAsync(queue, Exchanges.Queries, query.Name, cancellationToken: ct);
        }
    }

    internal static async Task DeclareAssignmentsAsync(
        IChannel channel, string queue, string instanceId, CancellationToken ct)
    {
        await DirectAsync(channel, Exchanges.Assignments, ct);
        await OwnQueueAsync(channel, queue, new() { ["x-max-length-bytes"] = MaxQuickBytes }, ct);
        await channel.QueueBindAsync(queue, Exchanges.Assignments, instanceId, cancellationToken: ct);
    }

    internal static Task BindConversationsAsync(
        IChannel channel, string queue, string instanceId, CancellationToken ct) =>
        channel.QueueBindAsync(queue, Exchanges.Conversations, instanceId, cancellationToken: ct);

    /// <summary>Whether a queue is one of the house's own, where nothing but work and dead letters may go.</summary>
    internal static bool IsOfTheHouse(string queue) =>
        ServiceQueues.Contains(queue)
        || queue is Exchanges.DeadLetters
        || queue.StartsWith(Exchanges.Agent(""), StringComparison.Ordinal);

    /// <summary>
    /// A queue of this connection alone. It is exclusive because RabbitMQ 4.3 refuses other transient ones.
    /// </summary>
    internal static Task OwnQueueAsync(
        IChannel channel, string queue, Dictionary<string, object?>? arguments, CancellationToken ct) =>
        channel.QueueDeclareAsync(queue, false, exclusive: true, autoDelete: true, arguments, cancellationToken: ct);

    private static Task DirectAsync(IChannel channel, string name, CancellationToken ct) =>
        channel.ExchangeDeclareAsync(name, ExchangeType.Direct, durable: true, cancellationToken: ct);

    private static Task FanoutAsync(IChannel channel, string name, CancellationToken ct) =>
        channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true, cancellationToken: ct);

    private static Task<QueueDeclareOk> QuorumQueueAsync(
        IChannel channel, string name, Dictionary<string, object?> arguments, CancellationToken ct) =>
        channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, arguments,
            cancellationToken: ct);

    private static Dictionary<string, object?> WorkArguments() => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = DeliveryLimit,
        ["x-dead-letter-exchange"] = Exchanges.DeadLetters,
        // The broker then keeps a message until ecs.dead-letters has it for certain; it asks for reject-publish.
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
        ["x-single-active-consumer"] = true,
    };

    private static Dictionary<string, object?> DeadLetterArguments() => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = NoDeliveryLimit,
    };
}
