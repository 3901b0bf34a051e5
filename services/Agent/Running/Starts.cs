using Ecs.Agent.Tasks;

namespace Ecs.Agent.Running;

/// <summary>
/// How many containers are being made or started, over all tasks. Counted as tasks change: thousands that have ended
/// are still looked after, and each level that is told asks.
/// </summary>
internal sealed class Starts
{
    private int _count;

    /// <summary>Whether there is one.</summary>
    public bool Any => Volatile.Read(ref _count) > 0;

    /// <summary>A task has changed; null is one that nobody looks after.</summary>
    public void Changed(TaskState? before, TaskState? after)
    {
        var change = Of(after) - Of(before);
        if (change != 0) Interlocked.Add(ref _count, change);
    }

    private static int Of(TaskState? task) =>
        task?.Containers.Count(container => container.Doing is Step.Create or Step.Start) ?? 0;
}
