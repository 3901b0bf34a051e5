using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>
/// The rules of links: each names another container of the task, as <c>name</c> or <c>name:alias</c>, and they have an
/// order in which the containers can be started.
/// </summary>
internal static class LinkRules
{
    /// <summary>What is wrong with the links, defaults filled in.</summary>
    public static IEnumerable<CommandError> Violations(IReadOnlyList<ContainerDefinition> containers)
    {
        var names = containers.Select(container => container.Name).ToHashSet(StringComparer.Ordinal);
        var found = false;
        for (var i = 0; i < containers.Count; i++)
        {
            foreach (var error in OfOne(containers[i], names, $"containerDefinitions[{i}].links"))
            {
                found = true;
                yield return error;
            }
        }

        if (!found && Cycle(Edges(containers)) is { } cycle)
        {
            yield return NameRules.Wrong(
                $"The links form a cycle, so that no container could be started first: {string.Join(" -> ", cycle)}.",
                $"containerDefinitions[{containers.Index().First(c => c.Item.Name == cycle[0]).Index}].links");
        }
    }

    private static IEnumerable<CommandError> OfOne(ContainerDefinition container, HashSet<string?> names, string path)
    {
        var aliases = new HashSet<string>(StringComparer.Ordinal);
        var links = container.Links ?? [];
        for (var i = 0; i < links.Count; i++)
        {
            var field = $"{path}[{i}]";
            var parts = links[i].Split(':');
            if (parts.Length > 2 || parts.Any(part => NameRules.Check(part, "Link", field) is not null))
            {
                yield return NameRules.Wrong(
                    $"A link of container '{container.Name}' must be 'name' or 'name:alias', each of 1 to "
                    + $"{NameRules.MaxLength} letters, digits, hyphens and underscores.",
                    field);
            }
            else if (parts[0] == container.Name)
            {
                yield return NameRules.Wrong($"The container '{container.Name}' links to itself.", field);
            }
            else if (!names.Contains(parts[0]))
            {
                yield return NameRules.Wrong(
                    $"The container '{container.Name}' links to '{parts[0]}', which is not in this task definition.",
                    field);
            }
            else if (!aliases.Add(parts[^1]))
            {
                yield return NameRules.Wrong(
                    $"The container '{container.Name}' has two links with the name '{parts[^1]}'.", field);
            }
        }
    }

    private static Dictionary<string, List<string>> Edges(IReadOnlyList<ContainerDefinition> containers) => containers
        .DistinctBy(container => container.Name)
        .ToDictionary(c => c.Name ?? "", c => (c.Links ?? []).Select(link => link.Split(':')[0]).ToList());

    /// <summary>A cycle as the names along it, the first one again at the end; null where there is none.</summary>
    /// <param name="links">For each name those that come before it; all of them have an entry.</param>
    public static List<string?>? Cycle(IReadOnlyDictionary<string, List<string>> links)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);

        return links.Keys.Select(name => Walk(name, [])).FirstOrDefault(cycle => cycle is not null);

        List<string?>? Walk(string name, List<string?> way)
        {
            if (way.IndexOf(name) is >= 0 and var start) return [.. way[start..], name];
            if (!done.Add(name)) return null;

            way.Add(name);
            var cycle = links[name].Select(next => Walk(next, way)).FirstOrDefault(found => found is not null);
            way.RemoveAt(way.Count - 1);
            return cycle;
        }
    }
}
