using System.Globalization;
using System.Text;
using Ecs.Contracts.Bus;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Ecs.Bus;

/// <summary>How what is said in conversations looks as messages.</summary>
internal sealed class ConversationWire(ConfirmedChannel channel)
{
    /// <summary>Publishes one utterance.</summary>
    /// <exception cref="NobodyThereException">No queue took it.</exception>
    internal async Task SayAsync(Address to, Address from, string id, Utterance said, CancellationToken ct)
    {
        var properties = new BasicProperties
        {
            Type = said.Kind,
            CorrelationId = id,
            ReplyTo = from.RoutingKey,
            Headers = new Dictionary<string, object?>
            {
                [ConversationHeaders.Number] = said.Number,
                [ConversationHeaders.Heard] = said.Heard,
            },
        };
        try
        {
            await channel.PublishAsync(
                new Outgoing(to.Exchange, to.RoutingKey, properties, said.Body) { Mandatory = true }, ct);
        }
        catch (BusUnavailableException e) when (e.InnerException is PublishException { IsReturn: true })
        {
            throw new NobodyThereException("nobody hears it");
        }
    }

    /// <summary>Reads one; null where it is none.</summary>
    internal static Utterance? Read(Delivery delivery)
    {
        if (delivery.Properties.Type is not { Length: > 0 and <= Part.MaxKind } kind
            || delivery.Body.Length > Part.MaxBytes) return null;

        // The body is the delivery's own and goes with it.
        return new Utterance(
            kind,
            Number(delivery, ConversationHeaders.Number),
            Number(delivery, ConversationHeaders.Heard),
            delivery.Body.ToArray())
        {
            From = delivery.Properties.ReplyTo is { Length: > 0 } queue ? queue : null,
        };
    }

    private static long Number(Delivery delivery, string header) =>
        delivery.Properties.Headers?.TryGetValue(header, out var value) is true
            ? value switch
            {
                long number => number,
                int number => number,
                byte[] text when long.TryParse(
                    Encoding.UTF8.GetString(text), NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                    number,
                _ => 0,
            }
            : 0;
}

/// <summary>Where an utterance goes.</summary>
internal readonly record struct Address(string Exchange, string RoutingKey)
{
    /// <summary>A queue itself, past every exchange.</summary>
    internal static Address Queue(string name) => new("", name);
}
