using Ecs.Contracts.Agents;

namespace Ecs.Agent.Tasks;

/// <summary>Something that a task's loop is to do, in the order given. The results come back as events.</summary>
internal abstract record Effect
{
    /// <summary>Keep the state in the journal; what follows waits for the disk.</summary>
    public sealed record Save : Effect;

    /// <summary>Keep the state in the journal when there is time: Docker could tell it again after a crash.</summary>
    public sealed record SaveSoon : Effect;

    /// <summary>Begin a step of one container.</summary>
    public sealed record Begin(string Container, Step Step, TimeSpan Delay) : Effect;

    /// <summary>The step of this container that is under way is not wanted any more.</summary>
    public sealed record Abandon(string Container) : Effect;

    /// <summary>Ask Docker which containers carry the task's label.</summary>
    public sealed record Discover(TimeSpan Delay) : Effect;

    /// <summary>Tell the Scheduler.</summary>
    public sealed record Report(TaskObservation Observation) : Effect;

    /// <summary>Wake the task for its clean-up.</summary>
    public sealed record AwaitCleanup(DateTimeOffset StoppedAt) : Effect;

    /// <summary>Wake the task when a start timeout is over.</summary>
    public sealed record AwaitTimeout(DateTimeOffset At) : Effect;

    /// <summary>Nothing is left to do: drop the task and its journal.</summary>
    public sealed record Forget : Effect;
}
