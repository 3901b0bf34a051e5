using Ecs.Contracts.Agents;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>What a definition needs of a container instance.</summary>
public static class Requirements
{
    /// <summary>
    /// What a task of this content holds on its instance: the task's own cpu and memory where it says them, else its
    /// containers' sums, where memoryReservation counts before memory; and its fixed host ports, in rising order.
    /// </summary>
    /// <param name="content">Content that follows <see cref="TaskDefinitionRules"/>, overrides applied.</param>
    public static Reservation Of(TaskDefinitionContent content)
    {
        var containers = content.ContainerDefinitions;
        return new Reservation
        {
            Cpu = content.Cpu is { } cpu && TaskAmounts.TryReadCpu(cpu, out var units)
                ? units
                : containers.Sum(container => container.Cpu ?? 0),
            Memory = content.Memory is { } memory && TaskAmounts.TryReadMemory(memory, out var mebibytes)
                ? mebibytes
                : containers.Sum(container => container.MemoryReservation ?? container.Memory ?? 0),
            Ports = Fixed(containers, "tcp"),
            PortsUdp = Fixed(containers, "udp"),
        };
    }

    /// <summary>
    /// The attribute of an instance whose Agent allows privileged containers: ECS's own name for it.
    /// </summary>
    public const string PrivilegedCapability = "com.amazonaws.ecs.capability.privileged-container";

    /// <summary>
    /// The attribute of an instance whose Agent knows volumes, network modes, secrets and files of variables: one of a
    /// version before would run a task without them, and say nothing.
    /// </summary>
    public const string SettingsCapability = "ecs.capability.task-settings";

    /// <summary>What the content itself asks of an instance, in the words of a placement constraint.</summary>
    /// <param name="content">Content that follows <see cref="TaskDefinitionRules"/>, overrides applied.</param>
    public static IReadOnlyList<PlacementConstraint> ConstraintsOf(TaskDefinitionContent content) =>
    [
        .. NeedsSettings(content) ? [Having(SettingsCapability)] : Array.Empty<PlacementConstraint>(),
        .. content.ContainerDefinitions.Any(container => container.Privileged is true)
            ? [Having(PrivilegedCapability)]
            : Array.Empty<PlacementConstraint>(),
    ];

    private static PlacementConstraint Having(string attribute) =>
        new() { Type = "memberOf", Expression = $"attribute:{attribute} exists" };

    private static bool NeedsSettings(TaskDefinitionContent content) =>
        content.NetworkMode is not NetworkModes.Bridge
        || content.Volumes is not null || content.PidMode is not null || content.IpcMode is not null
        || content.ContainerDefinitions.Any(container => container is not
        {
            VolumesFrom: null, Secrets: null, EnvironmentFiles: null,
        });

    /// <summary>What the content says of the task as a whole, as an Agent is told it.</summary>
    /// <param name="content">Content that follows <see cref="TaskDefinitionRules"/>, overrides applied.</param>
    public static TaskSettings SettingsOf(TaskDefinitionContent content) => new()
    {
        NetworkMode = content.NetworkMode,
        Volumes = content.Volumes,
        PidMode = content.PidMode,
        IpcMode = content.IpcMode,
        NamespaceOwner = TaskNamespaces.OwnerOf(content),
        Cpu = content.Cpu is { } cpu && TaskAmounts.TryReadCpu(cpu, out var units) ? units : null,
        Memory = content.Memory is { } memory && TaskAmounts.TryReadMemory(memory, out var mebibytes)
            ? mebibytes
            : null,
    };

    private static int[] Fixed(IReadOnlyList<ContainerDefinition> containers, string protocol) =>
        [.. containers.SelectMany(container => container.PortMappings ?? [])
            .Where(mapping => mapping.HostPort > 0 && (mapping.Protocol ?? Defaults.Protocol) == protocol)
            .Select(mapping => mapping.HostPort!.Value)
            .Distinct()
            .Order()];
}
