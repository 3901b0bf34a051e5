using Ecs.Agent.Docker;
using Ecs.Agent.Journal;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Agents;

namespace Ecs.Agent.Running;

/// <summary>What is around the tasks' loops: all that their effects act on.</summary>
internal sealed record TaskWorld
{
    /// <summary>Docker.</summary>
    public required IContainerDriver Driver { get; init; }

    /// <summary>The journal.</summary>
    public required TaskJournal Journal { get; init; }

    /// <summary>Tells the Scheduler; the newest level of a task is enough.</summary>
    public required Action<TaskObservation> Report { get; init; }

    /// <summary>Called when nothing is left of a task.</summary>
    public required Action<TaskState> Forget { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>How long after its end a task's containers are removed.</summary>
    public required TimeSpan CleanupAfter { get; init; }

    /// <summary>The log of what happens.</summary>
    public required ILogger Log { get; init; }

    /// <summary>Ends with the Agent. What Docker has begun goes on without it.</summary>
    public required CancellationToken Ended { get; init; }

    /// <summary>The time now.</summary>
    public DateTimeOffset Now => Clock.GetUtcNow();
}
