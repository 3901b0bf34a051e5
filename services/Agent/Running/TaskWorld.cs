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

    /// <summary>Whose turn it is to ask Docker for a creation or a start.</summary>
    public required Turns Turns { get; init; }

    /// <summary>The journal.</summary>
    public required ITaskJournal Journal { get; init; }

    /// <summary>Tells the Scheduler; the newest level of a task is enough.</summary>
    public required Action<TaskObservation> Report { get; init; }

    /// <summary>Called when nothing is left of a task.</summary>
    public Action<TaskState> Forget { get; init; } = static _ => { };

    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>How long after its end a task's containers are removed.</summary>
    public required TimeSpan CleanupAfter { get; init; }

    /// <summary>The log of what happens.</summary>
    public required ILogger Log { get; init; }

    /// <summary>Told of the tasks that a bug has stopped.</summary>
    public StandingStill StandingStill { get; } = new();

    /// <summary>How many containers are being made or started.</summary>
    public Starts Starts { get; } = new();

    /// <summary>Ends with the Agent. What Docker has begun goes on without it.</summary>
    public required CancellationToken Ended { get; init; }

    /// <summary>Begins work that runs beside the caller: on the thread pool, unless a simulation drives it.</summary>
    public Action<Func<Task>> Begin { get; init; } = static work => _ = Task.Run(work);

    /// <summary>The time now.</summary>
    public DateTimeOffset Now => Clock.GetUtcNow();
}
