using System.Globalization;
using Ecs.Contracts.Commands;
using static Ecs.Contracts.Commands.CommandError;

namespace Ecs.Rules.ContainerInstances;

/// <summary>Reads the resources of a registration that no Agent has sent.</summary>
internal static class AddedResources
{
    /// <summary>The most ports that are reserved on one instance, of either protocol, as in ECS.</summary>
    private const int MaxPorts = 100;

    private const string Field = "totalResources";

    /// <summary>The resources; null with what is wrong where they cannot be read.</summary>
    public static InstanceResources? Read(IReadOnlyList<ReportedResource?>? resources, out CommandError? broken)
    {
        var found = new Dictionary<string, ReportedResource>(StringComparer.Ordinal);
        for (var i = 0; i < resources?.Count; i++)
        {
            broken = Broken(resources[i], $"{Field}[{i}]");
            if (broken is not null) return null;

            if (!found.TryAdd(resources[i]!.Name!, resources[i]!))
            {
                broken = Wrong($"{Field}[{i}].name", "must not be given twice");
                return null;
            }
        }

        broken = found.ContainsKey("CPU") && found.ContainsKey("MEMORY")
            ? null
            : Wrong(Field, "must hold CPU and MEMORY");
        return broken is not null
            ? null
            : new InstanceResources
            {
                Cpu = found["CPU"].IntegerValue!.Value,
                Memory = found["MEMORY"].IntegerValue!.Value,
                Ports = Ports(found, "PORTS"),
                PortsUdp = Ports(found, "PORTS_UDP"),
            };
    }

    private static CommandError? Broken(ReportedResource? resource, string path) => resource switch
    {
        null => Wrong(path, "must be a resource"),
        { Name: "CPU" or "MEMORY" } => resource switch
        {
            { Type: not (null or "INTEGER") } => Wrong($"{path}.type", "must be INTEGER"),
            { IntegerValue: null or < 1 } => Wrong($"{path}.integerValue", "must be at least 1"),
            _ => null,
        },
        { Name: "PORTS" or "PORTS_UDP" } => resource switch
        {
            { Type: not (null or "STRINGSET") } => Wrong($"{path}.type", "must be STRINGSET"),
            { StringSetValue.Count: > MaxPorts } => Wrong($"{path}.stringSetValue", $"must be at most {MaxPorts}"),
            { StringSetValue: { } ports } when !ports.All(port => Port(port) is not null) =>
                Wrong($"{path}.stringSetValue", "must hold ports, 1 to 65535"),
            _ => null,
        },
        _ => Wrong($"{path}.name", "must be CPU, MEMORY, PORTS or PORTS_UDP"),
    };

    private static IReadOnlyList<int> Ports(Dictionary<string, ReportedResource> found, string name) =>
        [.. (found.GetValueOrDefault(name)?.StringSetValue ?? []).Select(port => Port(port)!.Value).Distinct().Order()];

    private static int? Port(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? port
            : null;
}
