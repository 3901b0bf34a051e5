using System.Text.Json;
using Ecs.Contracts;
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

            var all = JsonSerializer.SerializeToElement(container, EcsJson.Options);
            foreach (var error in Nulls(all, path)) yield return error;
        }
    }

    /// <summary>Every null inside the list of volumes, by its path.</summary>
    public static IEnumerable<CommandError> Violations(IReadOnlyList<Volume>? volumes) =>
        volumes is null ? [] : Nulls(JsonSerializer.SerializeToElement(volumes, EcsJson.Options), "volumes");

    /// <summary>Every null inside one list, by its path.</summary>
    public static IEnumerable<CommandError> Nulls<T>(IReadOnlyList<T>? items, string path)
        where T : class =>
        (items ?? []).Index().Where(entry => entry.Item is null).Select(entry => Missing($"{path}[{entry.Index}]"));

    // A member that is null is not written at all: what is left stands in a list or is the value of a name.
    private static IEnumerable<CommandError> Nulls(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Null => [Missing(path)],
        JsonValueKind.Array => value.EnumerateArray().Index().SelectMany(i => Nulls(i.Item, $"{path}[{i.Index}]")),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(m => Nulls(m.Value, $"{path}.{m.Name}")),
        _ => [],
    };

    private static CommandError Missing(string path) => NameRules.Wrong($"'{path}' should not be null.", path);
}
