namespace Ecs.Bus;

/// <summary>
/// The AMQP headers that a message gets when it is set aside; its own properties and headers are kept.
/// </summary>
public static class DeadLetterHeaders
{
    /// <summary>Names the dead letter.</summary>
    public const string Id = "ecs-dead-id";

    /// <summary>Why it was set aside.</summary>
    public const string Reason = "ecs-dead-reason";

    /// <summary>The queue that it was taken from.</summary>
    public const string Queue = "ecs-dead-queue";

    /// <summary>The exchange that it was sent to.</summary>
    public const string Exchange = "ecs-dead-exchange";

    /// <summary>Its routing key.</summary>
    public const string RoutingKey = "ecs-dead-routing-key";

    /// <summary>When it was set aside, ISO 8601.</summary>
    public const string Time = "ecs-dead-time";

    internal static readonly IReadOnlyList<string> All = [Id, Reason, Queue, Exchange, RoutingKey, Time];
}
