namespace Ecs.Contracts.Vocabulary;

/// <summary>One container of a task definition, in ECS's own members.</summary>
public sealed record ContainerDefinition
{
    /// <summary>Unique in its definition: 1-255 letters, digits, hyphens and underscores.</summary>
    public string? Name { get; init; }

    /// <summary>The image as Docker names it.</summary>
    public string? Image { get; init; }

    /// <summary>Cpu units, 1024 to a core; null or 0 reserves none.</summary>
    public int? Cpu { get; init; }

    /// <summary>The hard memory limit in MiB; the container is killed above it.</summary>
    public int? Memory { get; init; }

    /// <summary>The soft limit in MiB, which is what is reserved on the instance where it is given.</summary>
    public int? MemoryReservation { get; init; }

    /// <summary>The ports that the instance opens for the container.</summary>
    public IReadOnlyList<PortMapping>? PortMappings { get; init; }

    /// <summary>Other containers of the task that this one reaches by name: <c>name</c> or <c>name:alias</c>.</summary>
    public IReadOnlyList<string>? Links { get; init; }

    /// <summary>Whether the task ends when this container does; true where nothing is said.</summary>
    public bool? Essential { get; init; }

    /// <summary>Environment variables. They are written to the log in the clear: no place for secrets.</summary>
    public IReadOnlyList<NameValue>? Environment { get; init; }

    /// <summary>The words of the command, in place of the image's own.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>The words of the entry point, in place of the image's own.</summary>
    public IReadOnlyList<string>? EntryPoint { get; init; }

    /// <summary>Other containers of the task that must have come so far before this one is begun.</summary>
    public IReadOnlyList<ContainerDependency>? DependsOn { get; init; }

    /// <summary>
    /// Seconds from this container's start within which it must be COMPLETE, SUCCESS or HEALTHY for those that depend
    /// on that; else the task stops. No limit where nothing is said.
    /// </summary>
    public int? StartTimeout { get; init; }

    /// <summary>How it is found out whether the container is healthy; null where nobody asks.</summary>
    public HealthCheck? HealthCheck { get; init; }

    /// <summary>Whether the container is started again when it ends; null where it is not.</summary>
    public ContainerRestartPolicy? RestartPolicy { get; init; }

    /// <summary>
    /// Seconds between the stop signal and SIGKILL; the Agent's own setting where nothing, or 0, is said.
    /// </summary>
    public int? StopTimeout { get; init; }

    /// <summary>
    /// Whether a service's tasks all run the image that its tag named when the service was deployed: <c>enabled</c> or
    /// <c>disabled</c>. Kept and shown; of a task that no service runs it changes nothing.
    /// </summary>
    public string? VersionConsistency { get; init; }

    /// <summary>The container's own host name.</summary>
    public string? Hostname { get; init; }

    /// <summary>The user, as Docker names it: <c>user</c>, <c>uid</c>, <c>user:group</c>, <c>uid:gid</c>.</summary>
    public string? User { get; init; }

    /// <summary>The directory that the command runs in.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether the container has no network at all.</summary>
    public bool? DisableNetworking { get; init; }

    /// <summary>Whether the container cannot write to its root file system.</summary>
    public bool? ReadonlyRootFilesystem { get; init; }

    /// <summary>The addresses of name servers.</summary>
    public IReadOnlyList<string>? DnsServers { get; init; }

    /// <summary>The domains that short names are looked for in.</summary>
    public IReadOnlyList<string>? DnsSearchDomains { get; init; }

    /// <summary>Lines for the container's <c>/etc/hosts</c>.</summary>
    public IReadOnlyList<HostEntry>? ExtraHosts { get; init; }

    /// <summary>Docker's security options, such as <c>no-new-privileges</c> or <c>apparmor:PROFILE</c>.</summary>
    public IReadOnlyList<string>? DockerSecurityOptions { get; init; }

    /// <summary>Whether the standard input stays open.</summary>
    public bool? Interactive { get; init; }

    /// <summary>Whether the container has a terminal.</summary>
    public bool? PseudoTerminal { get; init; }

    /// <summary>Labels for Docker; the Agent's own hold where both say something.</summary>
    public IReadOnlyDictionary<string, string>? DockerLabels { get; init; }

    /// <summary>Limits of the container's processes.</summary>
    public IReadOnlyList<Ulimit>? Ulimits { get; init; }

    /// <summary>Where what the container prints goes.</summary>
    public LogConfiguration? LogConfiguration { get; init; }

    /// <summary>Kernel parameters of the container's own namespaces.</summary>
    public IReadOnlyList<SystemControl>? SystemControls { get; init; }

    /// <summary>What only Linux knows: capabilities, devices, tmpfs, swap.</summary>
    public LinuxParameters? LinuxParameters { get; init; }

