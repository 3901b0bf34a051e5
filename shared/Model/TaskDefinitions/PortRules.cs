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
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < containers.Count; i++)
        {
            var mappings = containers[i].PortMappings ?? [];
            var all = $"containerDefinitions[{i}].portMappings";
            foreach (var error in PortRangeRules.Together(mappings, all)) yield return error;

            for (var j = 0; j < mappings.Count; j++)
            {
                var path = $"{all}[{j}]";
                foreach (var error in Alone(mappings[j], path)) yield return error;
                if (Name(mappings[j].Name, names, $"{path}.name") is { } wrong) yield return wrong;

                if (mappings[j].HostPort is not (> 0 and var port)) continue;
                if (taken.TryAdd((port, mappings[j].Protocol), containers[i].Name)) continue;

                yield return NameRules.Wrong(
                    $"The host port {port}/{mappings[j].Protocol} is used twice, by the containers "
                    + $"'{taken[(port, mappings[j].Protocol)]}' and '{containers[i].Name}'.",
                    $"{path}.hostPort");
            }
        }
    }

    private static CommandError? Name(string? name, HashSet<string> names, string field)
    {
        if (name is null) return null;

        if (name.Length > Limits.MaxPortNameCharacters || name[0] is '-'
            || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-'))
        {
            return NameRules.Wrong(
                $"The name of a port mapping must be of at most {Limits.MaxPortNameCharacters} lowercase letters, "
                + "digits, underscores and hyphens, and not begin with a hyphen.",
                field);
        }

        return names.Add(name) ? null : NameRules.Wrong(
            $"The name '{name}' of a port mapping is used twice; it must be unique in its task definition.", field);
    }

    private static IEnumerable<CommandError> Alone(PortMapping mapping, string path)
    {
        if (mapping.ContainerPortRange is { } range)
        {
            foreach (var error in PortRangeRules.Alone(mapping, range, path)) yield return error;
        }
        else if (mapping.ContainerPort is not (>= 1 and <= Limits.MaxPort))
        {
            yield return NameRules.Wrong(
                $"'containerPort' must be from 1 to {Limits.MaxPort}.", $"{path}.containerPort");
        }

        if (mapping.HostPort is < 0 or > Limits.MaxPort)
        {
            yield return NameRules.Wrong(
                $"'hostPort' must be from 0, which lets Docker choose, to {Limits.MaxPort}.", $"{path}.hostPort");
        }

        if (mapping.AppProtocol is not (null or "http" or "http2" or "grpc"))
        {
            yield return NameRules.Wrong("'appProtocol' must be 'http', 'http2' or 'grpc'.", $"{path}.appProtocol");
        }

        if (mapping.Protocol is not ("tcp" or "udp"))
        {
            yield return NameRules.Wrong("'protocol' must be 'tcp' or 'udp'.", $"{path}.protocol");
        }
    }
}
