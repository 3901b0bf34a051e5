namespace Ecs.Agent.Tasks;

/// <summary>What an Agent wants of a container. It only ever rises.</summary>
internal enum Desired
{
    /// <summary>Nothing: it was found in Docker, and no assignment has named its task yet.</summary>
    Unassigned,

    /// <summary>It shall run, once.</summary>
    Running,

    /// <summary>It shall not run any more.</summary>
    Stopped,

    /// <summary>It shall be gone from Docker: it ended long enough ago.</summary>
    Removed,
}

/// <summary>What an Agent has seen of a container in Docker.</summary>
internal enum Observed
{
    /// <summary>Not looked at yet, or something happened since.</summary>
    Unknown,

    /// <summary>Docker has none of this name.</summary>
    Absent,

    /// <summary>It could not be created, for the engine has not got its image.</summary>
    ImageMissing,

    /// <summary>It is there and was never started.</summary>
    Created,

    /// <summary>It is there, was never started and never can be: it is to be made anew, with other ports.</summary>
    Obstructed,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ran and ended.</summary>
    Ended,
}

/// <summary>One thing to do about one container. Each may be repeated: done twice is done once.</summary>
internal enum Step
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Look at it.</summary>
    Inspect,

    /// <summary>Pull its image.</summary>
    Pull,

    /// <summary>Create it.</summary>
    Create,

    /// <summary>Start it.</summary>
    Start,

    /// <summary>Stop it: its stop signal, then SIGKILL after the stop timeout.</summary>
    Stop,

    /// <summary>Remove it.</summary>
    Remove,
}
