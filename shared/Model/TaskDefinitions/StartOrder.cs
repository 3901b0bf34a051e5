using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>
/// The order in which a task's containers are started, which links, volumes from others and <c>dependsOn</c> make
/// together: there must be one that can be started first.
/// </summary>
internal static class StartOrder
{
    /// <summary>The containers that come before this one, and the member that says so.</summary>
    public static IEnumerable<(string Name, string Member)> Before(ContainerDefinition container) =>
        (container.Links ?? []).Select(link => (link.Split(':')[0], "links"))
            .Concat((container.VolumesFrom ?? []).Select(from => (from.SourceContainer ?? "", "volumesFrom")))
            .Concat((container.DependsOn ?? []).Select(d => (d.ContainerName ?? "", "dependsOn")));

    /// <summary>The cycle that the containers wait in, if there is one.</summary>
    public static IEnumerable<CommandError> Violations(IReadOnlyList<ContainerDefinition> containers)
    {
        if (Cycle(containers) is not { } cycle) yield break;

        var members = cycle.Select(step => step.Member).Distinct().ToList();
        var what = members is ["links"] ? "The links form a cycle"
            : members is [var one] ? $"'{one}' forms a cycle"
            : $"{string.Join(" and ", members.Select(m => $"'{m}'"))} form a cycle";

        // A link is the older habit: where there is another member, that is what closed the cycle.
        var named = cycle.Find(step => step.Member != "links") is { Name: not null } other ? other : cycle[0];
        var index = containers.Index().First(c => c.Item.Name == named.Name).Index;
        yield return NameRules.Wrong(
            $"{what}, so that no container could be started first: "
            + $"{string.Join(" -> ", cycle.Select(step => step.Name).Append(cycle[0].Name))}.",
            $"containerDefinitions[{index}].{named.Member}");
    }

    /// <summary>The names along a cycle, each with the member that leads on; null where there is none.</summary>
    private static List<(string Name, string Member)>? Cycle(IReadOnlyList<ContainerDefinition> containers)
    {
        var before = containers
            .DistinctBy(container => container.Name)
            .ToDictionary(c => c.Name ?? "", c => Before(c).ToList(), StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);

        return before.Keys.Select(name => Walk(name, [])).FirstOrDefault(cycle => cycle is not null);

        List<(string Name, string Member)>? Walk(string name, List<(string Name, string Member)> way)
        {
            if (way.FindIndex(step => step.Name == name) is >= 0 and var start) return way[start..];

            // What is not there is another rule's to tell.
            if (!done.Add(name) || !before.TryGetValue(name, out var steps)) return null;

            foreach (var (next, member) in steps)
            {
                way.Add((name, member));
                if (Walk(next, way) is { } cycle) return cycle;

                way.RemoveAt(way.Count - 1);
            }

            return null;
        }
    }
}
