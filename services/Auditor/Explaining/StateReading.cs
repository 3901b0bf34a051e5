using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Explaining;

/// <summary>The state of clusters, instances and tasks at any position of the log.</summary>
internal sealed class StateReading(EventLog log, ILogger<StateReading> logger) : IDisposable
{
    private readonly StateReader<FleetState> _states = new(
        log,
        Services.Scheduler,
        OwnedKinds.Scheduler,
        logger);

    // One at a time: folding takes a core and the memory of a whole state.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>The state that the events up to a position give, that position's own included.</summary>
    /// <exception cref="RefusedException">There is an event that this version does not know.</exception>
    public async Task<FleetState> AtAsync(long position, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return await _states.AtAsync(position, ct);
        }
        catch (UnknownEventException e)
        {
            throw RefusedException.NotYet($"This Auditor is too old to know the state then: {e.Message}");
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
