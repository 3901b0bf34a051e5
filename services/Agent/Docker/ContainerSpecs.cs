using Docker.DotNet.Models;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;
using TaskState = Ecs.Agent.Tasks.TaskState;

namespace Ecs.Agent.Docker;

/// <summary>What a container definition means in Docker's words.</summary>
internal static class ContainerSpecs
{
    /// <summary>The fewest cpu shares that Linux knows; ECS gives them to containers that ask for less.</summary>
    public const int MinCpuShares = 2;

    /// <summary>The most cpu shares that Linux knows.</summary>
    public const int MaxCpuShares = 262_144;

    /// <summary>The least period of a health check that Docker takes, but for none at all.</summary>
    private static readonly TimeSpan LeastPeriod = TimeSpan.FromMilliseconds(1);

    /// <summary>From one health check to the next within its start period: Docker's own choice since 25.</summary>
    private static readonly TimeSpan StartInterval = TimeSpan.FromSeconds(5);

    private const long BytesPerMiB = 1024 * 1024;

    /// <summary>The microseconds in which a task's cpu may be spent: the kernel's own choice.</summary>
    private const long CpuPeriod = 100_000;

    /// <summary>Cpu units of one core, as ECS counts.</summary>
    private const long UnitsPerCore = 1024;

    /// <summary>How Docker is to make a container.</summary>
    /// <param name="task">The task.</param>
    /// <param name="container">The container.</param>
    /// <param name="variables">Its environment variables, secrets included.</param>
    /// <param name="ranges">The machine's ports for its port ranges.</param>
    /// <param name="instance">The instance that it runs on.</param>
    public static CreateContainerParameters Of(
        TaskState task,
        ContainerState container,
        IReadOnlyList<NameValue> variables,
        IReadOnlyList<HostRange> ranges,
        Instance instance)
    {
        var (cluster, instanceId) = (instance.Cluster, instance.InstanceId);
        var definition = container.Definition;
        var ports = Ports(task, definition, ranges);
        var host = Host(task, definition, ports);
        return new CreateContainerParameters
        {
            Name = container.DockerName,
            Image = definition.Image ?? "",
            Env = [.. variables.Select(variable => $"{variable.Name}={variable.Value}")],
            Cmd = NullIfEmpty(definition.Command)!,
            Entrypoint = NullIfEmpty(definition.EntryPoint)!,
            Hostname = definition.Hostname!,
            User = definition.User!,
            WorkingDir = definition.WorkingDirectory!,
            Tty = definition.PseudoTerminal ?? false,
            OpenStdin = definition.Interactive ?? false,
            Healthcheck = HealthOf(definition.HealthCheck),
            ExposedPorts = ports.ToDictionary(p => p.Key, _ => default(EmptyStruct)),
            Labels = LabelsOf(task, container, ranges, (cluster, instanceId)),
            HostConfig = LinuxSpecs.Add(Namespaces.Add(host, task, definition), definition),
        };
    }

    /// <summary>Whether Docker chooses a host port, so that it must be asked which.</summary>
    public static bool HasDynamicPorts(ContainerDefinition definition) =>
        (definition.PortMappings ?? []).Any(p => p.HostPort is null or 0);

    /// <summary>The bindings of fixed host ports, which need no asking.</summary>
    public static IReadOnlyList<NetworkBinding> FixedBindings(ContainerDefinition definition) =>
    [
        .. (definition.PortMappings ?? []).Where(p => p.HostPort > 0).Select(p => new NetworkBinding
        {
            BindIP = "0.0.0.0",
            ContainerPort = p.ContainerPort ?? 0,
            HostPort = p.HostPort ?? 0,
            Protocol = p.Protocol ?? "tcp",
        }),
    ];

    // A check of the image's own is not this task's: Docker takes from it whatever is 0 here.
    private static HealthcheckConfig HealthOf(HealthCheck? check) => check is null
        ? new HealthcheckConfig { Test = ["NONE"] }
        : new HealthcheckConfig
        {
            Test = [.. check.Command ?? []],
            Interval = TimeSpan.FromSeconds(check.Interval ?? 30),
            Timeout = TimeSpan.FromSeconds(check.Timeout ?? 5),
            Retries = check.Retries ?? 3,
            StartPeriod = check.StartPeriod is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : LeastPeriod,
            StartInterval = check.StartPeriod is > 0 ? StartInterval : TimeSpan.FromSeconds(check.Interval ?? 30),
        };

