namespace Ecs.Agent.Tests.Driving;

/// <summary>The system's clock, which knows how many of the timers that it gave out are not disposed of.</summary>
internal sealed class CountingClock : TimeProvider
{
    private int _timers;

    /// <summary>How many timers are held now.</summary>
    public int Timers => Volatile.Read(ref _timers);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _timers);
        return new Timer(this, base.CreateTimer(callback, state, dueTime, period));
    }

    private sealed class Timer(CountingClock clock, ITimer timer) : ITimer
    {
        private CountingClock? _clock = clock;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            timer.Dispose();
            if (Interlocked.Exchange(ref _clock, null) is { } counts) Interlocked.Decrement(ref counts._timers);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
