using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Log;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Explaining;

/// <summary>The state of clusters, instances and tasks at any position of the log.</summary>
internal sealed class StateReading(EventLog log) : IDisposable
{
    private static readonly LogFilter Fleet = new()
    {
        Kinds = [ResourceKind.Cluster, ResourceKind.ContainerInstance, ResourceKind.Task],
    };

    // One at a time: folding takes a core, and whoever comes next may begin where the last one ended.
    private readonly SemaphoreSlim _turn = new(1);
    private (long Position, FleetState State) _latest = (0, FleetState.Empty);

    /// <summary>The state that the events up to a position give, that position's own included.</summary>
    /// <exception cref="RefusedException">There is an event that this version does not know.</exception>
    public async Task<FleetState> AtAsync(long position, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var (from, state) = Start(position);
            await foreach (var e in log.ReadAsync(from, position, Fleet, ct))
            {
                state = state.Apply(e.Data ?? throw RefusedException.NotYet(
                    $"The event '{e.Name}' at position {e.Position} is of a newer version of the house than this "
                    + "Auditor, which cannot know the state behind it."));
            }

            if (position > _latest.Position) _latest = (position, state);
            return state;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>The nearest state that is known at or before a position.</summary>
    private (long Position, FleetState State) Start(long position) =>
        _latest.Position <= position ? _latest : (0, FleetState.Empty);
}
