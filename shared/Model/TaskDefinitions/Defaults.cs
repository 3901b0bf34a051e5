using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>
/// What is meant where nothing is said. Two registrations are the same when they are equal after this, so each meaning
/// has one form. Filling in twice is as filling in once.
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
    });

    /// <summary>The same content with everything said. A task's amount that cannot be read stays as it is.</summary>
    public static TaskDefinitionContent Fill(TaskDefinitionContent content) => content with
    {
        ContainerDefinitions = [.. content.ContainerDefinitions.Select(Fill)],
        Cpu = content.Cpu is { } cpu ? TaskAmounts.NormaliseCpu(cpu) : null,
        Memory = content.Memory is { } memory ? TaskAmounts.NormaliseMemory(memory) : null,
        PlacementConstraints = content.PlacementConstraints is { Count: > 0 } constraints ? constraints : null,
    };

    private static ContainerDefinition Fill(ContainerDefinition container) => container with
    {
        Cpu = container.Cpu ?? 0,
        Essential = container.Essential ?? true,
        PortMappings = [.. (container.PortMappings ?? []).Select(Fill)],
        Links = container.Links ?? [],
        Environment = [.. (container.Environment ?? []).Select(e => e with { Value = e.Value ?? "" })],
        // No words are the image's own words: to Docker, an empty list and none are the same.
        Command = container.Command is { Count: > 0 } ? container.Command : null,
        EntryPoint = container.EntryPoint is { Count: > 0 } ? container.EntryPoint : null,
        Hostname = Said(container.Hostname),
        User = Said(container.User),
        WorkingDirectory = Said(container.WorkingDirectory),
        DisableNetworking = Said(container.DisableNetworking),
        ReadonlyRootFilesystem = Said(container.ReadonlyRootFilesystem),
        Interactive = Said(container.Interactive),
        PseudoTerminal = Said(container.PseudoTerminal),
        DnsServers = Said(container.DnsServers),
        DnsSearchDomains = Said(container.DnsSearchDomains),
        ExtraHosts = Said(container.ExtraHosts),
        DockerSecurityOptions = Said(container.DockerSecurityOptions),
        DockerLabels = container.DockerLabels is { Count: > 0 } ? container.DockerLabels : null,
        Ulimits = Said(container.Ulimits),
        SystemControls = Said(container.SystemControls),
    };

    private static string? Said(string? text) => text is "" ? null : text;

    private static bool? Said(bool? truth) => truth is true ? true : null;

    private static IReadOnlyList<T>? Said<T>(IReadOnlyList<T>? items) => items is { Count: > 0 } ? items : null;

    private static PortMapping Fill(PortMapping mapping) =>
        mapping with { HostPort = mapping.HostPort ?? 0, Protocol = mapping.Protocol ?? Protocol };
}
