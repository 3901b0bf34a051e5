namespace Ecs.Agent.Tasks;

/// <summary>Why tasks and containers stop, in ECS's words.</summary>
internal static class Reasons
{
    /// <summary>The longest reason of a container, in characters: ECS's limit.</summary>
    public const int MaxLength = 1024;

    /// <summary>Of a task whose essential container ended.</summary>
    public const string EssentialExited = "Essential container in task exited";

    /// <summary>Of a task that could not be started; the container's reason says more.</summary>
    public const string FailedToStart = "Task failed to start";

    /// <summary>Of a container that the kernel killed.</summary>
    public const string OutOfMemory = "OutOfMemoryError: Container killed due to memory usage";

    /// <summary>Of a container that somebody else removed.</summary>
    public const string Vanished = "CannotInspectContainerError: The container was removed from Docker.";

    /// <summary>Of a container that may have run before the log was restored, and that Docker has not got.</summary>
    public const string MayHaveRun =
        "CannotInspectContainerError: The log was restored since the task was placed, and Docker has not got the "
        + "container: it may have run, and is not made again.";

    /// <summary>The image could not be pulled.</summary>
    public static string CannotPull(string text) => Cut($"CannotPullContainerError: {text}");

    /// <summary>A secret or a file of variables could not be had.</summary>
    public static string ResourceInitialization(string text) => Cut($"ResourceInitializationError: {text}");

    /// <summary>The container could not be created.</summary>
    public static string CannotCreate(string text) => Cut($"CannotCreateContainerError: {text}");

    /// <summary>A volume that the container mounts could not be had.</summary>
    public static string CannotCreateVolume(string text) => Cut($"CannotCreateVolumeError: {text}");

    /// <summary>The container could not be started.</summary>
    public static string CannotStart(string text) => Cut($"CannotStartContainerError: {text}");

    /// <summary>The container could not be stopped.</summary>
    public static string CannotStop(string text) => Cut($"CannotStopContainerError: {text}");

    /// <summary>The container waits for what cannot come.</summary>
    public static string Dependency(string text) => Cut($"TaskDependencyError: {text}");

    /// <summary>Docker did not come to an end in time.</summary>
    public static string Timeout(string status, TimeSpan waited) =>
        $"DockerTimeoutError: Could not transition to {status}; timed out after waiting {Duration(waited)}";

    // ECS's agent is written in Go, and prints durations as Go does: 4m0s, 2h0m0s.
    private static string Duration(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => $"{(int)time.TotalHours}h{time.Minutes}m{time.Seconds}s",
        { TotalMinutes: >= 1 } => $"{time.Minutes}m{time.Seconds}s",
        _ => $"{time.TotalSeconds:0.###}s",
    };

    private static string Cut(string text) => text.Length <= MaxLength ? text : text[..MaxLength];
}
