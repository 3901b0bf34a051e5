using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>
/// What is meant where nothing is said. What was said stays, also where it asks for nothing, such as <c>false</c>: a
/// registration is shown as it was made. Filling in twice is as filling in once.
/// </summary>
internal static class Defaults
{
    /// <summary>The protocol of a port mapping that names none.</summary>
    public const string Protocol = "tcp";

    /// <summary>The content of a registration. No list of it may hold null; see <see cref="ShapeRules"/>.</summary>
    public static TaskDefinitionContent Fill(RegisterTaskDefinition command) => Fill(new TaskDefinitionContent
    {
        ContainerDefinitions = command.ContainerDefinitions ?? [],
        NetworkMode = command.NetworkMode ?? NetworkModes.Bridge,
        Cpu = command.Cpu,
        Memory = command.Memory,
        PlacementConstraints = command.PlacementConstraints,
        Volumes = command.Volumes,
        PidMode = command.PidMode,
        IpcMode = command.IpcMode,
        RequiresCompatibilities = command.RequiresCompatibilities,
        ExecutionRoleArn = command.ExecutionRoleArn,
        TaskRoleArn = command.TaskRoleArn,
        RuntimePlatform = command.RuntimePlatform,
    });

    /// <summary>The same content with everything said. A task's amount that cannot be read stays as it is.</summary>
    public static TaskDefinitionContent Fill(TaskDefinitionContent content) => content with
    {
        ContainerDefinitions =
            [.. content.ContainerDefinitions.Select(container => Fill(container, content.NetworkMode))],
        Cpu = content.Cpu is { } cpu ? TaskAmounts.NormaliseCpu(cpu) : null,
        Memory = content.Memory is { } memory ? TaskAmounts.NormaliseMemory(memory) : null,
        PlacementConstraints = Said(content.PlacementConstraints),
        Volumes = Said(content.Volumes) is { } volumes ? [.. volumes.Select(Fill)] : null,
        PidMode = Said(content.PidMode),
        IpcMode = Said(content.IpcMode),
        RequiresCompatibilities = Said(content.RequiresCompatibilities),
        ExecutionRoleArn = Said(content.ExecutionRoleArn),
        TaskRoleArn = Said(content.TaskRoleArn),
        RuntimePlatform = content.RuntimePlatform is { } platform ? Fill(platform) : null,
    };

    private static RuntimePlatform? Fill(RuntimePlatform platform)
    {
        var said = new RuntimePlatform
        {
            CpuArchitecture = Said(platform.CpuArchitecture),
            OperatingSystemFamily = Said(platform.OperatingSystemFamily),
        };
        return said == new RuntimePlatform() ? null : said;
    }

    private static ContainerDefinition Fill(ContainerDefinition container, string mode) => container with
    {
        Cpu = container.Cpu ?? 0,
        Essential = container.Essential ?? true,
        PortMappings = [.. (container.PortMappings ?? []).Select(port => Fill(port, mode))],
        Links = container.Links ?? [],
        DependsOn = Said(container.DependsOn),
        RestartPolicy = container.RestartPolicy is { } policy ? RestartRules.Fill(policy) : null,
        HealthCheck = container.HealthCheck is { } check ? HealthCheckRules.Fill(check) : null,
        Environment = [.. (container.Environment ?? []).Select(e => e with { Value = e.Value ?? "" })],
        // No words are the image's own words: to Docker, an empty list and none are the same.
        Command = container.Command is { Count: > 0 } ? container.Command : null,
        EntryPoint = container.EntryPoint is { Count: > 0 } ? container.EntryPoint : null,
        VersionConsistency = Said(container.VersionConsistency),
        Hostname = Said(container.Hostname),
        User = Said(container.User),
        WorkingDirectory = Said(container.WorkingDirectory),
        DnsServers = Said(container.DnsServers),
        DnsSearchDomains = Said(container.DnsSearchDomains),
        ExtraHosts = Said(container.ExtraHosts),
        DockerSecurityOptions = Said(container.DockerSecurityOptions),
        DockerLabels = container.DockerLabels is { Count: > 0 } ? container.DockerLabels : null,
        Ulimits = Said(container.Ulimits),
        SystemControls = Said(container.SystemControls),
        MountPoints = Said(container.MountPoints),
        Secrets = Said(container.Secrets),
        EnvironmentFiles = Said(container.EnvironmentFiles) is { } files
            ? [.. files.Select(file => file with { Type = Said(file.Type) ?? SecretRules.FileType })]
            : null,
        VolumesFrom = Said(container.VolumesFrom),
    };

    private static string? Said(string? text) => text is "" ? null : text;

    private static int? Said(int? port) => port is 0 ? null : port;

    private static IReadOnlyList<T>? Said<T>(IReadOnlyList<T>? items) => items is { Count: > 0 } ? items : null;

    private static PortMapping Fill(PortMapping mapping, string mode)
    {
        var said = mapping with
        {
            Protocol = mapping.Protocol ?? Protocol,
            ContainerPortRange = Said(mapping.ContainerPortRange),
            Name = Said(mapping.Name),
            AppProtocol = Said(mapping.AppProtocol),
        };

        // A range has no single port: 0 is what clients send for none. One that cannot be read stays as it is.
        return said.ContainerPortRange is { } range
            ? said with
            {
                ContainerPort = Said(said.ContainerPort),
                HostPort = Said(said.HostPort),
                ContainerPortRange = PortRange.TryParse(range, out var ports) ? $"{ports}" : range,
            }
            : said with { HostPort = Said(said.HostPort) ?? HostPortOf(said, mode) };
    }

    // On the machine's own network there is nothing to choose: the container's port is the machine's.
    private static int HostPortOf(PortMapping mapping, string mode) =>
        mode is NetworkModes.Host ? mapping.ContainerPort ?? 0 : 0;

    // An empty host beside a volume of Docker's asks for nothing.
    private static Volume Fill(Volume volume) => volume with
    {
        Host = Said(volume.Host?.SourcePath) is { } source ? new HostVolume { SourcePath = source }
            : volume.DockerVolumeConfiguration is null ? new HostVolume() : null,
        DockerVolumeConfiguration = volume.DockerVolumeConfiguration is { } docker ? Fill(docker) : null,
    };

    private static DockerVolumeConfiguration Fill(DockerVolumeConfiguration docker) => docker with
    {
        Scope = Said(docker.Scope) ?? VolumeScopes.Task,
        Driver = Said(docker.Driver) ?? "local",
        DriverOpts = docker.DriverOpts is { Count: > 0 } ? docker.DriverOpts : null,
        Labels = docker.Labels is { Count: > 0 } ? docker.Labels : null,
    };
}
