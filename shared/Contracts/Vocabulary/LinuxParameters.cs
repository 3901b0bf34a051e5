namespace Ecs.Contracts.Vocabulary;

/// <summary>What only Linux knows of a container.</summary>
public sealed record LinuxParameters
{
    /// <summary>Kernel capabilities besides, or without, Docker's own selection.</summary>
    public KernelCapabilities? Capabilities { get; init; }

    /// <summary>Devices of the machine.</summary>
    public IReadOnlyList<Device>? Devices { get; init; }

    /// <summary>Whether Docker's own init process reaps what others leave behind.</summary>
    public bool? InitProcessEnabled { get; init; }

    /// <summary>The size of <c>/dev/shm</c> in MiB; Docker's own where nothing, or 0, is said.</summary>
    public int? SharedMemorySize { get; init; }

    /// <summary>File systems in memory.</summary>
    public IReadOnlyList<Tmpfs>? Tmpfs { get; init; }

    /// <summary>Swap in MiB besides memory; 0 for none.</summary>
    public int? MaxSwap { get; init; }

    /// <summary>How readily the kernel swaps, 0..100; counts only with <see cref="MaxSwap"/>.</summary>
    public int? Swappiness { get; init; }
}

/// <summary>Changes to Docker's selection of kernel capabilities.</summary>
public sealed record KernelCapabilities
{
    /// <summary>Those that are added, such as <c>NET_ADMIN</c> or <c>ALL</c>.</summary>
    public IReadOnlyList<string>? Add { get; init; }

    /// <summary>Those that are taken.</summary>
    public IReadOnlyList<string>? Drop { get; init; }
}

/// <summary>A device of the machine.</summary>
public sealed record Device
{
    /// <summary>Its path on the machine.</summary>
    public string? HostPath { get; init; }

    /// <summary>Its path in the container; the same where nothing is said.</summary>
    public string? ContainerPath { get; init; }

    /// <summary>Any of <c>read</c>, <c>write</c> and <c>mknod</c>; all where nothing is said.</summary>
    public IReadOnlyList<string>? Permissions { get; init; }
}

/// <summary>A file system in memory.</summary>
public sealed record Tmpfs
{
    /// <summary>Its absolute path in the container.</summary>
    public string? ContainerPath { get; init; }

    /// <summary>Its size in MiB.</summary>
    public int? Size { get; init; }

    /// <summary>Mount options of ECS's list, such as <c>noexec</c> or <c>mode=1777</c>.</summary>
    public IReadOnlyList<string>? MountOptions { get; init; }
}