    private static HostConfig Host(
        TaskState task, ContainerDefinition definition, ILookup<string, string> ports) => new()
    {
        NetworkMode = definition.DisableNetworking is true ? NetworkModes.None : task.Settings.NetworkMode,
        Privileged = definition.Privileged ?? false,
        Binds = [.. VolumeSpecs.Binds(task, definition)],
        VolumesFrom = [.. VolumeSpecs.From(task, definition)],
        CPUShares = Math.Clamp(definition.Cpu ?? 0, MinCpuShares, MaxCpuShares),
        CPUPeriod = task.Settings.Cpu is null ? 0 : CpuPeriod,
        CPUQuota = (task.Settings.Cpu ?? 0) * CpuPeriod / UnitsPerCore,
        Memory = (definition.Memory ?? task.Settings.Memory ?? 0) * BytesPerMiB,
        MemoryReservation = (definition.MemoryReservation ?? 0) * BytesPerMiB,
        PortBindings = ports.ToDictionary(
            port => port.Key,
            port => (IList<PortBinding>)[.. port.Select(host => new PortBinding { HostPort = host })]),
        Links = [.. (definition.Links ?? []).Select(link => LinkOf(task, link))],
        RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
        ReadonlyRootfs = definition.ReadonlyRootFilesystem ?? false,
        DNS = NullIfEmpty(definition.DnsServers)!,
        DNSSearch = NullIfEmpty(definition.DnsSearchDomains)!,
        ExtraHosts = [.. (definition.ExtraHosts ?? []).Select(host => $"{host.Hostname}:{host.IpAddress}")],
        SecurityOpt = NullIfEmpty(definition.DockerSecurityOptions)!,
        Sysctls = (definition.SystemControls ?? []).ToDictionary(c => c.Namespace ?? "", c => c.Value ?? ""),
        Ulimits =
        [
            .. (definition.Ulimits ?? []).Select(limit => new global::Docker.DotNet.Models.Ulimit
            {
                Name = limit.Name!,
                Soft = limit.SoftLimit ?? 0,
                Hard = limit.HardLimit ?? 0,
            }),
        ],
        LogConfig = definition.LogConfiguration is not { } log ? null! : new LogConfig
        {
            Type = log.LogDriver!,
            Config = (log.Options ?? new Dictionary<string, string>()).ToDictionary(o => o.Key, o => o.Value),
        },
    };

    // The house's own are set last, so that nobody's labels make a container somebody else's.
    private static Dictionary<string, string> LabelsOf(
        TaskState task,
        ContainerState container,
        IReadOnlyList<HostRange> ranges,
        (string Cluster, string InstanceId) instance)
    {
        var ports = task.Settings.NetworkMode is NetworkModes.Host ? container.Definition.PortMappings ?? [] : [];

        // Those of the image hold where nothing is said, and it may have been made of another task's container.
        return new Dictionary<string, string>(Labels.WithoutOwn(container.Definition.DockerLabels))
        {
            [Labels.TaskArn] = task.TaskArn,
            [Labels.ContainerName] = container.Name,
            [Labels.Family] = task.Family,
            [Labels.Revision] = $"{task.Revision}",
            [Labels.Cluster] = instance.Cluster,
            [Labels.Instance] = instance.InstanceId,
            [Labels.PortRanges] = string.Join(',', ranges),
            [Labels.HostPorts] = string.Join(
                ',', ports.Select(port => $"{port.ContainerPort}/{port.Protocol ?? "tcp"}")),
        };
    }

    // One container port may be open at several host ports.
    private static ILookup<string, string> Ports(
        TaskState task, ContainerDefinition definition, IReadOnlyList<HostRange> ranges) =>
        (task.Settings.NetworkMode is NetworkModes.Bridge ? definition.PortMappings ?? [] : [])
            .Where(mapping => mapping.ContainerPortRange is null)
            .Select(mapping => (
                Container: $"{mapping.ContainerPort}/{mapping.Protocol ?? "tcp"}",
                Host: mapping.HostPort is > 0 and var port ? $"{port}" : ""))
            .Concat(ranges.SelectMany(range => range.Pairs()))
            .ToLookup(pair => pair.Container, pair => pair.Host);

    private static string LinkOf(TaskState task, string link)
    {
        var (name, alias) = Links.Split(link);
        return $"{task.Find(name)?.DockerName ?? name}:{alias}";
    }

    private static List<string>? NullIfEmpty(IReadOnlyList<string>? words) =>
        words is { Count: > 0 } ? [.. words] : null;
}
