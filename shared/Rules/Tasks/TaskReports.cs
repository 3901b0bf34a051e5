using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules.ContainerInstances;

namespace Ecs.Rules.Tasks;

/// <summary>
/// What an Agent's report changes. A report is a level: it is compared with what the log knows, and only what rises is
/// written. So reports that come twice, late or out of order change nothing but health.
/// </summary>
public static class TaskReports
{
    /// <summary>Decides one report; tasks that must not run any more are named in the answer.</summary>
    public static Decision Decide(FleetState fleet, SubmitTaskStates command, DateTimeOffset now)
    {
        if (command.ContainerInstance is not { } arn || fleet.FindInstance(arn) is not { } instance)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "containerInstance must name a registered instance.", "containerInstance");
        }

        if (InstanceKeys.Wrong(instance, command) is { } foreign) return Decision.Refuse(foreign);

        if (command.Tasks is not { } observations || observations.Count > SubmitTaskStates.MaxTasks)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, $"tasks must be a list of at most {SubmitTaskStates.MaxTasks}.", "tasks");
        }

        if (command.Session is not { } session || session < instance.Profile.Session)
        {
            return Decision.Refuse(InstanceDecisions.OlderSession(instance, command.Session ?? 0));
        }

        var events = new List<IEvent>();
        var stop = new List<string>();
        var disowned = new List<string>();
        foreach (var seen in observations)
        {
            // A task of another instance, or one the log has forgotten, is not this Agent's to run.
            if (!fleet.Tasks.TryGetValue(seen.TaskArn, out var task) || task.ContainerInstanceArn != arn)
            {
                stop.Add(seen.TaskArn);
                if (seen.Status < LifecycleStatus.Stopping) disowned.Add(seen.TaskArn);
                continue;
            }

            if (task.IsStopped && seen.Status != LifecycleStatus.Stopped) stop.Add(seen.TaskArn);

            foreach (var e in Changes(task, seen, now))
            {
                events.Add(e);
                fleet = fleet.Apply(e);
            }
        }

        if (disowned.Count > 0)
        {
            events.Add(new ContainerInstanceTasksDisowned { ContainerInstanceArn = arn, Tasks = disowned, At = now });
        }

        return Decision.Accept(new SubmitTaskStatesResult(stop), events);
    }

    /// <summary>
    /// The facts that an observation adds to what the log knows of the task, in the order they happened.
    /// </summary>
    public static IEnumerable<IEvent> Changes(TaskState task, TaskObservation seen, DateTimeOffset now)
    {
        if (task.IsStopped) yield break;

        var startedUnseen = task.StartedAt is null && seen.StartedAt is not null;
        if (task.IsPending && (seen.Status == LifecycleStatus.Running || startedUnseen))
        {
            var runs = seen.Status == LifecycleStatus.Running;
            var running = Running(task, seen, runs ? Restarts.Without(task, Changed(task, seen)) : [], now);
            yield return running;
            task = TaskState.Fold(task, running)!;
        }

        if (Restarts.Of(task, seen, now) is { } restarted)
        {
            yield return restarted;
            task = TaskState.Fold(task, restarted)!;
        }

        var changed = Restarts.Without(task, Changed(task, seen));
        if (seen.Status == LifecycleStatus.Stopped)
        {
            yield return Stopped(task, seen, changed, now);
        }
        else if (seen.Status == LifecycleStatus.Stopping && task.DesiredStatus == DesiredStatus.Running)
        {
            yield return Pulled(task, seen, new TaskStopping
            {
                TaskArn = seen.TaskArn,
                StopCode = seen.StopCode ?? StopCode.EssentialContainerExited,
                Reason = seen.Reason ?? StopReasons.Of(seen.StopCode ?? StopCode.EssentialContainerExited),
                Containers = changed,
                At = now,
            });
        }
        else if (changed.Count > 0 && changed.All(c => IsOnlyHealth(task, c)) && !HasPulled(task, seen))
        {
            yield return HealthChanged(task, changed, now);
        }
        else if (changed.Count > 0 || HasPulled(task, seen))
        {
            yield return Pulled(task, seen, new TaskProgressed
            {
                TaskArn = seen.TaskArn,
                Containers = changed,
                At = now,
            });
        }
    }

    private static T Pulled<T>(TaskState task, TaskObservation seen, T e)
        where T : TaskReported => e with
        {
            PullStartedAt = task.PullStartedAt is null ? seen.PullStartedAt : null,
            PullStoppedAt = IsLater(task, seen) ? seen.PullStoppedAt : null,
        };

    private static bool HasPulled(TaskState task, TaskObservation seen) =>
        (task.PullStartedAt is null && seen.PullStartedAt is not null) || IsLater(task, seen);

    // Images are pulled one after another where containers depend on each other: the last end holds.
    private static bool IsLater(TaskState task, TaskObservation seen) =>
        seen.PullStoppedAt is { } ended && !(task.PullStoppedAt >= ended);

    private static TaskHealthChanged HealthChanged(
        TaskState task, IReadOnlyList<ContainerObservation> changed, DateTimeOffset now)
    {
        var then = task with
        {
            Containers = task.Containers.SetItems(changed.Select(c => KeyValuePair.Create(c.Name, c))),
        };
        return new TaskHealthChanged
        {
            TaskArn = task.Origin.TaskArn,
            Containers = changed,
            HealthStatus = then.Health,
            At = now,
        };
    }

    private static TaskRunning Running(
        TaskState task, TaskObservation seen, IReadOnlyList<ContainerObservation> changed, DateTimeOffset now) =>
        Pulled(task, seen, new TaskRunning
        {
            TaskArn = seen.TaskArn,
            Containers = changed,
            StartedAt = seen.StartedAt,
            At = now,
        });

    private static TaskStopped Stopped(
        TaskState task, TaskObservation seen, IReadOnlyList<ContainerObservation> changed, DateTimeOffset now)
    {
        // What the log knows first holds: a user's stop is not renamed by the exits that it causes.
        var code = task.StopCode ?? seen.StopCode ?? StopCode.EssentialContainerExited;
        return Pulled(task, seen, new TaskStopped
        {
            TaskArn = seen.TaskArn,
            StopCode = code,
            Reason = task.StoppedReason ?? seen.Reason ?? StopReasons.Of(code),
            Containers = changed,
            ExecutionStoppedAt = seen.StoppedAt,
            At = now,
        });
    }

    private static List<ContainerObservation> Changed(TaskState task, TaskObservation seen)
    {
        var changed = new List<ContainerObservation>();
        foreach (var container in seen.Containers)
        {
            if (task.Origin.Containers.All(placed => placed.Name != container.Name)) continue;

            if (!task.Containers.TryGetValue(container.Name, out var known) || Rises(known, container))
            {
                changed.Add(container);
            }
        }

        return changed;
    }

    private static bool IsOnlyHealth(TaskState task, ContainerObservation seen) =>
        task.Containers.TryGetValue(seen.Name, out var known) && !Rises(known with { Health = seen.Health }, seen);

    private static bool Rises(ImagePull? known, ImagePull? seen) =>
        seen is not null
        && (known is null
            || seen.StartedAt > known.StartedAt
            || (known.StoppedAt is null && seen.StoppedAt is not null)
            || seen.LayersDone > known.LayersDone
            || seen.BytesLoaded > known.BytesLoaded);

    // Health may fall as well as rise, and has no number. An Agent sends one report at a time, and the next when that
    // is answered; a copy of one, sent for want of an answer, that comes behind the next all the same is taken for
    // news, until the Agent tells of the task again: at the latest when it next joins.
    private static bool Rises(ContainerObservation known, ContainerObservation seen) =>
        seen.Status > known.Status
        || (seen.Status == known.Status
            && (IsOtherHealth(known, seen)
                || (known.RuntimeId is null && seen.RuntimeId is not null)
                || (known.ImageDigest is null && seen.ImageDigest is not null)
                || (known.ExitCode is null && seen.ExitCode is not null)
                || (known.Reason is null && seen.Reason is not null)
                || Rises(known.Pull, seen.Pull)
                || (known.NetworkBindings.Count == 0 && seen.NetworkBindings.Count > 0)));

    private static bool IsOtherHealth(ContainerObservation known, ContainerObservation seen) =>
        seen.Health is { } health && health != (known.Health ?? ContainerHealth.Unknown);
}
