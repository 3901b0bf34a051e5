using System.Net;
using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;
using Ecs.Gateway.Tests.Model;

namespace Ecs.EndToEnd.Fidelity;

/// <summary>
/// Walks ECS's model along every operation that the house says it has, and sends to the real services what the model
/// forbids: no required member, a word that is none of an enum's, a value of another type. Each is ECS's error, and names
/// what is wrong. That replies are as the model has them, <see cref="Clients.EcsApi"/> checks in every test.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class ModelWalk(CalmStack stack) : StackTest(stack)
{
    private const string Nonsense = "NONSENSE";

    // Beyond the types of an operation's own: those that every operation may answer with.
    private static readonly string[] Common =
        ["SerializationException", "ClientException", "InvalidParameterException", "ClusterNotFoundException"];

    // Members whose words the house does not hold to the model, and why not.
    private static readonly Dictionary<string, string> Free = new(StringComparer.Ordinal)
    {
        ["include[]"] = "a word that is not known selects nothing",
    };

    // What makes the rest of a request right, so that the one wrong word is what is told. An operation that is not here
    // is walked too, and may tell of a missing member first.
    private static readonly Dictionary<string, string> Sound = new(StringComparer.Ordinal)
    {
        ["RegisterTaskDefinition"] = """{"family": "walk", "containerDefinitions": [{"name": "a", "image": "b", "memory": 8}]}""",
        ["RunTask"] = """{"taskDefinition": "walk"}""",
        ["StartTask"] = """{"taskDefinition": "walk", "containerInstances": ["00000000000000000000000000000000"]}""",
        ["UpdateContainerInstancesState"] = """{"containerInstances": ["00000000000000000000000000000000"]}""",
        ["PutAttributes"] = """{"attributes": [{"name": "a"}]}""",
        ["DeleteAttributes"] = """{"attributes": [{"name": "a"}]}""",
        ["ListTasks"] = "{}",
        ["ListTaskDefinitions"] = "{}",
        ["ListTaskDefinitionFamilies"] = "{}",
        ["ListContainerInstances"] = "{}",
        ["ListAttributes"] = "{}",
    };

    [Fact]
    public async Task Given_the_operations_of_ecs_when_each_is_called_then_it_is_here_or_told_to_be_missing()
    {
        var here = await OperationsHereAsync();
        Assert.Subset(EcsModel.Operations.ToHashSet(), here.ToHashSet());
        foreach (var operation in EcsModel.Operations.Except(here))
        {
            var refused = await Api.RefusedAsync(operation, "{}");
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            // By its name, or by what this house has in its place.
            Assert.Matches($"{operation}|Ecs.Events|Agent", refused.Message);
        }
    }

    [Fact]
    public async Task Given_what_the_model_forbids_when_sent_then_it_is_refused_with_an_error_of_the_model()
    {
        var wrong = new List<string>();
        foreach (var operation in await OperationsHereAsync())
        {
            var errors = EcsModel.Errors(operation).Concat(Common).ToHashSet();
            foreach (var (path, body, names) in Forbidden(operation))
            {
                var (status, text) = await Api.PostAsync(operation, body.ToJsonString());
                var type = (string?)JsonNode.Parse(text)!["__type"];
                if (status is not HttpStatusCode.BadRequest || type is null || !errors.Contains(type))
                {
                    wrong.Add($"{operation} {path}: {body.ToJsonString()}: {(int)status} {text}");
                }
                else if (!text.Contains("' of ECS ", StringComparison.Ordinal)
                    && !Array.Exists(names, name => text.Contains(name, StringComparison.OrdinalIgnoreCase)))
                {
                    wrong.Add($"{operation} {path}: {body.ToJsonString()}: does not say so: {text}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private async Task<IReadOnlyList<string>> OperationsHereAsync() =>
        [.. JsonNode.Parse(await Api.GetAsync(""))!["operations"]!.AsArray().Select(name => (string)name!)];

    private static IEnumerable<(string Path, JsonObject Body, string[] Names)> Forbidden(string operation)
    {
        var input = EcsModel.Input(operation);
        var isSound = Sound.TryGetValue(operation, out var sound);
        foreach (var required in input.Required)
        {
            // ECS tells of a missing member by its own name or by what it is.
            yield return ($"{required} is missing", [], [required, required[..^1], "empty", "null", "referenced", "must"]);
        }

        foreach (var (path, shape) in Paths(input, [], []))
        {
            var name = path[^1].TrimEnd('[', ']');
            // Deep inside, what stands beside the wrong word may be told first.
            var around = path[0].TrimEnd('[', ']');
            var said = string.Join('.', path);
            if (shape.Enum.Count > 0 && !Free.Keys.Any(free => said.EndsWith(free, StringComparison.Ordinal)))
            {
                var body = Nest(path, Nonsense);
                if (isSound) Merge(body, JsonNode.Parse(sound!)!.AsObject());
                yield return ($"{said} is no word of {shape.Name}", body, isSound ? [Nonsense, name, around, "missing"] : [""]);
            }

            yield return ($"{said} is no {shape.Type}", Nest(path, Other(shape.Type)), [name, "missing"]);
        }
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

    private static JsonObject Nest(ReadOnlySpan<string> path, JsonNode value)
    {
        var isList = path[0].EndsWith("[]", StringComparison.Ordinal);
        var inner = path.Length == 1 ? value : Nest(path[1..], value);
        return new JsonObject { [path[0].TrimEnd('[', ']')] = isList ? new JsonArray(inner) : inner };
    }

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (name, value) in from)
        {
            if (into[name] is null) into[name] = value!.DeepClone();
            else if (into[name] is JsonArray list && list[0] is JsonObject first) Merge(first, value![0]!.AsObject());
        }
    }

    private static JsonNode Other(string type) => type is "string" ? 7 : "text";
}
