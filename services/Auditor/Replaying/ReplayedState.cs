using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model.Snapshots;

namespace Ecs.Auditor.Replaying;

/// <summary>One service's state as a replay folds it, compared wherever a leader has left a mark.</summary>
internal sealed class ReplayedState<TState>(string service, IReadOnlyList<StateMark> marks)
    where TState : ISnapshot<TState>
{
    private readonly Queue<StateMark> _ahead = new(marks);
    private readonly List<ReplayDifference> _differences = [];
    private TState _state = TState.Empty;

    /// <summary>Goes one event on.</summary>
    public void Apply(long position, IEvent e)
    {
        CompareBefore(position);
        _state = _state.After(position, e);
    }

    /// <summary>What it came to at the log's end.</summary>
    public ReplayedDigest Result(long head)
    {
        CompareBefore(head + 1);
        return new ReplayedDigest(
            service, TState.Format, StateDigest.Of(_state), marks.Count - _ahead.Count, _differences);
    }

    // A mark may stand at another service's event: what counts is what was folded up to it.
    private void CompareBefore(long position)
    {
        while (_ahead.TryPeek(out var mark) && mark.Position < position)
        {
            _ahead.Dequeue();
            var replayed = StateDigest.Of(_state);
            if (replayed != mark.Digest) _differences.Add(new ReplayDifference(mark.Position, mark.Digest, replayed));
        }
    }
}
