using System.Reflection;
using System.Text.Json;

namespace Ecs.Gateway.Tests.Model;

/// <summary>One shape of ECS's service model.</summary>
internal sealed record EcsShape(string Name, JsonElement Facts)
{
    public string Type => Facts.GetProperty("type").GetString()!;

    /// <summary>A structure's members and their shapes' names, in the model's order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Members => Facts.TryGetProperty("members", out var members)
        ? [.. members.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value.GetString()!))]
        : [];

    public IReadOnlyList<string> Required => Texts("required");

    public IReadOnlyList<string> Enum => Texts("enum");

    /// <summary>The least length, count or number; null where the model names none.</summary>
    public double? Least => Number("min");

    /// <summary>The greatest length, count or number; null where the model names none.</summary>
    public double? Most => Number("max");

    /// <summary>What a text must match; null where the model names nothing.</summary>
    public string? Pattern => Facts.TryGetProperty("pattern", out var pattern) ? pattern.GetString() : null;

    /// <summary>What a list or a map holds.</summary>
    public string Item => (Facts.TryGetProperty("member", out var item) ? item : Facts.GetProperty("value")).GetString()!;

    private double? Number(string name) => Facts.TryGetProperty(name, out var number) ? number.GetDouble() : null;

    private IReadOnlyList<string> Texts(string name) => Facts.TryGetProperty(name, out var list)
        ? [.. list.EnumerateArray().Select(text => text.GetString()!)]
        : [];
}

/// <summary>
/// ECS's service model without its prose (<c>ecs.json</c>, made by <c>strip.py</c> from botocore's), and whether a reply
/// is as it says.
/// </summary>
internal static class EcsModel
{
    private static readonly JsonElement Model = Load();

    // What this house tells beyond ECS; clients pass over members that they do not know.
    public static readonly IReadOnlySet<string> Own = new HashSet<string> { "versionLabel", "digest" };

    // Words of this house where ECS's own need a cloud: files of variables are in the Agent's directory, and not in S3.
    private static readonly HashSet<(string Shape, string Word)> OwnWords =
        [("EnvironmentFileType", "file")];

    /// <summary>Members of a result's type that its operation never fills in: two operations share the type.</summary>
    public static readonly IReadOnlySet<string> Unused = new HashSet<string> { "DeregisterTaskDefinition.tags" };

    public static IReadOnlyList<string> Operations { get; } =
        [.. Model.GetProperty("operations").EnumerateObject().Select(operation => operation.Name)];

    public static EcsShape Input(string operation) => Of(operation, "input");

    public static EcsShape Output(string operation) => Of(operation, "output");

    /// <summary>The error types that the model has for an operation.</summary>
    public static IReadOnlyList<string> Errors(string operation) =>
        [.. Operation(operation).GetProperty("errors").EnumerateArray().Select(error => error.GetString()!)];

    public static EcsShape Shape(string name) => new(name, Model.GetProperty("shapes").GetProperty(name));

    /// <summary>What is wrong with a reply of an operation; nothing where it is as the model says.</summary>
    public static IEnumerable<string> Wrong(string operation, JsonElement reply) =>
        Wrong(Output(operation), reply, operation);

    private static IEnumerable<string> Wrong(EcsShape shape, JsonElement value, string path)
    {
        switch (shape.Type)
        {
            case "structure" when value.ValueKind is JsonValueKind.Object:
                var members = shape.Members.ToDictionary();
                return value.EnumerateObject().SelectMany(member => members.TryGetValue(member.Name, out var of)
                    ? Wrong(Shape(of), member.Value, $"{path}.{member.Name}")
                    : Own.Contains(member.Name) ? [] : [$"{path}.{member.Name} is no member of {shape.Name}"]);

            case "list" when value.ValueKind is JsonValueKind.Array:
                return value.EnumerateArray().SelectMany(item => Wrong(Shape(shape.Item), item, path + "[]"));

            case "map" when value.ValueKind is JsonValueKind.Object:
                return value.EnumerateObject()
                    .SelectMany(entry => Wrong(Shape(shape.Item), entry.Value, $"{path}.{entry.Name}"));

            case "string" when value.ValueKind is JsonValueKind.String:
                return shape.Enum.Count == 0 || shape.Enum.Contains(value.GetString()!)
                    || OwnWords.Contains((shape.Name, value.GetString()!))
                    ? []
                    : [$"{path}: '{value.GetString()}' is not one of {string.Join(", ", shape.Enum)}"];

            case "integer" when value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out _):
            case "long" when value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _):
            case "float" or "double" or "timestamp" when value.ValueKind is JsonValueKind.Number:
            case "boolean" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return [];

            default:
                return [$"{path} is {value.ValueKind}, and a {shape.Type} in the model"];
        }
    }

    private static EcsShape Of(string operation, string side) => Shape(Operation(operation).GetProperty(side).GetString()!);

    private static JsonElement Operation(string name) => Model.GetProperty("operations").GetProperty(name);

    private static JsonElement Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var stream = assembly.GetManifestResourceStream("ecs-model.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
