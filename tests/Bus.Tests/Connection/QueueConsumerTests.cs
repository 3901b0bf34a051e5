using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Bus.Tests.Connection;

/// <summary>The keeping of a queue where MassTransit's endpoint fails.</summary>
public sealed class QueueConsumerTests
{
    private int _starts;

    [Fact]
    public async Task Given_an_endpoint_that_throws_when_it_is_started_again_then_it_is_started_once_more()
    {
        var endpoint = Scripted.Of<IReceiveEndpoint>((method, _) => method switch
        {
            nameof(IReceiveEndpoint.Stop) => Task.CompletedTask,
            nameof(IReceiveEndpoint.Start) => Start(),
            _ => throw new NotSupportedException(method),
        });
        var handle = Scripted.Of<HostReceiveEndpointHandle>((method, _) => method switch
        {
            "get_ReceiveEndpoint" => endpoint,
            nameof(HostReceiveEndpointHandle.StopAsync) => Task.CompletedTask,
            _ => throw new NotSupportedException(method),
        });
        var connector = Scripted.Of<IReceiveEndpointConnector>((_, _) => handle);
        var what = new Consumption("q", 1, (_, _) => Task.CompletedTask, _ => Task.CompletedTask);
        await using var consumer = new QueueConsumer(connector, new BusConnection(), what, NullLogger.Instance);

        await ((IReceiveEndpointObserver)consumer).Completed(null!);

        await House.Until(() => Volatile.Read(ref _starts) == 2);
    }

    private object? Start() => Interlocked.Increment(ref _starts) == 1
        ? throw new InvalidOperationException("it has not stopped yet")
        : null;
}
