namespace Ecs.Log;

/// <summary>
/// The writer's last commits, which its relay publishes without reading them back. They are all that the writer's
/// service has behind a position; a relay that is not so far reads the log. When a commit follows that was decided
/// further on than the last one here ends, as after one whose reply was lost, the earlier ones are dropped: what stands
/// between is not here.
/// </summary>
internal sealed class RecentCommits
{
    private readonly Lock _gate = new();
    private readonly Queue<Commit> _commits = new();
    private int _events;
    private long _from = -1;
    private long _upTo = -1;

    /// <summary>Adds the next commit.</summary>
    public void Add(Written written)
    {
        lock (_gate)
        {
            if (written.Behind != _upTo) Clear(written.Behind);
            _commits.Enqueue(written.Commit);
            _events += written.Commit.Events.Count;
            _upTo = written.Commit.LastPosition;
            while (_events > LogLimits.Recent || _commits.Count > LogLimits.Recent) Drop();
        }
    }

    /// <summary>
    /// The next events behind a position; null where there are none here, or not all of them. What is in front of it is
    /// dropped.
    /// </summary>
    public RelayPage? After(long position)
    {
        List<(ChainedEvent Event, DateTimeOffset LogTime)> next;
        long upTo;
        lock (_gate)
        {
            if (position < _from) return null;

            while (_commits.TryPeek(out var first) && first.LastPosition <= position) Drop();
            if (_commits.Count == 0) return null;

            (next, upTo) = ([.. Events(position).Take(LogLimits.Unconfirmed)], _upTo);
        }

        // The writer waits for none of this.
        return RelayPage.Of([.. next.Select(e => e.Event.ToRaw(e.LogTime))], upTo);
    }

    private IEnumerable<(ChainedEvent, DateTimeOffset)> Events(long after) =>
        from commit in _commits
        from e in commit.Events
        where e.Position > after
        select (e, commit.LogTime);

    private void Drop()
    {
        var first = _commits.Dequeue();
        _events -= first.Events.Count;
        _from = first.LastPosition;
    }

    private void Clear(long from)
    {
        _commits.Clear();
        _events = 0;
        _from = from;
    }
}
