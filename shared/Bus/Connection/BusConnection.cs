using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>
/// The connection that MassTransit holds at the moment. MassTransit opens it again after every loss; what is published
/// goes over the same one, so that a program is connected or is not.
/// </summary>
internal sealed class BusConnection
{
    private readonly Lock _gate = new();
    private IConnection? _current;
    private TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal bool IsOpen => Open is not null;

    /// <summary>The open connection; null while the broker is away.</summary>
    internal IConnection? Open => Volatile.Read(ref _current) is { IsOpen: true } open ? open : null;

    internal void Opened(IConnection connection)
    {
        lock (_gate)
        {
            _current = connection;
            _opened.TrySetResult();
        }
    }

    /// <summary>The open connection; waits for it while the broker is away.</summary>
    internal async ValueTask<IConnection> GetAsync(CancellationToken ct)
    {
        while (true)
        {
            Task opened;
            lock (_gate)
            {
                if (_current is { IsOpen: true } connection) return connection;
                if (_opened.Task.IsCompleted)
                {
                    _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                opened = _opened.Task;
            }

            await opened.WaitAsync(ct);
        }
    }
}
