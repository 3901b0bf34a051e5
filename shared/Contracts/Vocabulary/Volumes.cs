namespace Ecs.Contracts.Vocabulary;

/// <summary>
/// A place for files that containers of the task mount by name. Of <see cref="Host"/> and
/// <see cref="DockerVolumeConfiguration"/> at most one is given; neither means an empty <see cref="Host"/>.
/// </summary>
public sealed record Volume
{
    /// <summary>Its name in the definition: 1-255 letters, digits, hyphens and underscores.</summary>
    public string? Name { get; init; }

    /// <summary>A directory of the machine; an empty one is a volume made for the task and removed with it.</summary>
    public HostVolume? Host { get; init; }

    /// <summary>A volume of Docker's.</summary>
    public DockerVolumeConfiguration? DockerVolumeConfiguration { get; init; }
}

/// <summary>A directory of the machine that a volume stands for.</summary>
public sealed record HostVolume
{
    /// <summary>Its absolute path, which Docker makes where it is missing; null for the task's own volume.</summary>
    public string? SourcePath { get; init; }
}

/// <summary>A volume of Docker's.</summary>
public sealed record DockerVolumeConfiguration
{
    /// <summary><c>task</c> (where nothing is said): made and removed with the task; <c>shared</c>: it stays.</summary>
    public string? Scope { get; init; }

    /// <summary>Whether a shared volume is made where it is missing; without it the task fails then.</summary>
    public bool? Autoprovision { get; init; }

    /// <summary>Docker's volume driver; <c>local</c> where nothing is said.</summary>
    public string? Driver { get; init; }

    /// <summary>What the driver is told.</summary>
    public IReadOnlyDictionary<string, string>? DriverOpts { get; init; }

    /// <summary>Labels of the volume; the Agent's own hold where both say something.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>What is common to the names of volume drivers.</summary>
public static class VolumeDrivers
{
    // Docker takes a plugin's name without a tag for this one, and tells managed plugins with theirs.
    private const string Latest = ":latest";

    /// <summary>The one name of a driver that may be written in two ways: without <c>:latest</c> at its end.</summary>
    public static string NameOf(string driver) =>
        driver.EndsWith(Latest, StringComparison.Ordinal) ? driver[..^Latest.Length] : driver;
}

/// <summary>The scopes of Docker's volumes.</summary>
public static class VolumeScopes
{
    /// <summary>Made for one task, and removed with it.</summary>
    public const string Task = "task";

    /// <summary>Of the machine: it outlives every task.</summary>
    public const string Shared = "shared";
}

/// <summary>Where a container sees a volume of its task.</summary>
public sealed record MountPoint
{
    /// <summary>The volume's name in the definition.</summary>
    public string? SourceVolume { get; init; }

    /// <summary>The absolute path in the container.</summary>
    public string? ContainerPath { get; init; }

    /// <summary>Whether the container cannot write there.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>All that another container of the task mounts.</summary>
public sealed record VolumeFrom
{
    /// <summary>The other container's name.</summary>
    public string? SourceContainer { get; init; }

    /// <summary>Whether this container cannot write there.</summary>
    public bool? ReadOnly { get; init; }
}
