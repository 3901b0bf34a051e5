namespace Ecs.Bus;

/// <summary>
/// Lets deliveries begin in the order of their tags, though they are read in parallel. After a fault that passes it
/// stands still for a pause, which grows while the faults go on; then all that wait begin again, in the same order.
/// </summary>
internal sealed class Turnstile(Action<TimeSpan, Action> later)
{
    /// <summary>The pause after the first fault.</summary>
    internal static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause: so long after a fault's end it may take until work goes on.</summary>
    internal static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<ulong, Action> _waiting = [];
    private readonly HashSet<ulong> _arrived = [];
    private ulong _next = 1;
    private TimeSpan _pause = FirstPause;
    private bool _still;

    internal Turnstile()
        : this(static (pause, action) => _ = Task.Delay(pause).ContinueWith(_ => action(), TaskScheduler.Default))
    {
    }

    /// <summary>Begins a delivery when all with lower tags have begun.</summary>
    internal void Enter(ulong tag, Action begin)
    {
        lock (_gate)
        {
            _arrived.Add(tag);
            _waiting.Add(tag, begin);
            if (!_still) BeginWaiting();
        }
    }

    /// <summary>Begins a delivery again after the pause.</summary>
    internal void Again(ulong tag, Action begin)
    {
        lock (_gate)
        {
            _waiting.Add(tag, begin);
            if (_still) return;

            _still = true;
            later(_pause, Resume);
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        }
    }

    /// <summary>Something went well: the next fault is a new one.</summary>
    internal void Succeed()
    {
        lock (_gate)
        {
            _pause = FirstPause;
        }
    }

    private void Resume()
    {
        lock (_gate)
        {
            _still = false;
            BeginWaiting();
        }
    }

    private void BeginWaiting()
    {
        while (_arrived.Remove(_next)) _next++;

        while (_waiting.Count > 0)
        {
            var (tag, begin) = _waiting.First();
            if (tag >= _next || _still) return;

            _waiting.Remove(tag);
            begin();
        }
    }
}
