using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ecs.Contracts;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Api;

namespace Ecs.Gateway.Tests.Model;

/// <summary>What replies can hold, by the types of their results, beside ECS's own model.</summary>
public class ResultShapeTests
{
    public static TheoryData<string> EveryOperationHere() => [.. Operations.All.Keys];

    [Theory, MemberData(nameof(EveryOperationHere))]
    public void Given_an_operation_when_its_result_is_compared_with_the_model_then_it_holds_nothing_else(string operation)
    {
        var result = EcsJson.Options.GetTypeInfo(Operations.All[operation].Result);

        Assert.Empty(Wrong(EcsModel.Output(operation), result, operation, []));
    }

    private static IEnumerable<string> Wrong(EcsShape shape, JsonTypeInfo type, string path, HashSet<(string, Type)> seen)
    {
        if (!seen.Add((shape.Name, type.Type))) return [];

        switch (shape.Type)
        {
            // Lists that are always empty here have it as their item: nothing of it is ever written.
            case "structure" when type.Type == typeof(NameValue) && shape.Name != "KeyValuePair":
                return [];
            case "structure" when type.Kind is JsonTypeInfoKind.Object:
                var members = shape.Members.ToDictionary();
                return type.Properties.Where(property => property.Get is not null
                    && !EcsModel.Own.Contains(property.Name) && !EcsModel.Unused.Contains($"{path}.{property.Name}")).SelectMany(property =>
                    members.TryGetValue(property.Name, out var of)
                        ? Wrong(EcsModel.Shape(of), Info(property.PropertyType), $"{path}.{property.Name}", seen)
                        : [$"{path}.{property.Name} is no member of {shape.Name}"]);
            case "list" when type.Kind is JsonTypeInfoKind.Enumerable:
            case "map" when type.Kind is JsonTypeInfoKind.Dictionary:
                return Wrong(EcsModel.Shape(shape.Item), Info(type.ElementType!), path + "[]", seen);
            case "string" when type.Type.IsEnum && shape.Enum.Count > 0:
                return Enum.GetValues(type.Type).Cast<object>()
                    .Select(value => JsonSerializer.SerializeToElement(value, type.Type, EcsJson.Options).GetString()!)
                    .Where(word => !shape.Enum.Contains(word))
                    .Select(word => $"{path}: {word} is not one of {string.Join(", ", shape.Enum)}");
            case "string" when type.Type == typeof(string) || type.Type.IsEnum:
            case "timestamp" when type.Type == typeof(DateTimeOffset):
            case "boolean" when type.Type == typeof(bool):
            case "integer" or "long" or "double" when type.Type == typeof(int) || type.Type == typeof(long) || type.Type == typeof(double):
                return [];
            default:
                return [$"{path} is a {type.Type.Name}, and a {shape.Type} in the model"];
        }
    }

    private static JsonTypeInfo Info(Type type) => EcsJson.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
}
