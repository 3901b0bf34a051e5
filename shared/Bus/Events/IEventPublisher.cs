namespace Ecs.Bus;

/// <summary>
/// Publishes events to the topic exchange <c>ecs.events</c>. Only relays do so: nothing else publishes facts.
/// </summary>
public interface IEventPublisher
{
    /// <summary>The most messages that are under way without the broker's confirm.</summary>
    const int MaxUnconfirmed = 256;

    /// <summary>
    /// Publishes events in the order given, and returns when the broker has confirmed all. While the broker is away it
    /// waits. After an exception some may be published and some not: publish all of them again.
    /// </summary>
    /// <exception cref="BusUnavailableException">The connection was lost before all were confirmed.</exception>
    Task PublishAsync(IReadOnlyList<EventMessage> events, CancellationToken ct);
}
