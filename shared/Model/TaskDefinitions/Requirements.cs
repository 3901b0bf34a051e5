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

    /// <summary>What the content says of the task as a whole, as an Agent is told it.</summary>
    /// <param name="content">Content that follows <see cref="TaskDefinitionRules"/>, overrides applied.</param>
    public static TaskSettings SettingsOf(TaskDefinitionContent content) => new()
    {
        NetworkMode = content.NetworkMode,
        Volumes = content.Volumes,
        PidMode = content.PidMode,
        IpcMode = content.IpcMode,
        NamespaceOwner = TaskNamespaces.OwnerOf(content),
        BeforeNamespace = TaskNamespaces.BeforeOwner(content) is { Count: > 0 } before ? before : null,
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
