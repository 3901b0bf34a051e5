using System.Text.Json.Nodes;
using Ecs.Cli.Endpoint;

namespace Ecs.Cli.Commands;

/// <summary>
/// Placement constraints and strategies from the command line: a type and, behind its first colon, what it is about,
/// as in <c>memberOf:attribute:zone == a</c> and <c>spread:attribute:zone</c>.
/// </summary>
internal static class Placing
{
    /// <summary>The <c>placementConstraints</c> of RunTask; null for none.</summary>
    /// <exception cref="UsageException">One that cannot be understood.</exception>
    public static JsonNode? Constraints(IReadOnlyList<string> texts) => List(texts, text => Split(text) switch
    {
        ("distinctInstance", null) => new JsonObject { ["type"] = "distinctInstance" },
        ("memberOf", { Length: > 0 } expression) => new JsonObject
        {
            ["type"] = "memberOf",
            ["expression"] = expression.TrimStart(),
        },
        _ => throw new UsageException(
            $"--placement-constraint '{text}': say distinctInstance or memberOf:EXPRESSION."),
    });

    /// <summary>The <c>placementStrategy</c> of RunTask, in their order; null for none.</summary>
    /// <exception cref="UsageException">One that cannot be understood.</exception>
    public static JsonNode? Strategies(IReadOnlyList<string> texts) => List(texts, text => Split(text) switch
    {
        ("random", null) => new JsonObject { ["type"] = "random" },
        ("binpack" or "spread", { Length: > 0 } field) => new JsonObject
        {
            ["type"] = Split(text).Type,
            ["field"] = field,
        },
        _ => throw new UsageException(
            $"--placement-strategy '{text}': say random, binpack:cpu, binpack:memory, spread:instanceId or "
            + "spread:attribute:NAME."),
    });

    private static JsonArray? List(IReadOnlyList<string> texts, Func<string, JsonObject> read) =>
        texts.Count == 0 ? null : new JsonArray([.. texts.Select(read)]);

    private static (string Type, string? About) Split(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0
            ? (text[..colon], text[(colon + 1)..])
            : (text, null);
}
