using Ecs.Contracts.Vocabulary;

namespace Ecs.Scheduler.Tasks;

/// <summary>What ECS writes into <c>stoppedReason</c> where nobody said more.</summary>
internal static class StopReasons
{
    /// <summary>The words for a code.</summary>
    public static string Of(StopCode code) => code switch
    {
        StopCode.TaskFailedToStart => "Task failed to start",
        StopCode.EssentialContainerExited => "Essential container in task exited",
        StopCode.UserInitiated => "Task stopped by user",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, null),
    };
}
