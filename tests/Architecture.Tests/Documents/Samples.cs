using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Ecs.Contracts;

namespace Ecs.Architecture.Tests.Documents;

/// <summary>An example of any type of the contracts, with every member that it has; the same each time.</summary>
internal static class Samples
{
    private const string Id = "0123456789abcdef0123456789abcdef";
    private const string Prefix = "arn:aws:ecs:us-east-1:000000000000:";

    public static JsonNode Of(Type type, string name = "")
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum) return CodeWords.WordsOf(type).First();
        var info = EcsJson.Options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => new JsonObject(CodeWords.MembersOf(type)
                .Select(member => KeyValuePair.Create(member.Name, (JsonNode?)Of(member.PropertyType, member.Name)))),
            JsonTypeInfoKind.Enumerable => new JsonArray(Of(info.ElementType!, name)),
            JsonTypeInfoKind.Dictionary => new JsonObject { ["name"] = Of(info.ElementType!, name) },
            _ => Plain(type, name),
        };
    }

    private static JsonNode Plain(Type type, string name) => type switch
    {
        _ when type == typeof(string) => Text(name),
        _ when type == typeof(bool) => true,
        _ when type == typeof(int) || type == typeof(long) => 1,
        _ when type == typeof(DateTimeOffset) => "2026-01-02T03:04:05+00:00",
        _ when type == typeof(System.Text.Json.JsonElement) => new JsonObject { ["any"] = "value" },
        _ => throw new NotSupportedException($"there is no example of {type} yet: add it here"),
    };

    private static string Text(string name) => name switch
    {
        "taskArn" => $"{Prefix}task/default/{Id}",
        "clusterArn" => $"{Prefix}cluster/default",
        "containerInstanceArn" => $"{Prefix}container-instance/default/{Id}",
        "containerArn" => $"{Prefix}container/default/{Id}/{Id}",
        "taskDefinitionArn" => $"{Prefix}task-definition/web:1",
        _ when name.EndsWith("Arn", StringComparison.Ordinal) => $"{Prefix}cluster/default",
        _ => name.Length > 0 ? name : "text",
    };
}
