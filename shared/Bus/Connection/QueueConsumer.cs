using MassTransit;
using Microsoft.Extensions.Logging;

namespace Ecs.Bus;

/// <summary>
/// Keeps one queue consumed through a MassTransit receive endpoint, whatever happens to the broker. MassTransit itself
/// waits longer after every loss, up to 30 s, and never less again; here the endpoint is started anew at an even pace.
/// </summary>
internal sealed class QueueConsumer : IReceiveEndpointObserver, IAsyncDisposable
{
    /// <summary>How long disposing waits for what has begun.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The pause before a lost endpoint connects again, halved or doubled by chance so that not all come at once.
    /// </summary>
    internal static readonly TimeSpan ReconnectPause = TimeSpan.FromSeconds(1);

    private readonly ILogger _log;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly HostReceiveEndpointHandle _handle;
    private readonly Task _keeping;
    private readonly string _queue;
    private readonly DeliveryFilter _deliveries;
    private string? _lastReason;
    private TaskCompletionSource _lost = NewSignal();

    internal QueueConsumer(
        IReceiveEndpointConnector connector, BusConnection connection, Consumption what, ILogger log)
    {
        _log = log;
        _queue = what.Queue;
        _deliveries = new DeliveryFilter(what, Fail, _stopping.Token, _abandon.Token);
        _handle = connector.ConnectReceiveEndpoint(what.Queue, (_, endpoint) =>
        {
            var rabbit = (IRabbitMqReceiveEndpointConfigurator)endpoint;
            endpoint.ConfigureConsumeTopology = false;
            endpoint.PublishFaults = false;
            endpoint.PrefetchCount = what.Prefetch;
            endpoint.ConcurrentMessageLimit = what.Prefetch;
            endpoint.ConfigureReceive(receive => receive.UseFilter(_deliveries));
            rabbit.ConfigureChannel(channel =>
                channel.UseFilter(new SessionFilter(what, connection, _deliveries, Lose)));
            endpoint.ConnectReceiveEndpointObserver(this);
            // The filter ends every delivery before MassTransit's own reading. Without any consumer connected, though,
            // an endpoint would not begin to consume.
            endpoint.Handler<Delivery>(static _ => throw new InvalidOperationException("It was not filtered."));
        });
        _keeping = KeepAsync();
    }

    /// <summary>Completes when the queue is consumed for the first time.</summary>
    internal Task Ready => _ready.Task;

    /// <summary>Waits until the queue is consumed; stops again where the wait is ended.</summary>
    internal async Task<IAsyncDisposable> WhenReadyAsync(CancellationToken ct)
    {
        try
        {
            await Ready.WaitAsync(ct);
            return this;
        }
        catch (OperationCanceledException)
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _abandon.CancelAfter(Grace);
        _lost.TrySetResult();
        await _keeping;
        try
        {
            await _handle.StopAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // The broker may be away: its side of the consumer ends with the connection.
            _log.LogDebug(e, "Queue {Queue}: the endpoint did not stop in order", _queue);
        }
    }

    Task IReceiveEndpointObserver.Ready(ReceiveEndpointReady ready)
    {
        if (ready.IsStarted)
        {
            _ready.TrySetResult();
            _lastReason = null;
            _log.LogInformation("Queue {Queue}: consuming", _queue);
        }

        return Task.CompletedTask;
    }

    Task IReceiveEndpointObserver.Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    Task IReceiveEndpointObserver.Completed(ReceiveEndpointCompleted completed)
    {
        Lose();
        return Task.CompletedTask;
    }

    Task IReceiveEndpointObserver.Faulted(ReceiveEndpointFaulted faulted)
    {
        // Said once for each outage and reason, not at every try.
        var reason = faulted.Exception?.GetBaseException().Message;
        var level = reason == _lastReason ? LogLevel.Debug : LogLevel.Warning;
        _log.Log(level, "Queue {Queue}: not consumed: {Reason}", _queue, reason);
        _lastReason = reason;
        Lose();
        return Task.CompletedTask;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Lose()
    {
        _deliveries.Session?.End();
        Volatile.Read(ref _lost).TrySetResult();
    }

    private void Fail(Exception fault)
    {
        _log.LogWarning(fault, "Queue {Queue}: a delivery could be neither answered nor set aside", _queue);
        Lose();
    }

    private async Task KeepAsync()
    {
        while (true)
        {
            await _lost.Task;
            if (_stopping.IsCancellationRequested) return;

            try
            {
                await _handle.ReceiveEndpoint.Stop(CancellationToken.None);
                await Task.Delay(ReconnectPause * (0.5 + Random.Shared.NextDouble()), _stopping.Token);
                Volatile.Write(ref _lost, NewSignal());
                if (!_stopping.IsCancellationRequested) _handle.ReceiveEndpoint.Start(CancellationToken.None);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The loop is what brings the queue back: it ends only with the program.
                _log.LogError(e, "Queue {Queue}: the endpoint did not start again", _queue);
                Lose();
            }
        }
    }
}
