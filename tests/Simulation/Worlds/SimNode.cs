namespace Ecs.Simulation.Worlds;

/// <summary>A machine that runs one program and starts it again when it dies.</summary>
internal abstract class SimNode(World world, string name)
{
    private int _runs;

    /// <summary>The machine's name.</summary>
    public string Name => name;

    /// <summary>The program's present run; null while it is down.</summary>
    public SimProcess? Process { get; private set; }

    /// <summary>How far the machine's clock is from the truth.</summary>
    public TimeSpan ClockOffset { get; private set; }

    /// <summary>The world that it is in.</summary>
    protected World World => world;

    /// <summary>Starts the program, unless it runs.</summary>
    public void Start()
    {
        if (Process is not null) return;

        var process = new SimProcess(world, $"{name}.{++_runs}");
        process.Clock.Offset = ClockOffset;
        Process = process;
        process.OnEnd(() => Process = null);
        world.Tell(process.Name, "starts");
        process.Start(() => RunAsync(process));
    }

    /// <summary>Kills the program.</summary>
    public void Kill()
    {
        if (Process is null) return;

        world.Tell(Process.Name, "is killed");
        Process.Kill();
    }

    /// <summary>Sets the machine's clock.</summary>
    public void SetClock(TimeSpan offset)
    {
        ClockOffset = offset;
        Process?.Clock.Offset = offset;
    }

    /// <summary>The program, to its end.</summary>
    protected abstract Task RunAsync(SimProcess process);
}
