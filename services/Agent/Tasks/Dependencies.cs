using System.Globalization;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>
/// What <c>dependsOn</c> asks: a container is begun when every container that it depends on has come to its condition.
/// One that never will ends the task.
/// </summary>
internal static class Dependencies
{
    /// <summary>Whether a container may be begun. One that is made anew for its ports waited before.</summary>
    public static bool AreMet(TaskState task, ContainerState container) =>
        container.PortsTaken > 0 || Of(task, container).All(d => IsMet(d.Target, d.Condition));

    /// <summary>A container that waits for what can never come, and what that is; null where there is none.</summary>
    public static (string Container, string Reason)? FindHopeless(TaskState task, DateTimeOffset at)
    {
        foreach (var container in task.Containers.Where(IsWaiting))
        {
            foreach (var (target, condition) in Of(task, container).Where(d => !IsMet(d.Target, d.Condition)))
            {
                if (WhyNever(target, condition, at) is not { } why) continue;

                return (container.Name, Reasons.Dependency(
                    $"Container {container.Name} depends on {target.Name} being {condition}: {target.Name} {why}."));
            }
        }

        return null;
    }

    /// <summary>When the next start timeout is over that somebody waits for; null where nobody waits for one.</summary>
    public static DateTimeOffset? NextTimeout(TaskState task) => task.Desired != Desired.Running
        ? null
        : task.Containers.Where(IsWaiting)
            .SelectMany(container => Of(task, container))
            .Where(d => !IsMet(d.Target, d.Condition))
            .Min(d => TimeoutOf(d.Target, d.Condition));

    private static IEnumerable<(ContainerState Target, string Condition)> Of(
        TaskState task, ContainerState container) =>
        (container.Definition.DependsOn ?? []).Select(
            d => (Target: task.Find(d.ContainerName ?? ""), Condition: d.Condition ?? DependencyConditions.Start))
            .Where(d => d.Target is not null)
            .Select(d => (d.Target!, d.Condition));

    // Only what would be created next waits: what was created goes on, also if the condition has passed since. One
    // whose image was pulled meanwhile is asked again, as in ECS.
    private static bool IsWaiting(ContainerState container) =>
        container is { Observed: Observed.Absent, Doing: Step.None, RuntimeId: null, PortsTaken: 0, Failure: null } &&
        container.Status < LifecycleStatus.Running;

    private static bool HasRun(ContainerState target) => target.StartedAt is not null;

    private static bool HasEnded(ContainerState target) => target.Status == LifecycleStatus.Stopped;

    private static bool IsMet(ContainerState target, string condition) => condition switch
    {
        DependencyConditions.Complete => HasEnded(target) && HasRun(target),
        DependencyConditions.Success => HasEnded(target) && HasRun(target) && target.ExitCode == 0,
        DependencyConditions.Healthy => !HasEnded(target) && target.Health == ContainerHealth.Healthy,
        _ => HasRun(target),
    };

    private static string? WhyNever(ContainerState target, string condition, DateTimeOffset at)
    {
        if (condition == DependencyConditions.Healthy && target.Definition.HealthCheck is null)
        {
            return "has no health check";
        }

        if (HasEnded(target))
        {
            return !HasRun(target) ? "has never run"
                : condition == DependencyConditions.Healthy ? "ended before it was healthy"
                : string.Create(CultureInfo.InvariantCulture, $"ended with exit code {target.ExitCode}");
        }

        return TimeoutOf(target, condition) is { } timeout && at >= timeout
            ? string.Create(
                CultureInfo.InvariantCulture, $"was not within {target.Definition.StartTimeout} s of its start")
            : null;
    }

    private static DateTimeOffset? TimeoutOf(ContainerState target, string condition) =>
        condition != DependencyConditions.Start && target.Definition.StartTimeout is > 0 and var seconds
            ? target.StartedAt?.AddSeconds(seconds)
            : null;
}
