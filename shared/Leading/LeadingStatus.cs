using Ecs.Log;

namespace Ecs.Leading;

/// <summary>What this process is to its service at the moment, for its health.</summary>
internal sealed class LeadingStatus
{
    private volatile string? _refusal;
    private volatile Phase _phase = Phase.CatchingUp;

    public Phase Phase => _phase;

    /// <summary>Why it will not lead, however often it gets the lease; null where nothing keeps it from that.</summary>
    public string? Refusal => _refusal;

    public void Enter(Phase phase)
    {
        if (phase is Phase.Leading) _refusal = null;
        _phase = phase;
    }

    /// <summary>It has read the log to its end, and knew every event.</summary>
    public void Follow()
    {
        _refusal = null;
        _phase = Phase.StandingBy;
    }

    public void Fail(Exception fault)
    {
        if (fault is UnknownEventException) _refusal = fault.Message;
    }
}

/// <summary>Where a process is on its way to leading.</summary>
internal enum Phase
{
    /// <summary>It reads the log for the first time, or anew after a lead.</summary>
    CatchingUp,

    /// <summary>Another process leads, or none yet; this one follows the log.</summary>
    StandingBy,

    /// <summary>It has the lease; it folds the log's tail and connects to its queue.</summary>
    Beginning,

    /// <summary>It answers.</summary>
    Leading,
}
