namespace Ecs.Simulation.Worlds;

/// <summary>
/// A process's clock. Its time of day may be wrong and may jump; what it measures between two moments, and its timers,
/// are right, as with a machine's monotonic clock.
/// </summary>
internal sealed class SimClock(SimProcess process) : TimeProvider
{
    /// <summary>How far the time of day is from the truth.</summary>
    public TimeSpan Offset { get; set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => World.Epoch + process.World.Now + Offset;

    /// <inheritdoc/>
    public override long GetTimestamp() => process.World.Now.Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(process, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimTimer(SimProcess process, Action callback) : ITimer
    {
        private long _generation;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var generation = ++_generation;
            if (dueTime != Timeout.InfiniteTimeSpan) Arm(dueTime, period, generation);
            return true;
        }

        public void Dispose() => _generation++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan due, TimeSpan period, long generation) => process.World.After(due, () =>
        {
            if (generation != _generation || !process.IsAlive) return;

            process.Run(callback);
            if (period > TimeSpan.Zero && generation == _generation) Arm(period, period, generation);
        });
    }
}
