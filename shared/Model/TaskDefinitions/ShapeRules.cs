using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>
/// JSON lets a list hold null where C# does not expect one. What passes these rules can be read without looking again.
/// </summary>
internal static class ShapeRules
{
    /// <summary>Every null inside the lists of the containers, by its path.</summary>
    public static IEnumerable<CommandError> Violations(IReadOnlyList<ContainerDefinition> containers)
    {
        for (var i = 0; i < containers.Count; i++)
        {
            var path = $"containerDefinitions[{i}]";
            if (containers[i] is not { } container)
            {
                yield return Missing(path);
                continue;
            }

            foreach (var error in Nulls(container.PortMappings, $"{path}.portMappings")
                .Concat(Nulls(container.Links, $"{path}.links"))
                .Concat(Nulls(container.Environment, $"{path}.environment"))
                .Concat(Nulls(container.Command, $"{path}.command"))
                .Concat(Nulls(container.EntryPoint, $"{path}.entryPoint")))
            {
                yield return error;
            }
        }
    }

    /// <summary>Every null inside one list, by its path.</summary>
    public static IEnumerable<CommandError> Nulls<T>(IReadOnlyList<T>? items, string path)
        where T : class =>
        (items ?? []).Index().Where(entry => entry.Item is null).Select(entry => Missing($"{path}[{entry.Index}]"));

    private static CommandError Missing(string path) => NameRules.Wrong($"'{path}' should not be null.", path);
}
