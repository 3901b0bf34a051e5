using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>Namespaces that a task's containers share: one of them has them, and the others join it.</summary>
public static class TaskNamespaces
{
    /// <summary>The mode of a namespace that all containers of a task share.</summary>
    public const string Shared = "task";

    /// <summary>
    /// The container that has what the others join; null where nothing is shared, or none can have it. It is essential,
    /// since processes die with the first one of their namespace; it is not started again, for the same reason; and it
    /// needs no other container, each of which needs it. Where there is none such it is one that is made when those
    /// that it needs have ended: they never met the others' processes. What they left in shared memory would be met.
    /// </summary>
    public static string? OwnerOf(TaskDefinitionContent content)
    {
        if (content is not ({ PidMode: Shared } or { IpcMode: Shared })) return null;

        var able = content.ContainerDefinitions
            .Where(c => c is { Essential: not false, RestartPolicy: not { Enabled: true } }).ToList();
        var owner = able.Find(c => !StartOrder.Before(c).Any());
        if (owner is null && content.IpcMode is not Shared) owner = able.Find(c => Ended(content, c, []) is not null);
        return owner?.Name;
    }

    /// <summary>The containers that have ended before the owner is made, in the definition's order.</summary>
    public static IReadOnlyList<string> BeforeOwner(TaskDefinitionContent content)
    {
        if (OwnerOf(content) is not { } name) return [];

        var owner = content.ContainerDefinitions.First(c => c.Name == name);
        var ended = Ended(content, owner, []) ?? [];
        return [.. content.ContainerDefinitions.Select(c => c.Name!).Where(ended.Contains)];
    }

    /// <summary>What has ended when a container is made; null where what it needs may still run then.</summary>
    private static HashSet<string>? Ended(
        TaskDefinitionContent content, ContainerDefinition container, IReadOnlyList<string> way)
    {
        var ended = new HashSet<string>(StringComparer.Ordinal);
        var needs = (container.DependsOn ?? [])
            .Where(d => d.Condition is DependencyConditions.Complete or DependencyConditions.Success).ToList();
        // A circle is another rule's to tell.
        if (StartOrder.Before(container).Count() != needs.Count || way.Contains(container.Name)) return null;

        foreach (var need in needs)
        {
            var needed = content.ContainerDefinitions.FirstOrDefault(c => c.Name == need.ContainerName);
            if (needed is null or { RestartPolicy.Enabled: true }) return null;
            if (Ended(content, needed, [.. way, container.Name!]) is not { } before) return null;

            ended.UnionWith(before);
            ended.Add(needed.Name!);
        }

        return ended;
    }
}
