using Ecs.Contracts.Vocabulary;
using Ecs.Model.ClusterQueries;

namespace Ecs.Model.TaskDefinitions;

/// <summary>
/// What a definition needs of an instance besides room: attributes that Agents tell of their engine, in ECS's names
/// where ECS has one. What every Agent and engine can do is not asked for.
/// </summary>
public static class RequiredAttributes
{
    /// <summary>Of an instance whose Agent allows privileged containers.</summary>
    public const string Privileged = "com.amazonaws.ecs.capability.privileged-container";

    /// <summary>
    /// Of an instance whose Agent knows volumes, network modes, secrets and files of variables: one of a version before
    /// would run a task without them, and say nothing.
    /// </summary>
    public const string Settings = "ecs.capability.task-settings";

    /// <summary>Of an instance whose Agent opens port ranges: one of a version before would open nothing.</summary>
    public const string PortRanges = "ecs.capability.network.container-port-range";

    /// <summary>Begins the attribute of each log driver that the engine has.</summary>
    public const string LogDriver = "com.amazonaws.ecs.capability.logging-driver.";

    /// <summary>Begins the attribute of each volume driver that the engine has.</summary>
    public const string VolumeDriver = "ecs.capability.docker-plugin.";

    /// <summary>The engine's system, such as <c>linux</c>.</summary>
    public const string System = "ecs.os-type";

    /// <summary>The engine's processor, such as <c>x86_64</c>.</summary>
    public const string Architecture = "ecs.cpu-architecture";

    // The volume driver that every engine has.
    private const string Local = "local";

    // The driver that keeps no log, which engines do not list.
    private const string NoLog = "none";

    // By these names Agents told their log drivers before they told them by ECS's.
    private const string EarlierLogDriver = "ecs.capability.logging-driver.";

    /// <summary>The attributes, each once.</summary>
    /// <param name="content">Content that follows <see cref="TaskDefinitionRules"/>, overrides applied.</param>
    public static IReadOnlyList<InstanceAttribute> Of(TaskDefinitionContent content) =>
    [
        .. NeedsSettings(content) ? [Having(Settings)] : None,
        .. content.ContainerDefinitions.Any(container => container.Privileged is true) ? [Having(Privileged)] : None,
        .. content.ContainerDefinitions.SelectMany(container => container.PortMappings ?? [])
            .Any(mapping => mapping.ContainerPortRange is not null) ? [Having(PortRanges)] : None,
        .. content.ContainerDefinitions.Select(container => container.LogConfiguration?.LogDriver)
            .Where(driver => driver is not (null or NoLog))
            .Distinct(StringComparer.Ordinal)
            .Select(driver => Having(LogDriver + driver)),
        .. (content.Volumes ?? []).Select(volume => volume.DockerVolumeConfiguration?.Driver)
            .Where(driver => driver is not (null or Local))
            .Select(driver => VolumeDriver + VolumeDrivers.NameOf(driver!))
            .Distinct(StringComparer.Ordinal)
            // A plugin with another tag than the latest is one that no attribute can tell of: the Agent finds out.
            .Where(ClusterQuery.IsAttributeName)
            .Select(Having),
        .. content.RuntimePlatform?.OperatingSystemFamily is { } system
            ? [new InstanceAttribute { Name = System, Value = system.ToLowerInvariant() }]
            : None,
        .. content.RuntimePlatform?.CpuArchitecture is { } cpu
            ? [new InstanceAttribute { Name = Architecture, Value = Processor(cpu) }]
            : None,
    ];

    /// <summary>The same in the words of placement constraints.</summary>
    /// <param name="content">Content that follows <see cref="TaskDefinitionRules"/>, overrides applied.</param>
    public static IReadOnlyList<PlacementConstraint> ConstraintsOf(TaskDefinitionContent content) =>
    [
        .. Of(content).Select(attribute => new PlacementConstraint
        {
            Type = "memberOf",
            Expression = Asking(attribute),
        }),
    ];

    /// <summary>
    /// Whether an expression asks for nothing but such an attribute: an instance without it lacks what the definition
    /// needs, and breaks no rule of anybody's.
    /// </summary>
    public static bool IsAskedIn(string expression) =>
        Begins.Any(begin => expression.StartsWith($"attribute:{begin}", StringComparison.Ordinal));

    /// <summary>What engines call a processor of ECS's; null of what is none.</summary>
    internal static string? Processor(string cpuArchitecture) => cpuArchitecture switch
    {
        "X86_64" => "x86_64",
        "ARM64" => "arm64",
        _ => null,
    };

    private static readonly string[] Begins =
    [
        Settings + " ", Privileged + " ", PortRanges + " ", LogDriver, VolumeDriver, System + " == ",
        Architecture + " in ",
    ];

    private static readonly InstanceAttribute[] None = [];

    private static InstanceAttribute Having(string name) => new() { Name = name };

    private static string Asking(InstanceAttribute attribute) => attribute switch
    {
        // Engines have two words for each processor.
        { Name: Architecture, Value: "arm64" } => $"attribute:{Architecture} in [arm64, aarch64]",
        { Name: Architecture } => $"attribute:{Architecture} in [x86_64, amd64]",
        { Name: System, Value: { } system } => $"attribute:{System} == {system}",
        { Name: { } name } when name.StartsWith(LogDriver, StringComparison.Ordinal) =>
            $"attribute:{name} exists or attribute:{EarlierLogDriver}{name[LogDriver.Length..]} exists",
        // An Agent that tells of no volume driver at all is of a version that did not tell them.
        { Name: { } name } when name.StartsWith(VolumeDriver, StringComparison.Ordinal) =>
            $"attribute:{name} exists or attribute:{VolumeDriver}{Local} not_exists",
        { Name: { } name } => $"attribute:{name} exists",
        _ => throw new ArgumentException("an attribute without a name", nameof(attribute)),
    };

    private static bool NeedsSettings(TaskDefinitionContent content) =>
        content.NetworkMode is not NetworkModes.Bridge
        || content.Volumes is not null || content.PidMode is not null || content.IpcMode is not null
        || content.ContainerDefinitions.Any(container => container is not
        {
            VolumesFrom: null, Secrets: null, EnvironmentFiles: null,
        });
}
