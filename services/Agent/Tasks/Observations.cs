using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>What the Scheduler is told of a task.</summary>
internal static class Observations
{
    /// <summary>The task's level.</summary>
    public static TaskObservation Of(TaskState task, DateTimeOffset at) => new()
    {
        TaskArn = task.TaskArn,
        Status = task.Status,
        StopCode = task.StopCode,
        Reason = task.Reason,
        PullStartedAt = task.PullStartedAt,
        PullStoppedAt = task.PullStoppedAt,
        StartedAt = task.StartedAt,
        StoppedAt = task.StoppedAt,
        ObservedAt = at,
        Containers = [.. task.Containers.Select(Of)],
    };

    /// <summary>Whether the Scheduler would learn something.</summary>
    public static bool Differ(TaskState before, TaskState after) =>
        before.Status != after.Status ||
        before.PullStartedAt != after.PullStartedAt ||
        before.PullStoppedAt != after.PullStoppedAt ||
        before.Containers.Any(c => c.Pull != after.Find(c.Name)?.Pull) ||
        Levels(before) is var then && Levels(after) is var now && then.Any() && !then.SequenceEqual(now);

    private static IEnumerable<(LifecycleStatus, ContainerHealth, int?, string?, string?)> Levels(TaskState task) =>
        task.Containers.Select(c => (c.Status, c.Health, c.Restart?.Count, c.StopFault, DigestOf(c)));

    // What is known when it is made is told when it runs: no report is worth it alone. What is learned later is.
    private static string? DigestOf(ContainerState container) =>
        container.Status < LifecycleStatus.Running ? null : container.ImageDigest;

    private static ContainerObservation Of(ContainerState container) => new()
    {
        Name = container.Name,
        Status = container.Status,
        RuntimeId = container.ToldId,
        ImageDigest = container.ImageDigest,
        ExitCode = container.Status == LifecycleStatus.Stopped ? container.ExitCode : null,
        Reason = container.ToldReason ?? (container.Status == LifecycleStatus.Stopped ? null : container.StopFault),
        StartedAt = container.StartedAt,
        StoppedAt = container.StoppedAt,
        NetworkBindings = container.Bindings,
        Restart = container.Restart,
        Health = container.Definition.HealthCheck is null ? null : container.Health,
        Pull = container.Pull,
    };
}
