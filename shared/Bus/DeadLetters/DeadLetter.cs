namespace Ecs.Bus;

/// <summary>A message that could not be read or handled, and was set aside.</summary>
/// <param name="Id">Names it in <see cref="DeadLetters"/>.</param>
/// <param name="Reason">Why it was set aside, in a sentence.</param>
/// <param name="Queue">The queue that it was taken from.</param>
/// <param name="Exchange">The exchange that it was sent to; empty where it was sent to the queue by name.</param>
/// <param name="RoutingKey">Its routing key.</param>
/// <param name="Time">When it was set aside; null where the broker does not say.</param>
/// <param name="MessageId">Its own id, where it has one.</param>
/// <param name="ContentType">What its sender says the body is.</param>
/// <param name="Body">Its body, as it came.</param>
public sealed record DeadLetter(
    string Id,
    string Reason,
    string Queue,
    string Exchange,
    string RoutingKey,
    DateTimeOffset? Time,
    string? MessageId,
    string? ContentType,
    ReadOnlyMemory<byte> Body);
