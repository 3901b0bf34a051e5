namespace Ecs.Bus;

/// <summary>Where the broker is, and who speaks to it.</summary>
/// <param name="Uri">The broker: <c>amqp://user:password@host:port/virtual-host</c>, or <c>amqps</c> for TLS.</param>
/// <param name="Client">The program's name, as the broker shows it for the connection and in reply queues.</param>
public sealed record BusOptions(Uri Uri, string Client)
{
    /// <summary>How often broker and program show each other that they live; whole seconds.</summary>
    public TimeSpan Heartbeat { get; init; } = BusSetup.Heartbeat;
}
