using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of what only Linux knows of a container.</summary>
internal static class LinuxRules
{
    private static readonly string[] Permissions = ["read", "write", "mknod"];

    // ECS's list: without the capabilities that kernels have had since 5.8, and AUDIT_READ.
    private static readonly string[] Capabilities =
    [
        "ALL", "AUDIT_CONTROL", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER",
        "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD",
        "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID",
        "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO",
        "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "SYSLOG", "WAKE_ALARM",
    ];

    // ECS's list. The size is a member of its own.
    private static readonly string[] MountOptions =
    [
        "defaults", "ro", "rw", "suid", "nosuid", "dev", "nodev", "exec", "noexec", "sync", "async", "dirsync",
        "remount", "mand", "nomand", "atime", "noatime", "diratime", "nodiratime", "bind", "rbind", "unbindable",
        "runbindable", "private", "rprivate", "shared", "rshared", "slave", "rslave", "relatime", "norelatime",
        "strictatime", "nostrictatime", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol",
    ];

    /// <summary>What is wrong with a container's <c>linuxParameters</c>.</summary>
    public static IEnumerable<CommandError> Violations(ContainerDefinition container, string path) =>
        container.LinuxParameters is { } linux
            ? Memory(linux, container.Memory, $"{path}.linuxParameters")
                .Concat(Names(linux.Capabilities?.Add, $"{path}.linuxParameters.capabilities", "add"))
                .Concat(Names(linux.Capabilities?.Drop, $"{path}.linuxParameters.capabilities", "drop"))
                .Concat((linux.Devices ?? []).Index()
                    .SelectMany(d => Of(d.Item, $"{path}.linuxParameters.devices[{d.Index}]")))
                .Concat((linux.Tmpfs ?? []).Index()
                    .SelectMany(t => Of(t.Item, $"{path}.linuxParameters.tmpfs[{t.Index}]")))
            : [];

    private static IEnumerable<CommandError> Memory(LinuxParameters linux, int? memory, string path)
    {
        if (linux.SharedMemorySize is < 0 or > Limits.MaxMemory)
        {
            yield return NameRules.Wrong(
                $"'sharedMemorySize' must be from 0 to {Limits.MaxMemory} MiB.", $"{path}.sharedMemorySize");
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

    private static IEnumerable<CommandError> Names(
        IReadOnlyList<string>? capabilities, string path, string member) =>
        (capabilities ?? []).Index()
            .Where(c => !Capabilities.Contains(c.Item, StringComparer.Ordinal))
            .Select(c => NameRules.Wrong(
                $"'{member}' has '{c.Item}', which is not the name of a capability; it can have any of "
                + $"{string.Join(", ", Capabilities)}.",
                $"{path}.{member}[{c.Index}]"));

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

        foreach (var (index, option) in (tmpfs.MountOptions ?? []).Index())
        {
            if (MountOptions.Contains(option.Split('=')[0], StringComparer.Ordinal)) continue;

            yield return NameRules.Wrong(
                $"'mountOptions' has '{option}', which is none; each is one of {string.Join(", ", MountOptions)}, with "
                + "'=' and a value where it takes one.",
                $"{path}.mountOptions[{index}]");
        }
    }
}
