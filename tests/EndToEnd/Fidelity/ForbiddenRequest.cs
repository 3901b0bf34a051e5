using System.Globalization;
using System.Text.Json.Nodes;
using Ecs.Gateway.Tests.Model;

namespace Ecs.EndToEnd.Fidelity;

/// <summary>A request that is right but for one member.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Body">The request.</param>
/// <param name="Member">The member that is wrong, which the error is to name.</param>
/// <param name="Around">The paths of it and of what it stands in, as errors have them.</param>
/// <param name="Type">The error's type; null for any of the operation's.</param>
internal sealed record ForbiddenRequest(
    string Operation, string What, JsonObject Body, string Member, IReadOnlyList<string> Around, string? Type)
{
    private const string Nonsense = "NONSENSE";
    private const string Serialization = "SerializationException";
    private const string Instance = "00000000000000000000000000000000";
    private const string Cluster = "arn:aws:ecs:us-east-1:000000000000:cluster/default";

    // What the model does not require and the house needs to come to the wrong member: shapes and operations.
    private static readonly Dictionary<string, string> Sound = new(StringComparer.Ordinal)
    {
        ["RegisterTaskDefinition"] =
            """
            {"family": "walk", "containerDefinitions": [{"name": "a", "image": "b", "memory": 8},
             {"name": "b", "image": "b", "memory": 8}]}
            """,
        ["RunTask"] = """{"taskDefinition": "walk"}""",
        ["StartTask"] = $$"""{"taskDefinition": "walk", "containerInstances": ["{{Instance}}"]}""",
        ["UpdateContainerInstancesState"] = $$"""{"containerInstances": ["{{Instance}}"], "status": "DRAINING"}""",
        ["TagResource"] = $$"""{"resourceArn": "{{Cluster}}"}""",
        ["UntagResource"] = $$"""{"resourceArn": "{{Cluster}}"}""",
        ["PutAttributes"] = $$"""{"attributes": [{"name": "a", "targetId": "{{Instance}}"}]}""",
        ["DeleteAttributes"] = $$"""{"attributes": [{"name": "a", "targetId": "{{Instance}}"}]}""",
        ["PutClusterCapacityProviders"] =
            """{"cluster": "default", "capacityProviders": [], "defaultCapacityProviderStrategy": []}""",
        ["RegisterContainerInstance"] =
            """
            {"totalResources": [{"name": "CPU", "type": "INTEGER", "integerValue": 1024},
             {"name": "MEMORY", "type": "INTEGER", "integerValue": 1024}]}
            """,
    };

    // What a structure needs beside the wrong member, where the model does not require it or the house knows better.
    private static readonly Dictionary<string, string> SoundShapes = new(StringComparer.Ordinal)
    {
        ["ClusterSetting"] = """{"name": "containerInsights", "value": "enabled"}""",
        ["ContainerDependency"] = """{"containerName": "b", "condition": "START"}""",
        ["ContainerOverride"] = """{"name": "a"}""",
        ["Device"] = """{"hostPath": "/dev/null"}""",
        ["EnvironmentFile"] = """{"value": "a.env", "type": "file"}""",
        ["HealthCheck"] = """{"command": ["CMD", "true"]}""",
        ["PlacementConstraint"] = """{"type": "memberOf"}""",
        ["PortMapping"] = """{"containerPort": 80}""",
        ["SystemControl"] = """{"namespace": "net.core.somaxconn", "value": "1"}""",
        ["Tmpfs"] = """{"containerPath": "/t", "size": 1}""",
        ["Volume"] = """{"name": "v"}""",
    };

    /// <summary>The definition that requests name.</summary>
    public static JsonNode Definition => JsonNode.Parse(Sound["RegisterTaskDefinition"])!;

    public override string ToString() => $"{Operation} {What} in {Body.ToJsonString()}";

    /// <summary>Everything that the model forbids of an operation's requests.</summary>
    public static IEnumerable<ForbiddenRequest> Of(string operation)
    {
        var input = EcsModel.Input(operation);
        var sound = Sound.TryGetValue(operation, out var text) ? JsonNode.Parse(text)!.AsObject() : [];
        foreach (var required in input.Required)
        {
            var body = Merged(sound, input);
            body.Remove(required);
            yield return new(operation, $"{required} is missing", body, required, [required], null);
        }

        foreach (var (path, shape) in Paths(input, [], []))
        {
            foreach (var (value, why, type) in Forbidden(shape))
            {
                var body = Merged(sound, input);
                Put(body, input, path, value);
                yield return new(operation, $"{string.Join('.', path)} {why}", body, Bare(path[^1]), Enclosing(path), type);
            }
        }
    }

    /// <summary>A request of the house's own making, with one member that is wrong.</summary>
    public static ForbiddenRequest With(string operation, string path, JsonNode value)
    {
        string[] parts = path.Split('.');
        var input = EcsModel.Input(operation);
        var body = Merged(Sound.TryGetValue(operation, out var text) ? JsonNode.Parse(text)!.AsObject() : [], input);
        Put(body, input, parts, value);
        return new(operation, path, body, Bare(parts[^1]), Enclosing(parts), null);
    }

    private static IEnumerable<(JsonNode Value, string Why, string? Type)> Forbidden(EcsShape shape)
    {
        yield return (shape.Type is "string" ? 7 : "text", $"is no {shape.Type}", Serialization);
        if (shape.Enum.Count > 0) yield return (Nonsense, $"is no word of {shape.Name}", null);
        switch (shape.Type)
        {
            case "string":
                if (shape.Most is { } longest) yield return (new string('x', (int)longest + 1), $"is longer than {longest}", null);
                if (shape.Least is > 0) yield return ("", "is empty", null);
                if (shape.Pattern is not null) yield return ("\u0001", $"is not {shape.Pattern}", null);
                break;
            case "list":
                if (shape.Most is { } most)
                {
                    yield return (
                        new JsonArray([.. Enumerable.Range(0, (int)most + 1).Select(i => Right(EcsModel.Shape(shape.Item), i))]),
                        $"has more than {most}", null);
                }

                break;
            case "integer":
                if (shape.Most < int.MaxValue) yield return ((int)shape.Most + 1, $"is above {shape.Most}", null);
                if (shape.Least is { } least) yield return ((int)least - 1, $"is below {least}", null);
                break;
        }
    }

    // The least that a shape takes.
    private static JsonNode Right(EcsShape shape, int number = 0) => shape.Type switch
    {
        "structure" when SoundShapes.TryGetValue(shape.Name, out var sound) => JsonNode.Parse(sound)!,
        "structure" => new JsonObject(shape.Members.Where(member => shape.Required.Contains(member.Key) || shape.Name is "Tag")
            .Select(member => KeyValuePair.Create(member.Key, (JsonNode?)Right(EcsModel.Shape(member.Value), number)))),
        "list" => new JsonArray(Right(EcsModel.Shape(shape.Item), number)),
        "map" => new JsonObject(),
        "boolean" => true,
        "string" when shape.Enum.Count > 0 => shape.Enum[0],
        "string" => string.Create(CultureInfo.InvariantCulture, $"a{number}"),
        _ => Math.Max(1, (int)(shape.Least ?? 1)),
    };

    private static JsonObject Merged(JsonObject sound, EcsShape input)
    {
        var body = Right(input).AsObject();
        foreach (var (name, value) in sound) body[name] = value!.DeepClone();
        return body;
    }

    // Puts a value at a path, and around it what the shapes there require.
    private static void Put(JsonObject body, EcsShape shape, ReadOnlySpan<string> path, JsonNode value)
    {
        var name = Bare(path[0]);
        var depth = path[0].Split("[]").Length - 1;
        var inner = EcsModel.Shape(shape.Members.Single(member => member.Key == name).Value);
        for (var i = 0; i < depth; i++) inner = EcsModel.Shape(inner.Item);
        if (path.Length > 1)
        {
            var within = (Within(body[name], depth) ?? Right(inner)).DeepClone().AsObject();
            Put(within, inner, path[1..], value);
            value = within;
        }

        for (var i = 0; i < depth; i++) value = First(value, i == depth - 1 ? body[name] as JsonArray : null);
        body[name] = value;
    }

    private static JsonArray First(JsonNode value, JsonArray? before) =>
        [value, .. (before ?? []).Skip(1).Select(item => item?.DeepClone())];

    private static JsonNode? Within(JsonNode? value, int depth)
    {
        for (var i = 0; i < depth; i++) value = (value as JsonArray)?.FirstOrDefault();
        return value;
    }

    // Every member of every depth; a shape that holds itself is gone into once.
    private static IEnumerable<(string[] Path, EcsShape Shape)> Paths(EcsShape shape, string[] path, HashSet<string> inside)
    {
        foreach (var (member, of) in shape.Members)
        {
            var (name, inner) = (member, EcsModel.Shape(of));
            yield return ([.. path, name], inner);
            while (inner.Type is "list")
            {
                inner = EcsModel.Shape(inner.Item);
                name += "[]";
                if (inner.Type is not "structure") yield return ([.. path, name], inner);
            }

            if (inner.Type is not "structure" || !inside.Add(inner.Name)) continue;

            foreach (var deeper in Paths(inner, [.. path, name], inside)) yield return deeper;
        }
    }

    private static string Bare(string name) => name.Replace("[]", "", StringComparison.Ordinal);

    private static string[] Enclosing(string[] path) =>
        [.. Enumerable.Range(1, path.Length).SelectMany(count =>
        {
            var said = string.Join('.', path[..count]).Replace("[]", "[0]", StringComparison.Ordinal);
            return new[] { said, said.EndsWith("[0]", StringComparison.Ordinal) ? said[..^3] : said };
        })];
}
