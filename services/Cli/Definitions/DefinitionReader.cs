using System.Text;
using System.Text.Json.Nodes;

namespace Ecs.Cli.Definitions;

/// <summary>
/// Reads definition files: as the seed article prints them (<c>containers</c>, <c>version</c>, comments, trailing
/// commas), as the AWS CLI takes them, as DescribeTaskDefinition prints them, and the short forms of one container or
/// a list of containers. Any text gives a definition or an error with its line.
/// </summary>
internal static class DefinitionReader
{
    public const string Family = "family";
    public const string VersionLabel = "versionLabel";
    private const string Version = "version";
    private const string Containers = "containers";
    private const string ContainerDefinitions = "containerDefinitions";
    private const string TaskDefinition = "taskDefinition";

    // What DescribeTaskDefinition adds to what was registered; it is no part of a definition.
    private static readonly string[] OutputOnly =
    [
        "taskDefinitionArn", "revision", "status", "compatibilities", "requiresAttributes", "digest",
        "registeredAt", "registeredBy", "deregisteredAt",
    ];

    /// <summary>Reads one file's text.</summary>
    public static (Definition? Definition, DefinitionError? Error) Read(string text)
    {
        var (json, error) = SeedJson.Clean(text.TrimStart('\uFEFF'));
        if (json is null) return (null, error);
        if (string.IsNullOrWhiteSpace(json)) return (null, new(1, "There is no definition here: the file is empty."));

        var bytes = Encoding.UTF8.GetBytes(json);
        (var lines, error) = JsonLines.Read(bytes);
        return lines is null ? (null, error) : Shape(JsonNode.Parse(bytes), lines);
    }

    private static (Definition? Definition, DefinitionError? Error) Shape(JsonNode? json, JsonLines lines) =>
        json switch
        {
            JsonArray list => (OfContainers(list, lines, path => Cut(path, ContainerDefinitions)), null),
            JsonObject file when IsOneContainer(file) => (
                OfContainers([file], lines, path => Cut(path, $"{ContainerDefinitions}[0]").TrimStart('.')), null),
            JsonObject file when file.Count == 1 && file[TaskDefinition] is JsonObject described =>
                OfTask(described, lines, $"{TaskDefinition}."),
            JsonObject file => OfTask(file, lines, ""),
            _ => (null, new(1, "A definition is an object: { \"family\": ..., \"containers\": [ ... ] }.")),
        };

    private static bool IsOneContainer(JsonObject file) =>
        file.ContainsKey("image") && !file.ContainsKey(Containers) && !file.ContainsKey(ContainerDefinitions);

    private static Definition OfContainers(JsonArray containers, JsonLines lines, Func<string, string> inFile) =>
        new(new JsonObject { [ContainerDefinitions] = containers.DeepClone() }, lines, inFile);

    private static (Definition? Definition, DefinitionError? Error) OfTask(
        JsonObject file, JsonLines lines, string prefix)
    {
        var body = (JsonObject)file.DeepClone();
        foreach (var member in OutputOnly) body.Remove(member);

        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (seed, ecs) in new[] { (Containers, ContainerDefinitions), (Version, VersionLabel) })
        {
            if (!body.Remove(seed, out var value)) continue;
            if (body.ContainsKey(ecs))
            {
                var line = lines.Find(prefix + seed);
                return (null, new(line, $"'{seed}' and '{ecs}' are the same thing: give one of them."));
            }

            body[ecs] = value;
            renamed[ecs] = seed;
        }

        return (new Definition(body, lines, InFile), null);

        string InFile(string path)
        {
            var end = path.IndexOfAny(['.', '[']);
            var first = end < 0 ? path : path[..end];
            return prefix + renamed.GetValueOrDefault(first, first) + path[first.Length..];
        }
    }

    private static string Cut(string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : path;
}
