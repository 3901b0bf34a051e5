using System.Globalization;
using System.Text.Json;
using Ecs.Contracts;

namespace Ecs.Auditor.Comparing;

/// <summary>Compares two things member by member, as their JSON is.</summary>
internal static class FieldChanges
{
    /// <summary>The members that differ, by path in ordinal order.</summary>
    /// <param name="before">What it was; null where it was not there.</param>
    /// <param name="after">What it is; null where it is gone.</param>
    /// <param name="passedOver">Members that say nothing, such as a version that always rises.</param>
    public static IReadOnlyList<FieldChange> Between(object? before, object? after, params string[] passedOver)
    {
        var (old, now) = (Flat(before), Flat(after));
        return
        [
            .. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Where(path => !passedOver.Contains(path))
                .Select(path => new FieldChange(path, old.GetValueOrDefault(path), now.GetValueOrDefault(path)))
                .Where(change => change.Before != change.After),
        ];
    }

    private static Dictionary<string, string> Flat(object? value)
    {
        var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
        if (value is not null)
        {
            Add(leaves, "", JsonSerializer.SerializeToElement(value, value.GetType(), EcsJson.Options));
        }

        return leaves;
    }

    private static void Add(Dictionary<string, string> leaves, string path, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().Any():
                foreach (var member in value.EnumerateObject())
                {
                    Add(leaves, path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value);
                }

                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                foreach (var (i, item) in value.EnumerateArray().Index())
                {
                    Add(leaves, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), item);
                }

                break;
            default:
                leaves[path] = value.GetRawText();
                break;
        }
    }
}
