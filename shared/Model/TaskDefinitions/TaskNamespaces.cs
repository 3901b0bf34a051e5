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
    /// needs no other container, each of which needs it.
    /// </summary>
    public static string? OwnerOf(TaskDefinitionContent content) =>
        content is { PidMode: Shared } or { IpcMode: Shared }
            ? content.ContainerDefinitions.FirstOrDefault(CanOwn)?.Name
            : null;

    private static bool CanOwn(ContainerDefinition container) =>
        container is { Essential: not false, RestartPolicy: not { Enabled: true } } &&
        !StartOrder.Before(container).Any();
}
