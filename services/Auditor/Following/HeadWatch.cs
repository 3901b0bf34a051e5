using Ecs.Log;

namespace Ecs.Auditor.Following;

/// <summary>
/// Watches the end of the log for all followers at once, and only while there are any: many readers that wait cost the
/// database no more than one.
/// </summary>
internal sealed class HeadWatch(EventLog log, TimeProvider time, ILogger<HeadWatch> logger) : BackgroundService
{
    /// <summary>How often the end of the log is looked at.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>The pause after the log did not answer.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private TaskCompletionSource _moved = NewSignal();
    private TaskCompletionSource _wanted = NewSignal();
    private long _head;
    private int _waiting;

    /// <summary>Returns when the log goes on after a position, with where it ends then.</summary>
    public async Task<long> PassesAsync(long position, CancellationToken ct)
    {
        lock (_gate)
        {
            _waiting++;
            _wanted.TrySetResult();
        }

        try
        {
            while (Moved(position) is { IsCompleted: false } moved) await moved.WaitAsync(ct);
            return Volatile.Read(ref _head);
        }
        finally
        {
            lock (_gate)
            {
                _waiting--;
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _wanted.Task.WaitAsync(stoppingToken);
                Report((await log.HeadAsync(stoppingToken)).LastPosition);
                await Task.Delay(Poll, time, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("the log does not answer: {Reason}", e.Message);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed where the log has gone on after a position already; else what tells that it moved.</summary>
    private Task Moved(long position)
    {
        lock (_gate)
        {
            return _head > position ? Task.CompletedTask : _moved.Task;
        }
    }

    private void Report(long head)
    {
        lock (_gate)
        {
            if (_waiting == 0) _wanted = NewSignal();
            if (head == _head) return;

            Volatile.Write(ref _head, head);
            _moved.TrySetResult();
            _moved = NewSignal();
        }
    }
}
