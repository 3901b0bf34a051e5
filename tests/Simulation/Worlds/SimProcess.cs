namespace Ecs.Simulation.Worlds;

/// <summary>
/// One run of one program: real code whose every continuation comes through here. It is killed by forgetting all that
/// it still had to do, and frozen, as by SIGSTOP, by keeping that for later: its own clock runs on meanwhile.
/// </summary>
internal sealed class SimProcess : SynchronizationContext
{
    private readonly Queue<Action> _held = new();
    private readonly List<Action> _onEnd = [];

    public SimProcess(World world, string name)
    {
        World = world;
        Name = name;
        Clock = new SimClock(this);
    }

    /// <summary>The world that it runs in.</summary>
    public World World { get; }

    /// <summary>Its name, with the number of the run.</summary>
    public string Name { get; }

    /// <summary>Its clock.</summary>
    public SimClock Clock { get; }

    /// <summary>False from the moment that it was killed.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Whether it is frozen.</summary>
    public bool IsPaused { get; private set; }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!IsAlive) return;

        World.RefuseOtherThreads(state);
        World.Soon(() => Run(() => d(state)));
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => Run(() => d(state));

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Has the process do something now; once it is thawed, where it is frozen; never, where it is dead.</summary>
    public void Run(Action action)
    {
        if (!IsAlive) return;

        if (IsPaused)
        {
            _held.Enqueue(action);
            return;
        }

        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Begins work; a fault that nobody catches is a bug of the program.</summary>
    public void Start(Func<Task> work) => Run(() => _ = WatchAsync(work));

    /// <summary>Freezes it.</summary>
    public void Pause() => IsPaused = true;

    /// <summary>Lets it go on with all that was held.</summary>
    public void Resume()
    {
        IsPaused = false;
        foreach (var action in _held) World.Soon(() => Run(action));
        _held.Clear();
    }

    /// <summary>Ends it without a word. What it asked of others before happens all the same.</summary>
    public void Kill()
    {
        if (!IsAlive) return;

        IsAlive = false;
        _held.Clear();
        foreach (var action in _onEnd) action();
    }

    /// <summary>Told when the process is killed: a broker or a database that loses the connection.</summary>
    public void OnEnd(Action action) => _onEnd.Add(action);

    private async Task WatchAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // It was told to end.
        }
        catch (Exception bug)
        {
            World.Break("P5", $"{Name} ended with {bug}");
        }
    }
}
