using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ecs.Contracts;

namespace Ecs.Gateway.Api;

/// <summary>
/// Writes a result as ECS does: the house's ISO 8601 times become epoch seconds, everything else stays as it is. Which
/// values are times is known from the result's type, never guessed from their looks: an environment variable may look
/// like anything. Members that this version does not know pass through.
/// </summary>
internal static class ReplyWriter
{
    /// <summary>Milliseconds in a second: ECS's times are seconds with at most three decimals.</summary>
    private const decimal MillisecondsPerSecond = 1000m;

    /// <summary>Writes one result.</summary>
    public static void Write(Type result, JsonElement value, Utf8JsonWriter output) =>
        Value(EcsJson.Options.GetTypeInfo(result), value, output);

    private static void Value(JsonTypeInfo? shape, JsonElement value, Utf8JsonWriter output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when shape?.Kind is JsonTypeInfoKind.Object:
                output.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    if (member.Value.ValueKind is JsonValueKind.Null) continue;

                    output.WritePropertyName(member.Name);
                    var known = shape.Properties.FirstOrDefault(property => property.Name == member.Name);
                    Value(known is null ? null : EcsJson.Options.GetTypeInfo(known.PropertyType), member.Value, output);
                }

                output.WriteEndObject();
                break;

            case JsonValueKind.Array when shape?.Kind is JsonTypeInfoKind.Enumerable:
                var items = EcsJson.Options.GetTypeInfo(shape.ElementType!);
                output.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Value(items, item, output);
                output.WriteEndArray();
                break;

            case JsonValueKind.String when IsTime(shape) && value.TryGetDateTimeOffset(out var time):
                output.WriteNumberValue(EpochSeconds(time));
                break;

            default:
                value.WriteTo(output);
                break;
        }
    }

    /// <summary>A time as ECS writes it, in seconds since 1970 with milliseconds at most.</summary>
    public static decimal EpochSeconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / MillisecondsPerSecond;

    private static bool IsTime(JsonTypeInfo? shape) =>
        shape is not null && (Nullable.GetUnderlyingType(shape.Type) ?? shape.Type) == typeof(DateTimeOffset);
}
