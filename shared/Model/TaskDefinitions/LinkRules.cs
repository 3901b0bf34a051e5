using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>
/// The rules of links: each names another container of the task, as <c>name</c> or <c>name:alias</c>. That they do not
/// go round in a cycle is a rule of <see cref="StartOrder"/>.
/// </summary>
internal static class LinkRules
{
    /// <summary>What is wrong with the links, defaults filled in.</summary>
    public static IEnumerable<CommandError> Violations(IReadOnlyList<ContainerDefinition> containers)
    {
        for (var i = 0; i < containers.Count; i++)
        {
            foreach (var error in OfOne(containers, containers[i], $"containerDefinitions[{i}].links"))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<CommandError> OfOne(
        IReadOnlyList<ContainerDefinition> containers, ContainerDefinition container, string path)
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
            else if (containers.FirstOrDefault(other => other.Name == parts[0]) is not { } target)
            {
                yield return NameRules.Wrong(
                    $"The container '{container.Name}' links to '{parts[0]}', which is not in this task definition.",
                    field);
            }
            else if (target.DisableNetworking is true)
            {
                yield return NameRules.Wrong(
                    $"The container '{container.Name}' links to '{target.Name}', which has no network: its "
                    + "'disableNetworking' is true.",
                    field);
            }
            else if (!aliases.Add(parts[^1]))
            {
                yield return NameRules.Wrong(
                    $"The container '{container.Name}' has two links with the name '{parts[^1]}'.", field);
            }
        }
    }
}
