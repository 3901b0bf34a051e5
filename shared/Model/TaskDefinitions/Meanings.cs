using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>
/// What content asks for, each meaning in one form: what is said to be off is as what is not said. A revision shows
/// what was said; this is what is checked, what runs, and what two registrations are compared by. Twice is as once.
/// </summary>
internal static class Meanings
{
    /// <summary>The same content without what asks for nothing.</summary>
    /// <param name="content">Content whose defaults are filled in.</param>
    public static TaskDefinitionContent Of(TaskDefinitionContent content) => content with
    {
        ContainerDefinitions = [.. content.ContainerDefinitions.Select(Of)],
        Volumes = content.Volumes is { } volumes ? [.. volumes.Select(Of)] : null,
    };

    private static ContainerDefinition Of(ContainerDefinition container) => container with
    {
        StopTimeout = Asked(container.StopTimeout),
        StartTimeout = Asked(container.StartTimeout),
        RestartPolicy = container.RestartPolicy is { } policy && RestartRules.IsOff(policy)
            ? null
            : container.RestartPolicy,
        HealthCheck = container.HealthCheck is { } check ? Of(check) : null,
        DisableNetworking = Asked(container.DisableNetworking),
        ReadonlyRootFilesystem = Asked(container.ReadonlyRootFilesystem),
        Interactive = Asked(container.Interactive),
        PseudoTerminal = Asked(container.PseudoTerminal),
        Privileged = Asked(container.Privileged),
        MountPoints = container.MountPoints is { } points
            ? [.. points.Select(point => point with { ReadOnly = Asked(point.ReadOnly) })]
            : null,
        VolumesFrom = container.VolumesFrom is { } from
            ? [.. from.Select(source => source with { ReadOnly = Asked(source.ReadOnly) })]
            : null,

        LinuxParameters = container.LinuxParameters is { } linux ? Of(linux) : null,
    };

    // Not of 'initProcessEnabled': an engine may be set to run an init process where nothing is said.
    private static LinuxParameters? Of(LinuxParameters linux)
    {
        var asked = linux with { SharedMemorySize = Asked(linux.SharedMemorySize) };
        return asked == new LinuxParameters() ? null : asked;
    }

    private static HealthCheck? Of(HealthCheck check) =>
        HealthCheckRules.IsNone(check) ? null : check with { StartPeriod = Asked(check.StartPeriod) };

    private static Volume Of(Volume volume) => volume with
    {
        DockerVolumeConfiguration = volume.DockerVolumeConfiguration is { } docker
            ? docker with { Autoprovision = Asked(docker.Autoprovision) }
            : null,
    };

    private static int? Asked(int? amount) => amount is 0 ? null : amount;

    private static bool? Asked(bool? truth) => truth is true ? true : null;
}
