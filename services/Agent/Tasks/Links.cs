using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>The order that links put on a task's containers: what is linked to comes first and goes last.</summary>
internal static class Links
{
    /// <summary>The names of the containers that this one links to.</summary>
    public static IEnumerable<string> Of(ContainerDefinition container) =>
        (container.Links ?? []).Select(link => Split(link).Name);

    /// <summary>The two parts of a link, <c>name:alias</c>; the alias is the name where none is given.</summary>
    public static (string Name, string Alias) Split(string link)
    {
        var colon = link.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (link, link) : (link[..colon], link[(colon + 1)..]);
    }

    // Docker reads the mounts of others when it creates.
    private static IEnumerable<ContainerState> Sources(TaskState task, ContainerState container) =>
        (container.Definition.VolumesFrom ?? []).Select(from => task.Find(from.SourceContainer ?? ""))
            .OfType<ContainerState>();

    /// <summary>Whether a step need not wait for another container any more.</summary>
    public static bool Allow(TaskState task, ContainerState container, Step step) => step switch
    {
        // Docker resolves links when it creates, and wants their targets to run when it starts. A target that ended or
        // failed does not hold anyone back: Docker's own refusal then says why the start is impossible.
        Step.Create => Targets(task, container).Concat(Sources(task, container))
            .All(t => t.RuntimeId is not null || Ended(t)),
        Step.Start => Targets(task, container).All(t => t.Status >= LifecycleStatus.Running || Ended(t)),
        Step.Stop => task.Containers.Where(c => Of(c.Definition).Contains(container.Name)).All(Ended),
        _ => true,
    };

    /// <summary>A container whose links can never be satisfied, and why; null where all can.</summary>
    public static (string Container, string Reason)? FindImpossible(IReadOnlyList<ContainerDefinition> containers)
    {
        if (containers.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            return (twice.Key ?? "", Reasons.Dependency($"The task has two containers named {twice.Key}."));
        }

        var open = containers.ToDictionary(c => c.Name ?? "", c => Of(c).ToHashSet(), StringComparer.Ordinal);
        foreach (var (name, targets) in open)
        {
            if (targets.FirstOrDefault(t => !open.ContainsKey(t)) is { } unknown)
            {
                return (name, Reasons.Dependency($"Container {name} links to {unknown}, which the task has not got."));
            }
        }

        while (open.FirstOrDefault(c => c.Value.All(t => !open.ContainsKey(t))).Key is { } free) open.Remove(free);

        return open.Count == 0
            ? null
            : (open.Keys.Order(StringComparer.Ordinal).First(),
                Reasons.Dependency($"Containers link to each other in a circle: {string.Join(", ", open.Keys)}."));
    }

    private static bool Ended(ContainerState container) => container.Status == LifecycleStatus.Stopped;

    private static IEnumerable<ContainerState> Targets(TaskState task, ContainerState container)
    {
        var names = Of(container.Definition).ToHashSet(StringComparer.Ordinal);
        return names.Count == 0 ? [] : task.Containers.Where(c => names.Contains(c.Name));
    }
}
