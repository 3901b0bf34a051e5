namespace Ecs.Simulation.Worlds;

/// <summary>
/// One thread, one clock, one source of chance. Whatever happens is an action that is due at a moment; actions of the
/// same moment happen in the order in which they were made. Nothing takes time but waiting, so the same seed gives the
/// same world, step by step.
/// </summary>
internal sealed class World(int seed, bool isTraced)
{
    /// <summary>Actions without any time passing between them after which the world counts as stuck in a circle.</summary>
    private const int MaxAtOnce = 200_000;

    private readonly PriorityQueue<Action, (long At, long Order)> _due = new();
    private readonly Queue<Action> _ready = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _order;

    /// <summary>When the world begins, by a clock that is right.</summary>
    public static DateTimeOffset Epoch { get; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The chance that everything is drawn from.</summary>
    public Chance Chance { get; } = new(seed);

    /// <summary>The steps, for people.</summary>
    public Trace Trace { get; } = new(isTraced);

    /// <summary>True time since the beginning; the clocks of processes may say otherwise.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>The first promise that was found broken; null while all hold.</summary>
    public Violation? Violation { get; private set; }

    /// <summary>How many actions have happened.</summary>
    public long Steps { get; private set; }

    /// <summary>Has something happen after a time.</summary>
    public void After(TimeSpan delay, Action action) =>
        _due.Enqueue(action, (Now.Ticks + Math.Max(0, delay.Ticks), _order++));

    /// <summary>Has something happen now, after what was already to happen now.</summary>
    public void Soon(Action action) => _ready.Enqueue(action);

    /// <summary>
    /// Refuses what comes from another thread: code under simulation that left its own would make a world that is not
    /// the same the next time.
    /// </summary>
    /// <param name="goesOn">What was to go on, to find it by.</param>
    public void RefuseOtherThreads(object? goesOn)
    {
        if (Environment.CurrentManagedThreadId == _thread) return;

        var what = (goesOn as Delegate)?.Target?.GetType() ?? goesOn?.GetType();
        throw new InvalidOperationException($"code under simulation left the world's thread: {what}");
    }

    /// <summary>Lets things happen up to a moment, or to the first broken promise.</summary>
    public void RunUntil(TimeSpan end)
    {
        for (var atOnce = 0; Violation is null;)
        {
            if (_ready.TryDequeue(out var next))
            {
                if (++atOnce > MaxAtOnce) Break("P5", "the world goes round in a circle without time passing");
            }
            else if (_due.TryPeek(out next, out var when) && when.At <= end.Ticks)
            {
                _due.Dequeue();
                if (when.At > Now.Ticks) atOnce = 0;
                Now = TimeSpan.FromTicks(when.At);
            }
            else
            {
                Now = end;
                return;
            }

            Steps++;
            next();
        }
    }

    /// <summary>Records that a promise was broken; the world ends.</summary>
    /// <param name="promise">Which, as DESIGN section 3 names it.</param>
    /// <param name="what">What was found.</param>
    public void Break(string promise, string what)
    {
        Trace.Add(Now, "BROKEN", $"{promise}: {what}");
        Violation ??= new Violation(promise, what);
    }

    /// <summary>Keeps a step for people, where somebody wants to read it.</summary>
    public void Tell(string who, string what) => Trace.Add(Now, who, what);
}

/// <summary>A promise that did not hold.</summary>
/// <param name="Promise">Which, as DESIGN section 3 names it.</param>
/// <param name="What">What was found.</param>
internal sealed record Violation(string Promise, string What);
