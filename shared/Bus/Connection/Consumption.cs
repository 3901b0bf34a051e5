using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>What is to be consumed, and how.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Prefetch">The most deliveries that are handled at a time.</param>
/// <param name="Declare">Makes sure that the queue and its bindings exist; called at every connect.</param>
/// <param name="Handle">Handles a delivery; see <see cref="Delivery"/>.</param>
internal sealed record Consumption(
    string Queue,
    ushort Prefetch,
    Func<IChannel, CancellationToken, Task> Declare,
    Func<Delivery, Task> Handle)
{
    /// <summary>Called at every connect with the session that begins, before the first delivery.</summary>
    internal Action<Session> Begin { get; init; } = static _ => { };
}
