using Ecs.Contracts;
using Ecs.Model.Snapshots;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ecs.Log;

/// <summary>
/// Reads a service's state out of the log: from the nearest snapshot, where there is one to be trusted, and the events
/// behind it; else from the first event. SELECT is enough.
/// </summary>
/// <typeparam name="TState">The service's state.</typeparam>
public sealed class StateReader<TState>
    where TState : ISnapshot<TState>
{
    private readonly EventLog _log;
    private readonly SnapshotTable _snapshots;
    private readonly string _service;
    private readonly LogFilter _owned;
    private readonly ILogger _logger;

    /// <summary>A reader of a service's states.</summary>
    /// <param name="log">The log.</param>
    /// <param name="service">The service, one of <see cref="Contracts.Commands.Services"/>.</param>
    /// <param name="kinds">The kinds of stream that the state holds.</param>
    /// <param name="logger">Told of snapshots that are passed over.</param>
    public StateReader(
        EventLog log, string service, IReadOnlyCollection<ResourceKind> kinds, ILogger? logger = null)
    {
        _log = log;
        _snapshots = new SnapshotTable(log.Reading);
        _service = service;
        _owned = new LogFilter { Kinds = kinds };
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>The state at the end of the log.</summary>
    /// <param name="known">
    /// An earlier one to go on from. It is not, where the log has been replaced or restored to an earlier day since.
    /// </param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="UnknownEventException">There is an event that this version does not know.</exception>
    public async Task<Published<TState>> ToTheEndAsync(Published<TState>? known, CancellationToken ct)
    {
        var head = await _log.HeadAsync(ct);
        if (known?.Mark is { } mark)
        {
            if (mark == new CommitMark(head.Number, head.Hash)) return known;

            if (!await _snapshots.StandsAsync(mark, ct))
            {
                _logger.LogWarning("the log is not the one that was followed: {Service} begins anew", _service);
                known = null;
            }
        }

        var from = known ?? await NearestAsync(head.LastPosition, ct);
        return await StateFold.ToAsync(_log, from, head, _owned, ct);
    }

    /// <summary>The state as of a position: the fold of every event up to it.</summary>
    /// <exception cref="UnknownEventException">There is an event that this version does not know.</exception>
    public async Task<TState> AtAsync(long position, CancellationToken ct) =>
        await StateFold.FoldAsync(_log, await NearestAsync(position, ct), position, _owned, ct);

    /// <summary>
    /// The state at a moment, folded onwards from an earlier state that is known, where that is nearer than a snapshot
    /// is sure to be and the log still has its commit.
    /// </summary>
    /// <exception cref="UnknownEventException">There is an event that this version does not know.</exception>
    public async Task<Published<TState>> AtAsync(
        LogMoment moment, Published<TState>? known, CancellationToken ct)
    {
        var isNear = known?.Mark is { } mark
            && known.Position <= moment.Position
            && moment.Position - known.Position < LogLimits.SnapshotEvery / 2
            && await _snapshots.StandsAsync(mark, ct);
        var from = isNear ? known! : await NearestAsync(moment.Position, ct);
        var state = await StateFold.FoldAsync(_log, from, moment.Position, _owned, ct);
        return new Published<TState>(state, moment.Position) { Mark = moment.Mark };
    }

    /// <summary>
    /// The newest snapshot up to a position that can be read and is what was written; the empty state where there is
    /// none.
    /// </summary>
    public async Task<Published<TState>> NearestAsync(long position, CancellationToken ct)
    {
        try
        {
            while (await _snapshots.NewestAsync(_service, TState.Format, position, ct) is { } kept)
            {
                if (TryRead(kept) is { } state) return state;

                position = kept.Position - 1;
            }
        }
        catch (PostgresException e)
        {
            // The database is there, and has no such table yet, or does not let it be read.
            _logger.LogWarning(e, "the snapshots of {Service} cannot be read; it starts from the log alone", _service);
        }

        return new Published<TState>(TState.Empty, 0);
    }

    private Published<TState>? TryRead(KeptSnapshot kept)
    {
        try
        {
            return new Published<TState>(TState.Read(kept.State.Unpack()), kept.Position) { Mark = kept.Mark };
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            _logger.LogWarning(
                e, "the snapshot of {Service} at position {Position} is passed over", _service, kept.Position);
            return null;
        }
    }
}
