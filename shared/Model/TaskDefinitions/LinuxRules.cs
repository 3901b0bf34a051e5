using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of what only Linux knows of a container.</summary>
internal static class LinuxRules
{
    private static readonly string[] Permissions = ["read", "write", "mknod"];

    /// <summary>What is wrong with a container's <c>linuxParameters</c>.</summary>
    public static IEnumerable<CommandError> Violations(ContainerDefinition container, string path) =>
        container.LinuxParameters is { } linux
            ? Memory(linux, container.Memory, $"{path}.linuxParameters")
                .Concat(Names(linux.Capabilities?.Add, $"{path}.linuxParameters.capabilities.add"))
                .Concat(Names(linux.Capabilities?.Drop, $"{path}.linuxParameters.capabilities.drop"))
                .Concat((linux.Devices ?? []).Index()
                    .SelectMany(d => Of(d.Item, $"{path}.linuxParameters.devices[{d.Index}]")))
                .Concat((linux.Tmpfs ?? []).Index()
                    .SelectMany(t => Of(t.Item, $"{path}.linuxParameters.tmpfs[{t.Index}]")))
            : [];

    private static IEnumerable<CommandError> Memory(LinuxParameters linux, int? memory, string path)
    {
        if (linux.SharedMemorySize is < 1 or > Limits.MaxMemory)
        {
            yield return NameRules.Wrong(
                $"'sharedMemorySize' must be from 1 to {Limits.MaxMemory} MiB.", $"{path}.sharedMemorySize");
        }

        if (linux.MaxSwap is < 0 or > Limits.MaxMemory)
        {
            yield return NameRules.Wrong($"'maxSwap' must be from 0 to {Limits.MaxMemory} MiB.", $"{path}.maxSwap");
        }
        else if (linux.MaxSwap is not null && memory is null)
        {
            yield return NameRules.Wrong("'maxSwap' needs the container's 'memory'.", $"{path}.maxSwap");
        }

        if (linux.Swappiness is < 0 or > 100)
        {
            yield return NameRules.Wrong("'swappiness' must be from 0 to 100.", $"{path}.swappiness");
        }
    }

    private static IEnumerable<CommandError> Names(IReadOnlyList<string>? capabilities, string path) =>
        (capabilities ?? []).Index()
            .Where(c => c.Item.Length == 0 || !c.Item.All(letter => char.IsAsciiLetterUpper(letter) || letter is '_'))
            .Select(c => NameRules.Wrong(
                $"'{c.Item}' is not the name of a capability, such as NET_ADMIN or ALL.", $"{path}[{c.Index}]"));

    private static IEnumerable<CommandError> Of(Device device, string path)
    {
        foreach (var error in SettingRules.Absolute(device.HostPath, $"{path}.hostPath")) yield return error;
        if (device.ContainerPath is { } inside)
        {
            foreach (var error in SettingRules.Absolute(inside, $"{path}.containerPath")) yield return error;
        }

        foreach (var wrong in (device.Permissions ?? []).Index().Where(p => !Permissions.Contains(p.Item)))
        {
            yield return NameRules.Wrong(
                $"permissions are any of {string.Join(", ", Permissions)}.", $"{path}.permissions[{wrong.Index}]");
        }
    }

    private static IEnumerable<CommandError> Of(Tmpfs tmpfs, string path)
    {
        foreach (var error in SettingRules.Absolute(tmpfs.ContainerPath, $"{path}.containerPath")) yield return error;
        if (tmpfs.Size is null or < 1 or > Limits.MaxMemory)
        {
            yield return NameRules.Wrong($"'size' must be from 1 to {Limits.MaxMemory} MiB.", $"{path}.size");
        }
    }
}
