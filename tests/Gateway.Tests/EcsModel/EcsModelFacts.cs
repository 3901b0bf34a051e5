using System.Text.Json;

namespace Ecs.Gateway.Tests.EcsModel;

/// <summary>
/// What ECS's own service model says, taken from botocore: names of operations, members and timestamps.
/// </summary>
internal static class EcsModelFacts
{
    private static readonly JsonDocument Facts = Load();

    public static IReadOnlyList<string> Operations { get; } =
        [.. Facts.RootElement.GetProperty("operations").EnumerateArray().Select(name => name.GetString()!)];

    /// <summary>
    /// Paths of an operation's input members, such as <c>containerDefinitions[].cpu</c>, with their types.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Inputs(string operation) =>
        Facts.RootElement.GetProperty("inputs").GetProperty(operation).Deserialize<Dictionary<string, string>>()!;

    public static IReadOnlyList<string> Timestamps(string operation) =>
        Facts.RootElement.GetProperty("timestamps").GetProperty(operation).Deserialize<List<string>>()!;

    private static JsonDocument Load()
    {
        var assembly = typeof(EcsModelFacts).Assembly;
        var name = assembly.GetManifestResourceNames().Single(name => name.EndsWith("ecs-2014-11-13.json", StringComparison.Ordinal));
        using var stream = assembly.GetManifestResourceStream(name)!;
        return JsonDocument.Parse(stream);
    }
}
