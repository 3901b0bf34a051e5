using Microsoft.Extensions.Hosting;

namespace Ecs.Bus;

/// <summary>
/// Opens the reply queue with the program, which connects and declares the topology, and closes it at the end.
/// </summary>
internal sealed class BusLifetime(ReplyQueue replies) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Not waited for: a program starts without a broker, and is ready when it has come.
        replies.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await replies.DisposeAsync();
}
