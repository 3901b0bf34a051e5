using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>
/// The order that links, volumes from others, <c>dependsOn</c> and shared namespaces put on a task's containers: what
/// is needed comes first and goes last.
/// </summary>
internal static class Precedence
{
    /// <summary>Whether a step need not wait for another container any more.</summary>
    public static bool Allow(TaskState task, ContainerState container, Step step) => step switch
    {
        // Docker resolves links and reads the mounts of others when it creates, and wants links to run when it starts.
        // A target that ended or failed does not hold anyone back: Docker's own refusal then says why it cannot be. An
        // image is pulled when a creation has missed it, so that pulls wait for dependencies too.
        Step.Create => Dependencies.AreMet(task, container)
            && Joined(task, container).Concat(Sources(task, container)).All(t => IsMade(t) || Ended(t)),
        Step.Start => Joined(task, container).All(t => t.Status >= LifecycleStatus.Running || Ended(t)),
        Step.Stop => task.Containers
            .Where(c => Before(c.Definition, task.Settings).Contains(container.Name)).All(Ended),
        _ => true,
    };

    /// <summary>A container that can never be started in this task, and why; null where all can.</summary>
    public static (string Container, string Reason)? FindImpossible(
        IReadOnlyList<ContainerDefinition> containers, TaskSettings settings)
    {
        if (containers.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            return (twice.Key ?? "", Reasons.Dependency($"The task has two containers named {twice.Key}."));
        }

        var open = containers.ToDictionary(
            c => c.Name ?? "", c => Before(c, settings).ToHashSet(), StringComparer.Ordinal);
        foreach (var (name, needed) in open)
        {
            if (needed.FirstOrDefault(t => !open.ContainsKey(t)) is { } unknown)
            {
                return (name, Reasons.Dependency($"Container {name} needs {unknown}, which the task has not got."));
            }
        }

        while (open.FirstOrDefault(c => c.Value.All(t => !open.ContainsKey(t))).Key is { } free) open.Remove(free);

        return open.Count == 0
            ? null
            : (open.Keys.Order(StringComparer.Ordinal).First(),
                Reasons.Dependency($"Containers wait for each other in a circle: {string.Join(", ", open.Keys)}."));
    }

    private static IEnumerable<string> Before(ContainerDefinition container, TaskSettings settings) =>
        Joined(container, settings)
            .Concat((container.VolumesFrom ?? []).Select(from => from.SourceContainer ?? ""))
            .Concat((container.DependsOn ?? []).Select(d => d.ContainerName ?? ""));

    // What must run when a container is started: those that it links to, and the one whose namespaces it joins.
    private static IEnumerable<string> Joined(ContainerDefinition container, TaskSettings settings) =>
        settings.OwnerFor(container.Name) is { } owner
            ? Links.Of(container).Append(owner)
            : Links.Of(container);

    private static bool IsMade(ContainerState container) => container.HasPortRanges
        ? container.Status >= LifecycleStatus.Running
        : container.RuntimeId is not null;

    private static bool Ended(ContainerState container) => container.Status == LifecycleStatus.Stopped;

    private static IEnumerable<ContainerState> Sources(TaskState task, ContainerState container) =>
        (container.Definition.VolumesFrom ?? []).Select(from => task.Find(from.SourceContainer ?? ""))
            .OfType<ContainerState>();

    private static IEnumerable<ContainerState> Joined(TaskState task, ContainerState container)
    {
        var names = Joined(container.Definition, task.Settings).ToHashSet(StringComparer.Ordinal);
        return names.Count == 0 ? [] : task.Containers.Where(c => names.Contains(c.Name));
    }
}
