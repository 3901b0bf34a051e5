using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of port ranges, as ECS has them: each container has ports of its own on the bridge.</summary>
internal static class PortRangeRules
{
    /// <summary>What is wrong with a mapping that gives a range, defaults filled in.</summary>
    public static IEnumerable<CommandError> Alone(PortMapping mapping, string range, string path)
    {
        if (!PortRange.TryParse(range, out _))
        {
            yield return NameRules.Wrong(
                $"'containerPortRange' must be 'first-last', two ports from 1 to {Limits.MaxPort} of which the first "
                + "is the lower.",
                $"{path}.containerPortRange");
        }

        if (mapping.ContainerPort is not null)
        {
            yield return NameRules.Wrong(
                "'containerPort' must be left out where 'containerPortRange' is given.", $"{path}.containerPort");
        }

        if (mapping.HostPort is not null)
        {
            yield return NameRules.Wrong(
                "'hostPort' must be left out where 'containerPortRange' is given: the Agent finds ports that are free.",
                $"{path}.hostPort");
        }
    }

    /// <summary>
    /// What is wrong with a container's ranges beside each other and beside its single ports: a port of a range is in
    /// no other mapping, whatever the protocol.
    /// </summary>
    public static IEnumerable<CommandError> Together(IReadOnlyList<PortMapping> mappings, string path)
    {
        var ranges = mappings.Count(mapping => mapping.ContainerPortRange is not null);
        if (ranges == 0) yield break;

        if (ranges > Limits.MaxPortRanges)
        {
            yield return NameRules.Wrong(
                $"'portMappings' has {ranges} port ranges; at most {Limits.MaxPortRanges} are allowed.", path);
            yield break;
        }

        var before = new List<(PortRange Ports, bool IsRange)>();
        foreach (var (index, mapping) in mappings.Index())
        {
            if (Ports(mapping) is not { } ports) continue;

            var isRange = mapping.ContainerPortRange is not null;
            if (before.Any(other => (isRange || other.IsRange) && other.Ports.Overlaps(ports)))
            {
                var (member, what) = isRange ? ("containerPortRange", $"{ports}") : ("containerPort", $"{ports.First}");
                yield return NameRules.Wrong(
                    $"'{member}' {what} has a port that another mapping of the container has: a port of a range can be "
                    + "in one port mapping of a container only.",
                    $"{path}[{index}].{member}");
            }

            before.Add((ports, isRange));
        }
    }

    private static PortRange? Ports(PortMapping mapping) => mapping switch
    {
        { ContainerPortRange: { } text } => PortRange.TryParse(text, out var range) ? range : null,
        { ContainerPort: { } port } => new PortRange(port, port),
        _ => null,
    };
}