    /// <summary>Volumes of the task, and where the container sees them.</summary>
    public IReadOnlyList<MountPoint>? MountPoints { get; init; }

    /// <summary>Other containers of the task whose mounts this one has too.</summary>
    public IReadOnlyList<VolumeFrom>? VolumesFrom { get; init; }

    /// <summary>Whether the container may do what the machine's root may; only where the Agent allows it.</summary>
    public bool? Privileged { get; init; }

    /// <summary>Variables whose values the Agent reads from files of its own. They never enter the log.</summary>
    public IReadOnlyList<Secret>? Secrets { get; init; }

    /// <summary>Files of variables that the Agent reads; of two values of a name the first holds.</summary>
    public IReadOnlyList<EnvironmentFile>? EnvironmentFiles { get; init; }
}

/// <summary>One port that the instance opens for a container, or a range of them.</summary>
public sealed record PortMapping
{
    /// <summary>The port inside the container, 1..65535; null where a range is given.</summary>
    public int? ContainerPort { get; init; }

    /// <summary>
    /// Ports inside the container, such as <c>8000-8010</c>, in place of one: as many ports of the instance that follow
    /// each other lead there, and its Agent finds them. Only with <c>bridge</c>.
    /// </summary>
    public string? ContainerPortRange { get; init; }

    /// <summary>
    /// The port of the instance; 0 or null lets Docker choose one of its ephemeral range. Null where a range is given.
    /// </summary>
    public int? HostPort { get; init; }

    /// <summary><c>tcp</c> (where nothing is said) or <c>udp</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>
    /// Its name, unique in the definition: 1-64 lowercase letters, digits, underscores and hyphens, no hyphen first.
    /// ECS's Service Connect finds it by this; nothing here uses it.
    /// </summary>
    public string? Name { get; init; }

    /// <summary><c>http</c>, <c>http2</c> or <c>grpc</c>, for ECS's Service Connect; nothing here uses it.</summary>
    public string? AppProtocol { get; init; }
}

/// <summary>A name with its value: an environment variable or an attribute.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value; may be empty.</param>
public sealed record NameValue(string Name, string? Value);

/// <summary>What a revision of a family says, after its defaults were filled in. Its digest is its identity.</summary>
public sealed record TaskDefinitionContent
{
    /// <summary>The containers, in the order of the registration.</summary>
    public IReadOnlyList<ContainerDefinition> ContainerDefinitions { get; init; } = [];

    /// <summary>How containers reach the network; <c>bridge</c> where nothing is said.</summary>
    public string NetworkMode { get; init; } = NetworkModes.Bridge;

    /// <summary>
    /// Cpu units reserved for the whole task instead of the sum of its containers'; a number as text, as in ECS.
    /// </summary>
    public string? Cpu { get; init; }

    /// <summary>
    /// MiB reserved for the whole task instead of the sum of its containers'; a number as text, as in ECS.
    /// </summary>
    public string? Memory { get; init; }

    /// <summary>The instances that its tasks may be on; null where any will do.</summary>
    public IReadOnlyList<PlacementConstraint>? PlacementConstraints { get; init; }

    /// <summary>The places for files that containers mount by name; null where there are none.</summary>
    public IReadOnlyList<Volume>? Volumes { get; init; }

    /// <summary>
    /// <c>host</c> where containers see the machine's processes, <c>task</c> for those of each other; null for their
    /// own only.
    /// </summary>
    public string? PidMode { get; init; }

    /// <summary>
    /// <c>host</c> for the machine's shared memory and queues, <c>task</c> for those of all containers of the task,
    /// <c>none</c> for the container's own alone; null for the engine's own setting.
    /// </summary>
    public string? IpcMode { get; init; }

    /// <summary>The launch types that were asked for; null where none were.</summary>
    public IReadOnlyList<string>? RequiresCompatibilities { get; init; }

    /// <summary>The role of ECS's own agent; null where none was given. Nothing here uses it.</summary>
    public string? ExecutionRoleArn { get; init; }

    /// <summary>The role of the containers' own programs; null where none was given. Nothing here uses it.</summary>
    public string? TaskRoleArn { get; init; }

    /// <summary>The machine that its images are made for; null where any will do.</summary>
    public RuntimePlatform? RuntimePlatform { get; init; }
}

/// <summary>The network modes of ECS that this house knows.</summary>
public static class NetworkModes
{
    /// <summary>Docker's bridge, with port mappings and links.</summary>
    public const string Bridge = "bridge";

    /// <summary>The machine's own network: a container's ports are the machine's.</summary>
    public const string Host = "host";

    /// <summary>No network but the container's loopback.</summary>
    public const string None = "none";
}
