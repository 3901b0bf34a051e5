using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Rules.Tasks;

/// <summary>What ECS writes into <c>stoppedReason</c> where nobody said more.</summary>
public static class StopReasons
{
    /// <summary>
    /// The end of a task that no Agent reports: it never had a place, or its instance is gone. What the log
    /// knows of its end already holds.
    /// </summary>
    public static TaskStopped Ended(TaskState task, StopCode code, string reason, DateTimeOffset now) => new()
    {
        TaskArn = task.Origin.TaskArn,
        StopCode = task.StopCode ?? code,
        Reason = task.StoppedReason ?? reason,
        At = now,
    };

    /// <summary>The words for a code.</summary>
    public static string Of(StopCode code) => code switch
    {
        StopCode.TaskFailedToStart => "Task failed to start",
        StopCode.EssentialContainerExited => "Essential container in task exited",
        StopCode.UserInitiated => "Task stopped by user",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, null),
    };
}
