using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Broker;

/// <summary>
/// One process's consuming of one queue. The broker ends it when the process dies, is frozen for longer than the bus's
/// heartbeat, or when chance ends its connection; a process that still lives connects again.
/// </summary>
internal sealed class SimConsumer : IAsyncDisposable
{
    /// <summary>How long a lost connection takes to come back.</summary>
    private static readonly TimeSpan Reconnect = TimeSpan.FromMilliseconds(500);

    /// <summary>The bus's heartbeat: who is silent for longer has lost its connection.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(3);

    private readonly SimQueue _queue;
    private readonly SimProcess _process;
    private readonly Func<SimConsumer, SimMessage, Task> _handle;
    private bool _isOver;

    public SimConsumer(
        SimQueue queue, SimProcess process, int atATime, Func<SimConsumer, SimMessage, Task> handle)
    {
        (_queue, _process, AtATime, _handle) = (queue, process, atATime, handle);
        process.OnEnd(() => queue.Remove(this));
        queue.Add(this);
        WatchForSilence();
    }

    /// <summary>How many messages it may have unacknowledged.</summary>
    public int AtATime { get; }

    /// <summary>What it has and has not acknowledged.</summary>
    public List<SimMessage> Unacknowledged { get; } = [];

    /// <summary>Whether it was ended by its own process.</summary>
    public bool IsOver => _isOver || !_process.IsAlive;

    /// <summary>Hands a message to the process.</summary>
    public void Deliver(SimMessage message) => _process.Start(() => _handle(this, message));

    /// <summary>Takes a message off the queue, once the broker hears of it.</summary>
    public void Acknowledge(SimMessage message) => _queue.Acknowledge(this, message);

    /// <summary>Sets a message aside.</summary>
    public void SetAside(SimMessage message, string reason) => _queue.SetAside(this, message, reason);

    /// <summary>The connection is lost: all that is not acknowledged comes again, here or elsewhere.</summary>
    public void Disconnect()
    {
        _queue.Remove(this);
        _process.World.After(Reconnect, () => _process.Run(() =>
        {
            if (!_isOver) _queue.Add(this);
        }));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _isOver = true;
        _queue.Remove(this);
        return ValueTask.CompletedTask;
    }

    private void WatchForSilence() => _process.World.After(Heartbeat, () =>
    {
        if (IsOver) return;

        if (_process.IsPaused) Disconnect();
        WatchForSilence();
    });
}
