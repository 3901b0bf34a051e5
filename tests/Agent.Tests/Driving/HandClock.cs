namespace Ecs.Agent.Tests.Driving;

/// <summary>A clock that a test sets: timers ring when it is put forward.</summary>
internal sealed class HandClock : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private TimeSpan _back;

    /// <summary>How many timers wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_timers) return _timers.Count;
        }
    }

    /// <summary>How long each timer waits still.</summary>
    public IReadOnlyList<TimeSpan> Left
    {
        get
        {
            lock (_timers) return [.. _timers.Select(timer => timer.Due - _now)];
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_timers) return _now - _back;
    }

    public override long GetTimestamp()
    {
        lock (_timers) return _now.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets what it shows back, as an administrator does: timers ring as they would have.</summary>
    public void SetBack(TimeSpan time)
    {
        lock (_timers) _back += time;
    }

    public void PutForward(TimeSpan time)
    {
        List<Timer> due;
        lock (_timers)
        {
            _now += time;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            foreach (var timer in due) _timers.Remove(timer);
        }

        foreach (var timer in due) timer.Ring();
    }

    // Rings once: nobody here asks for more.
    private sealed class Timer(HandClock clock, Action ring) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._timers)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;

                Due = clock._now + dueTime;
                clock._timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._timers) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
