using System.Globalization;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Events;
using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>One event as it goes to the exchange <c>ecs.events</c>.</summary>
/// <param name="Id">The event's id, also the message's: a subscriber knows a repeat by it.</param>
/// <param name="Name">The stored name, which is the AMQP <c>type</c>.</param>
/// <param name="RoutingKey">See <see cref="Exchanges.RoutingKey"/>.</param>
/// <param name="Json">The event's data as it is stored.</param>
/// <param name="Headers">By the names of <see cref="EventHeaders"/>; text or 64-bit numbers.</param>
public sealed record EventMessage(
    Guid Id,
    string Name,
    string RoutingKey,
    ReadOnlyMemory<byte> Json,
    IReadOnlyDictionary<string, object> Headers)
{
    /// <summary>The message of a stored event.</summary>
    /// <param name="stored">Where, when and by whom it was written.</param>
    /// <param name="json">Its data, as it is stored.</param>
    public static EventMessage Of(StoredEvent stored, ReadOnlyMemory<byte> json)
    {
        var headers = new Dictionary<string, object>
        {
            [EventHeaders.Position] = stored.Position,
            [EventHeaders.Stream] = stored.Stream,
            [EventHeaders.Version] = stored.Version,
            [EventHeaders.Event] = stored.Name,
            [EventHeaders.LogTime] = stored.LogTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        };
        if (stored.Causation is { } causation) headers[EventHeaders.Causation] = causation;
        if (stored.Correlation is { } correlation) headers[EventHeaders.Correlation] = correlation;
        if (stored.Actor is { } actor) headers[EventHeaders.Actor] = actor;
        return new(stored.Id, stored.Name, Exchanges.RoutingKey(stored.Stream, stored.Name), json, headers);
    }

    /// <summary>What stands beside the body, the same wherever the event is sent.</summary>
    internal BasicProperties Properties() => new()
    {
        MessageId = Id.ToString(),
        Type = Name,
        ContentType = Reply.PlainContentType,
        Persistent = true,
        Headers = Headers.ToDictionary(header => header.Key, object? (header) => header.Value),
    };
}
