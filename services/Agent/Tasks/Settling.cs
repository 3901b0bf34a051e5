using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>What follows from what is known: an essential container that ended ends its task; statuses rise.</summary>
internal static class Settling
{
    /// <summary>The task with all conclusions drawn.</summary>
    public static TaskState Settle(TaskState task, DateTimeOffset at) =>
        Rise(Conclude(RiseContainers(Revive(task)), at), at);

    /// <summary>The task with its containers' and its own status as high as they are known to be.</summary>
    public static TaskState Rise(TaskState task, DateTimeOffset at) => RiseTask(RiseContainers(task), at);

    private static TaskState Conclude(TaskState task, DateTimeOffset at)
    {
        if (task.Desired != Desired.Running) return task;

        var essential = task.Containers.Where(c => c.Essential).ToList();
        if (essential.Find(c => c.Failure is not null) is { Failure: { } failure } failed)
        {
            return task.FailedBy(failed.Name, failure);
        }

        if (essential.Exists(c => c.Status == LifecycleStatus.Stopped))
        {
            return task with
            {
                Desired = Desired.Stopped,
                StopCode = StopCode.EssentialContainerExited,
                Reason = Reasons.EssentialExited,
            };
        }

        // A container that waits in vain ends the task, essential or not: as in ECS.
        return Dependencies.FindHopeless(task, at) is { } hopeless
            ? task.FailedBy(hopeless.Container, hopeless.Reason)
            : task;
    }

    private static TaskState Revive(TaskState task) =>
        task with { Containers = [.. task.Containers.Select(c => Restarting.Revive(c, task.Desired))] };

    private static TaskState RiseContainers(TaskState task) =>
        task with { Containers = [.. task.Containers.Select(c => Rise(c, task.Desired))] };

    private static ContainerState Rise(ContainerState container, Desired task)
    {
        var wanted = container.WantedIn(task);
        var status = container.Observed switch
        {
            // Until it is assigned nobody knows whether it is to be started again.
            Observed.Ended when task == Desired.Unassigned => container.Status,
            Observed.Ended => LifecycleStatus.Stopped,
            Observed.Running => LifecycleStatus.Running,
            Observed.Unknown => LifecycleStatus.Pending,

            // It does not run, and will not: that is as good as ended.
            _ when wanted >= Desired.Stopped && container.Doing == Step.None => LifecycleStatus.Stopped,
            _ => LifecycleStatus.Pending,
        };
        return status <= container.Status ? container : container with { Status = status };
    }

    private static TaskState RiseTask(TaskState task, DateTimeOffset at)
    {
        // Until it is assigned nobody knows whether Docker has all of the task's containers.
        if (task.Desired == Desired.Unassigned) return task;

        if (task.StartedAt is null && HasStarted(task))
        {
            task = task with { StartedAt = task.Containers.Max(c => c.StartedAt) };
        }

        var status = StatusOf(task);
        if (status <= task.Status) return task;

        return status != LifecycleStatus.Stopped ? task with { Status = status } : task with
        {
            Status = status,
            StoppedAt = task.Containers.Max(c => c.StoppedAt) ?? at,
        };
    }

    // Of one that is to stop and was never assigned here, Docker may have had some of the containers only.
    private static bool HasStarted(TaskState task) =>
        task.IsDefined &&
        task.Containers.Any(c => c.StartedAt is not null) &&
        task.Containers.All(c => c.StartedAt is not null || (!c.Essential && c.Status == LifecycleStatus.Stopped));

    private static LifecycleStatus StatusOf(TaskState task)
    {
        if (!task.Undiscovered && task.Containers.All(c => c.Status == LifecycleStatus.Stopped))
        {
            return LifecycleStatus.Stopped;
        }

        if (task.Desired >= Desired.Stopped) return LifecycleStatus.Stopping;

        return task.Containers.All(c => c.Status >= LifecycleStatus.Running)
            ? LifecycleStatus.Running
            : LifecycleStatus.Pending;
    }
}
