using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of port mappings, over all containers: they share the ports of one instance.</summary>
internal static class PortRules
{
    /// <summary>What is wrong with the port mappings, defaults filled in.</summary>
    public static IEnumerable<CommandError> Violations(IReadOnlyList<ContainerDefinition> containers)
    {
        var taken = new Dictionary<(int Port, string? Protocol), string?>();
        for (var i = 0; i < containers.Count; i++)
        {
            var mappings = containers[i].PortMappings ?? [];
            for (var j = 0; j < mappings.Count; j++)
            {
                var path = $"containerDefinitions[{i}].portMappings[{j}]";
                foreach (var error in Alone(mappings[j], path)) yield return error;

                if (mappings[j].HostPort is not (> 0 and var port)) continue;
                if (taken.TryAdd((port, mappings[j].Protocol), containers[i].Name)) continue;

                yield return NameRules.Wrong(
                    $"The host port {port}/{mappings[j].Protocol} is used twice, by the containers "
                    + $"'{taken[(port, mappings[j].Protocol)]}' and '{containers[i].Name}'.",
                    $"{path}.hostPort");
            }
        }
    }

    private static IEnumerable<CommandError> Alone(PortMapping mapping, string path)
    {
        if (mapping.ContainerPort is not (>= 1 and <= Limits.MaxPort))
        {
            yield return NameRules.Wrong(
                $"'containerPort' must be from 1 to {Limits.MaxPort}.", $"{path}.containerPort");
        }

        if (mapping.HostPort is < 0 or > Limits.MaxPort)
        {
            yield return NameRules.Wrong(
                $"'hostPort' must be from 0, which lets Docker choose, to {Limits.MaxPort}.", $"{path}.hostPort");
        }

        if (mapping.Protocol is not ("tcp" or "udp"))
        {
            yield return NameRules.Wrong("'protocol' must be 'tcp' or 'udp'.", $"{path}.protocol");
        }
    }
}
