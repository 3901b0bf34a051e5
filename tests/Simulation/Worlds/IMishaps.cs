namespace Ecs.Simulation.Worlds;

/// <summary>What becomes of one question of a process.</summary>
internal enum Fate
{
    /// <summary>It is answered.</summary>
    Fine,

    /// <summary>It never arrives, and the process learns so after a while.</summary>
    QuestionLost,

    /// <summary>It has its effect, and the process never learns of it.</summary>
    ReplyLost,

    /// <summary>The process dies before it asks.</summary>
    Dies,

    /// <summary>The process dies after the effect, before the reply.</summary>
    DiesAfterEffect,

    /// <summary>The process is frozen while it waits for the reply.</summary>
    Freezes,
}

/// <summary>Decides, from the seed, what goes wrong.</summary>
internal interface IMishaps
{
    /// <summary>What becomes of the question that the process is about to ask.</summary>
    Fate Of(SimProcess process, string what);

    /// <summary>How long something is on its way.</summary>
    TimeSpan Latency();

    /// <summary>Kills a process; its machine starts it again later.</summary>
    void Kill(SimProcess process);

    /// <summary>Freezes a process for a while.</summary>
    void Freeze(SimProcess process);
}
