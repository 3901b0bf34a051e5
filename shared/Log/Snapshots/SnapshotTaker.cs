using Ecs.Model.Snapshots;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Log;

/// <summary>
/// Keeps a snapshot of the writer's state now and then, beside the writer and never in its way: from the published
/// state, which does not change, one at a time. What fails is logged and tried at the next occasion; nothing depends on
/// it.
/// </summary>
/// <typeparam name="TState">The service's state.</typeparam>
public sealed class SnapshotTaker<TState> : IAsyncDisposable
    where TState : ISnapshot<TState>
{
    private readonly SnapshotTable _snapshots;
    private readonly Lease _lease;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _every;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private Task _taking = Task.CompletedTask;
    private bool _isTableRead;

    /// <summary>The position from which the next one is due.</summary>
    private long _due;

    /// <summary>The moment before which none is taken, by <see cref="TimeProvider.GetTimestamp"/>.</summary>
    private long _restUntil;

    /// <summary>Takes snapshots under a lease; once that has passed on, nothing more is kept.</summary>
    public SnapshotTaker(EventLog log, Lease lease, TimeProvider time, ILogger? logger = null)
        : this(log, lease, time, logger, LogLimits.SnapshotEvery)
    {
    }

    internal SnapshotTaker(EventLog log, Lease lease, TimeProvider time, ILogger? logger, long every)
    {
        _snapshots = new SnapshotTable(log.Reading);
        _lease = lease;
        _time = time;
        _logger = logger ?? NullLogger.Instance;
        _every = every;
        _due = every;
    }

    /// <summary>Takes a snapshot of this state if one is due and none is being taken. Returns at once.</summary>
    public void Offer(Published<TState> published)
    {
        lock (_gate)
        {
            if (published.Position < _due || published.Mark is not { } mark) return;
            if (!_taking.IsCompleted || _time.GetTimestamp() < _restUntil || _end.IsCancellationRequested) return;

            _taking = Task.Run(() => TakeAsync(published, mark, _end.Token));
        }
    }

    /// <summary>Gives up the one that is being taken, and takes no more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _taking;
        _end.Dispose();
    }

    /// <summary>Waits for the one that is being taken, for tests.</summary>
    internal Task TakenAsync() => _taking;

    private async Task TakeAsync(Published<TState> published, CommitMark mark, CancellationToken ct)
    {
        var began = _time.GetTimestamp();
        try
        {
            if (!await IsDueAsync(published, ct)) return;

            // Where this one fails, the next is due as if it had not.
            _due = published.Position + _every;
            var snapshot = new KeptSnapshot(published.Position, mark, PackedState.Of(published.State));
            var size = snapshot.State.Content.Length;
            if (size <= LogLimits.SnapshotSize)
            {
                await _snapshots.SaveAsync(_lease, TState.Format, snapshot, ct);
                await _snapshots.ThinAsync(_lease.Service, TState.Format, ct);
            }
            else
            {
                _logger.LogWarning(
                    "the snapshot of {Service} at {Position} has {Bytes} bytes, which is too much to be kept",
                    _lease.Service, published.Position, size);
            }
        }
        catch (Exception e)
        {
            if (!ct.IsCancellationRequested)
            {
                _logger.LogWarning(
                    e, "no snapshot of {Service} at position {Position}", _lease.Service, published.Position);
            }
        }
        finally
        {
            var now = _time.GetTimestamp();
            _restUntil = now + ((now - began) * LogLimits.SnapshotRest);
        }
    }

    /// <summary>Whoever has just begun to lead does not know how long ago the last one was taken.</summary>
    private async Task<bool> IsDueAsync(Published<TState> published, CancellationToken ct)
    {
        if (_isTableRead) return true;

        _due = await _snapshots.NewestPositionAsync(_lease.Service, TState.Format, ct) + _every;
        _isTableRead = true;
        return published.Position >= _due;
    }
}
