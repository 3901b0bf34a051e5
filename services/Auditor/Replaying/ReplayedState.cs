using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model.Snapshots;

namespace Ecs.Auditor.Replaying;

/// <summary>
/// One service's state as a replay folds it, compared wherever a leader has left a mark and where the living one is.
/// </summary>
internal sealed class ReplayedState<TState>
    where TState : ISnapshot<TState>
{
    private readonly string _service;
    private readonly LiveState _live;
    private readonly Queue<StateMark> _ahead;
    private readonly List<ReplayDifference> _differences = [];
    private TState _state = TState.Empty.Open();

    // False where an event broke off amid its fold, which an open state has by then in part.
    private bool _isWhole = true;
    private int _compared;

    // The first that differs: from there on others follow.
    private (StateMark Mark, TState Folded)? _first;

    /// <param name="service">The service.</param>
    /// <param name="kept">The states that its leaders kept.</param>
    /// <param name="live">The one that it has now.</param>
    public ReplayedState(string service, IEnumerable<StateMark> kept, LiveState live)
    {
        (_service, _live) = (service, live);
        _ahead = new(live.Mark is { } now ? kept.Append(now).OrderBy(mark => mark.Position) : kept);
    }

    /// <summary>Goes one event on.</summary>
    public void Apply(long position, IEvent e)
    {
        CompareBefore(position);
        _isWhole = false;
        _state = _state.After(position, e);
        _isWhole = true;
    }

    /// <summary>What it came to at the log's end.</summary>
    /// <param name="log">Has what the leaders kept.</param>
    /// <param name="living">Have what the leaders have now.</param>
    /// <param name="head">Where it ended.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<ReplayedDigest> ResultAsync(EventLog log, LiveStates living, long head, CancellationToken ct)
    {
        CompareBefore(head + 1);
        var isBeyond = _live.Mark?.Position > head;
        return new ReplayedDigest(
            _service,
            TState.Format,
            _isWhole ? StateDigest.Of(_state.Close()) : null,
            _compared,
            isBeyond ? null : _live.Mark?.Position,
            isBeyond ? $"it is at position {_live.Mark!.Position}, behind the last that was folded" : _live.Why,
            _differences,
            _first is { } first ? await FieldAsync(log, living, first.Mark, first.Folded, ct) : null);
    }

    // A mark may stand at another service's event: what counts is what was folded up to it.
    private void CompareBefore(long position)
    {
        while (_ahead.TryPeek(out var mark) && mark.Position < position)
        {
            _ahead.Dequeue();
            _compared++;
            var folded = _state.Close();
            _state = folded.Open();
            var replayed = StateDigest.Of(folded);
            if (replayed == mark.Digest) continue;

            _differences.Add(new ReplayDifference(mark.Position, mark.Digest, replayed, IsLive(mark)));
            _first ??= (mark, folded);
        }
    }

    private bool IsLive(StateMark mark) => ReferenceEquals(mark, _live.Mark);

    private async Task<StateField?> FieldAsync(
        EventLog log, LiveStates living, StateMark mark, TState folded, CancellationToken ct)
    {
        try
        {
            var had = IsLive(mark) ? await living.ReadAsync(mark, ct) : await log.ReadStateAsync(mark, ct);
            return had is null ? null : StateDifference.First(had, folded);
        }
        catch (InvalidDataException e)
        {
            var which = IsLive(mark) ? "that the service has" : "that was kept";
            return new StateField("", $"the state {which} at position {mark.Position}: {e.Message}", null, null);
        }
    }
}
