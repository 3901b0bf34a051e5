using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of which of the machine's namespaces a task's containers are in.</summary>
internal static class NetworkRules
{
    /// <summary>What is wrong with a definition's modes, defaults filled in.</summary>
    public static IEnumerable<CommandError> Violations(TaskDefinitionContent content)
    {
        if (Mode(content.NetworkMode) is { } network) yield return network;
        if (Space(content, content.PidMode, "pidMode", ["host"]) is { } pid) yield return pid;
        if (Space(content, content.IpcMode, "ipcMode", ["host", "none"]) is { } ipc) yield return ipc;

        var owner = TaskNamespaces.OwnerOf(content);
        foreach (var (index, container) in content.ContainerDefinitions.Index())
        {
            var path = $"containerDefinitions[{index}]";
            foreach (var error in Links(container, content.NetworkMode, path)
                .Concat(Ports(container, content.NetworkMode, path))
                .Concat(Kernel(container, content, path))
                .Concat(SharedMemory(container, content, owner, $"{path}.linuxParameters.sharedMemorySize")))
            {
                yield return error;
            }
        }
    }

    private static CommandError? Mode(string mode)
    {
        const string Known = $"'{NetworkModes.Bridge}', '{NetworkModes.Host}' or '{NetworkModes.None}'";
        return mode switch
        {
            NetworkModes.Bridge or NetworkModes.Host or NetworkModes.None => null,
            "awsvpc" => NameRules.Wrong(
                "The network mode 'awsvpc' gives each task a network interface of a cloud's, which is not here; "
                + $"use {Known}.",
                "networkMode"),
            _ => NameRules.Wrong($"The networkMode '{mode}' is not a network mode; use {Known}.", "networkMode"),
        };
    }

    private static CommandError? Space(TaskDefinitionContent content, string? mode, string field, string[] others)
    {
        if (mode is null || others.Contains(mode, StringComparer.Ordinal)) return null;

        if (mode is not TaskNamespaces.Shared)
        {
            var words = string.Join(", ", others.Select(word => $"'{word}'"));
            return NameRules.Wrong($"'{field}' must be {words} or '{TaskNamespaces.Shared}'.", field);
        }

        var waits = content.IpcMode is TaskNamespaces.Shared
            ? "that waits for no other: what that left in shared memory would be lost"
            : "that waits for no other, but perhaps for the end ('COMPLETE', 'SUCCESS') of some that wait for no other";
        return TaskNamespaces.OwnerOf(content) is not null ? null : NameRules.Wrong(
            $"'{field}' of '{TaskNamespaces.Shared}' needs an essential container that has the namespace for the whole "
            + "task, which is gone with its first process: one without links, 'volumesFrom' and an enabled "
            + $"'restartPolicy', {waits}.",
            field);
    }

    private static IEnumerable<CommandError> Links(ContainerDefinition container, string mode, string path) =>
        mode is NetworkModes.Bridge || container.Links is not { Count: > 0 }
            ? []
            : [NameRules.Wrong(
                $"Links are not supported when the network mode is '{mode}'; '{NetworkModes.Bridge}' has them.",
                $"{path}.links")];

    private static IEnumerable<CommandError> Ports(ContainerDefinition container, string mode, string path)
    {
        var mappings = container.PortMappings ?? [];
        return mode switch
        {
            NetworkModes.None when mappings.Count > 0 => [NameRules.Wrong(
                "Port mappings are not supported when the network mode is 'none': there is no network to open them on.",
                $"{path}.portMappings")],
            NetworkModes.Host => mappings.Index()
                .Select(port => OnHost(port.Item, $"{path}.portMappings[{port.Index}]"))
                .OfType<CommandError>(),
            _ => [],
        };
    }

    private static CommandError? OnHost(PortMapping mapping, string path) => mapping switch
    {
        { ContainerPortRange: not null } => NameRules.Wrong(
            $"A port range is not supported when the network mode is 'host'; '{NetworkModes.Bridge}' has them.",
            $"{path}.containerPortRange"),
        _ when mapping.HostPort != mapping.ContainerPort => NameRules.Wrong(
            $"The container port is the machine's own when the network mode is 'host': 'hostPort' must be "
            + $"{mapping.ContainerPort}, or left out.",
            $"{path}.hostPort"),
        _ => null,
    };

    // Docker passes over a size of what the container has not, or has of another.
    private static IEnumerable<CommandError> SharedMemory(
        ContainerDefinition container, TaskDefinitionContent content, string? owner, string field)
    {
        if (container.LinuxParameters?.SharedMemorySize is null) yield break;

        if (content.IpcMode is "host" or "none")
        {
            yield return NameRules.Wrong(
                $"'sharedMemorySize' has no meaning where 'ipcMode' is '{content.IpcMode}'.", field);
        }
        else if (content.IpcMode is TaskNamespaces.Shared && owner is not null && container.Name != owner)
        {
            yield return NameRules.Wrong(
                $"'sharedMemorySize' has no meaning where 'ipcMode' is '{TaskNamespaces.Shared}', but of the container "
                + $"'{owner}', whose shared memory is that of the whole task.",
                field);
        }
    }

    // What belongs to a namespace of the machine is not one container's to set.
    private static IEnumerable<CommandError> Kernel(
        ContainerDefinition container, TaskDefinitionContent content, string path) =>
        (container.SystemControls ?? []).Index()
            .Select(control => (control.Index, Name: control.Item.Namespace ?? ""))
            .Select(control => (control.Index, Member: content switch
            {
                { NetworkMode: NetworkModes.Host } when SystemControlRules.IsOfNetwork(control.Name) => "networkMode",
                { IpcMode: "host" } when SystemControlRules.IsOfIpc(control.Name) => "ipcMode",
                _ => null,
            }))
            .Where(control => control.Member is not null)
            .Select(control => NameRules.Wrong(
                $"This kernel parameter is the machine's own where '{control.Member}' is 'host'.",
                $"{path}.systemControls[{control.Index}].namespace"));
}
