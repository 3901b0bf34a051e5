using RabbitMQ.Client.Exceptions;

namespace Ecs.Bus;

/// <summary>Which exceptions of the client library say that the broker was lost or refused.</summary>
internal static class BrokerFaults
{
    internal static bool IsBroken(Exception e) =>
        e is RabbitMQClientException or ObjectDisposedException or IOException or TimeoutException;
}
