using Ecs.Log;

namespace Ecs.Leading;

/// <summary>What this process is to its service at the moment, for its health.</summary>
internal sealed class LeadingStatus
{
    private volatile string? _refusal;
    private volatile Phase _phase = Phase.StandingBy;

    public Phase Phase => _phase;

    /// <summary>Why it will not lead, however often it gets the lease; null where nothing keeps it from that.</summary>
    public string? Refusal => _refusal;

    public void Enter(Phase phase)
    {
        if (phase is Phase.Leading) _refusal = null;
        _phase = phase;
    }

    public void Fail(Exception fault)
    {
        if (fault is UnknownEventException) _refusal = fault.Message;
    }
}

/// <summary>Where a process is on its way to leading.</summary>
internal enum Phase
{
    /// <summary>Another process leads, or none yet.</summary>
    StandingBy,

    /// <summary>It has the lease; it folds the log and connects to its queue.</summary>
    Beginning,

    /// <summary>It answers.</summary>
    Leading,
}
