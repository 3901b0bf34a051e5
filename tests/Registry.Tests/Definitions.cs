using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Registry.Tests;

/// <summary>Definitions that are right, for tests to spoil.</summary>
internal static class Definitions
{
    public static RegisterTaskDefinition Web(string family = "web", string? label = null) => new()
    {
        CommandId = Guid.NewGuid().ToString("N"),
        Family = family,
        VersionLabel = label,
        Actor = "a-test",
        ContainerDefinitions = [Container("web")],
    };

    public static RegisterTaskDefinition Of(params IReadOnlyList<ContainerDefinition> containers) =>
        Web() with { ContainerDefinitions = containers };

    public static ContainerDefinition Container(string? name) =>
        new() { Name = name, Image = "busybox:1", Memory = 64 };

    /// <summary>A container of which everything that can be off is said to be, in the members that show it.</summary>
    public static ContainerDefinition Off(ContainerDefinition container, string volume) => container with
    {
        StopTimeout = 0,
        StartTimeout = 0,
        RestartPolicy = new() { Enabled = false },
        HealthCheck = new() { Command = ["NONE"] },
        DisableNetworking = false,
        ReadonlyRootFilesystem = false,
        Interactive = false,
        PseudoTerminal = false,
        Privileged = false,
        MountPoints = [new() { SourceVolume = volume, ContainerPath = "/data", ReadOnly = false }],
        LinuxParameters = new() { InitProcessEnabled = false, SharedMemorySize = 0, MaxSwap = 0 },
    };

    public static PortMapping Port(int? container, int? host = null, string? protocol = null) =>
        new() { ContainerPort = container, HostPort = host, Protocol = protocol };
}
