using System.Globalization;
using Ecs.Contracts.Bus;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>
/// Sets messages aside with their reason, or puts them back to the end of their queue. Both are confirmed.
/// </summary>
internal sealed class Aside(ConfirmedChannel channel, ILogger<Aside> log)
{
    /// <summary>The longest reason that is kept, in characters.</summary>
    internal const int MaxReasonLength = 1024;

    internal async Task SetAsideAsync(Delivery delivery, string reason, CancellationToken ct)
    {
        var text = reason.Length <= MaxReasonLength ? reason : reason[..MaxReasonLength];
        log.LogWarning(
            "Queue {Queue}: message {MessageId} from '{Exchange}' is set aside: {Reason}",
            delivery.Queue, delivery.Properties.MessageId, delivery.Exchange, text);
        var properties = Copy(delivery.Properties);
        properties.ClearExpiration();
        properties.Headers![DeadLetterHeaders.Id] = Guid.NewGuid().ToString("N");
        properties.Headers[DeadLetterHeaders.Reason] = text;
        properties.Headers[DeadLetterHeaders.Queue] = delivery.Queue;
        properties.Headers[DeadLetterHeaders.Exchange] = delivery.Exchange;
        properties.Headers[DeadLetterHeaders.RoutingKey] = delivery.RoutingKey;
        properties.Headers[DeadLetterHeaders.Time] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        var message = new Outgoing(Exchanges.DeadLetters, delivery.RoutingKey, properties, delivery.Body);
        await channel.PublishAsync(message with { Mandatory = true }, ct);
    }

    /// <summary>
    /// Sends a message once more the way it came, as a new one whose deliveries are counted from nothing.
    /// </summary>
    internal Task PutBackAsync(Delivery delivery, CancellationToken ct) =>
        channel.PublishAsync(
            new Outgoing(delivery.Exchange, delivery.RoutingKey, Copy(delivery.Properties), delivery.Body)
            {
                Mandatory = true,
            },
            ct);

    private static BasicProperties Copy(IReadOnlyBasicProperties properties) => new(properties)
    {
        Headers = properties.Headers is null ? [] : new Dictionary<string, object?>(properties.Headers),
        Persistent = true,
    };
}
