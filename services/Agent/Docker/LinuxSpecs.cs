using Docker.DotNet.Models;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Docker;

/// <summary>What a definition's <c>linuxParameters</c> mean in Docker's words.</summary>
internal static class LinuxSpecs
{
    private const long BytesPerMiB = 1024 * 1024;

    /// <summary>The host's part of a container with these added.</summary>
    public static HostConfig Add(HostConfig host, ContainerDefinition definition)
    {
        if (definition.LinuxParameters is not { } linux) return host;

        host.CapAdd = [.. linux.Capabilities?.Add ?? []];
        host.CapDrop = [.. linux.Capabilities?.Drop ?? []];
        host.Devices = [.. (linux.Devices ?? []).Select(Of)];
        host.Init = linux.InitProcessEnabled;
        host.ShmSize = (linux.SharedMemorySize ?? 0) * BytesPerMiB;
        host.Tmpfs = (linux.Tmpfs ?? []).ToDictionary(t => t.ContainerPath ?? "", OptionsOf);
        if (linux.MaxSwap is not { } swap) return host;

        // Docker counts memory and swap together.
        host.MemorySwap = ((definition.Memory ?? 0) + (long)swap) * BytesPerMiB;
        host.MemorySwappiness = linux.Swappiness;
        return host;
    }

    private static DeviceMapping Of(Device device) => new()
    {
        PathOnHost = device.HostPath!,
        PathInContainer = device.ContainerPath ?? device.HostPath!,

        // Docker's letters are the first ones of ECS's words: rwm.
        CgroupPermissions = device.Permissions is { Count: > 0 } allowed
            ? string.Concat(allowed.Select(word => word[..1]))
            : "rwm",
    };

    private static string OptionsOf(Tmpfs tmpfs) =>
        string.Join(',', (tmpfs.MountOptions ?? []).Prepend($"size={tmpfs.Size}m"));
}
