using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Auditor.Past;

/// <summary>
/// The states of the house at any moment of the log: of clusters, instances and tasks, and of task definitions.
/// </summary>
internal sealed class StateReading(EventLog log, ILogger<StateReading> logger) : IDisposable
{
    private readonly States<FleetState> _fleets = new(new StateReader<FleetState>(
        log,
        Services.Scheduler,
        OwnedKinds.Scheduler,
        logger));

    private readonly States<Families> _families = new(new StateReader<Families>(
        log, Services.Registry, OwnedKinds.Registry, logger));

    // One at a time: folding takes a core and the memory of a whole state.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Clusters, instances and tasks, as the events up to a moment give them, its own included.</summary>
    /// <exception cref="InvalidDataException">The log holds an event that cannot be read or folded.</exception>
    /// <exception cref="UnknownEventException">It holds one that this version does not know.</exception>
    public Task<FleetState> FleetAsync(LogMoment moment, CancellationToken ct) => AtAsync(_fleets, moment, ct);

    /// <inheritdoc cref="FleetAsync(LogMoment, CancellationToken)"/>
    public async Task<FleetState> FleetAsync(long position, CancellationToken ct) =>
        await FleetAsync(
            await log.FindMomentAsync(position, ct)
                ?? throw new ArgumentOutOfRangeException(nameof(position), position, "the log ends before it"),
            ct);

    /// <summary>Task definitions at a moment.</summary>
    /// <exception cref="InvalidDataException">The log holds an event that cannot be read or folded.</exception>
    /// <exception cref="UnknownEventException">It holds one that this version does not know.</exception>
    public Task<Families> FamiliesAsync(LogMoment moment, CancellationToken ct) => AtAsync(_families, moment, ct);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<TState> AtAsync<TState>(States<TState> states, LogMoment moment, CancellationToken ct)
        where TState : ISnapshot<TState>
    {
        await _turn.WaitAsync(ct);
        try
        {
            return await states.AtAsync(moment, ct);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>One service's states, with the last few that were asked for kept: pages are asked one by one.</summary>
    private sealed class States<TState>(StateReader<TState> reader)
        where TState : ISnapshot<TState>
    {
        /// <summary>States that are kept: a whole fleet each.</summary>
        private const int MaxKept = 4;

        // The last used stands last.
        private readonly List<Published<TState>> _kept = [];

        public async Task<TState> AtAsync(LogMoment moment, CancellationToken ct)
        {
            var known = _kept.Where(kept => kept.Position <= moment.Position).MaxBy(kept => kept.Position);
            if (known?.Position != moment.Position || known.Mark != moment.Mark)
            {
                known = await reader.AtAsync(moment, known, ct);
            }

            _kept.RemoveAll(kept => kept.Position == moment.Position);
            if (_kept.Count == MaxKept) _kept.RemoveAt(0);
            _kept.Add(known);
            return known.State;
        }
    }
}
