namespace Ecs.Simulation;

/// <summary>
/// What holds the promises up. Each can be switched off in the world around the real code, to show that the simulation
/// finds what then goes wrong: a check that never fails proves nothing.
/// </summary>
internal sealed record Guards
{
    /// <summary>All of them.</summary>
    public static Guards All { get; } = new();

    /// <summary>An append whose epoch has passed is refused.</summary>
    public bool Fence { get; init; } = true;

    /// <summary>An append at another version than the stream's next is refused.</summary>
    public bool Versions { get; init; } = true;

    /// <summary>Commands that were decided before are found again, and no two are recorded under one id.</summary>
    public bool KnownCommands { get; init; } = true;

    /// <summary>A command keeps its id when it is delivered again.</summary>
    public bool CommandIds { get; init; } = true;

    /// <summary>An Agent keeps a stop that comes before its start.</summary>
    public bool Tombstones { get; init; } = true;

    /// <summary>An Agent compares the numbers of assignments with that of its full list.</summary>
    public bool Numbers { get; init; } = true;

    /// <summary>An Agent is told which containers the log knows of.</summary>
    public bool RuntimeIds { get; init; } = true;

    /// <summary>A container's runs are as long as they were, by Docker's own times.</summary>
    public bool RunTimes { get; init; } = true;

    /// <summary>A container is healthy when its check says so.</summary>
    public bool Health { get; init; } = true;

    /// <summary>Placement looks at fixed ports.</summary>
    public bool Ports { get; init; } = true;

    /// <summary>Placement looks at cpu.</summary>
    public bool Cpu { get; init; } = true;

    /// <summary>Placement looks at memory.</summary>
    public bool Memory { get; init; } = true;
}
