using System.Runtime.InteropServices;
using System.Text.Json;

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
    public static void Write(TimesIn times, JsonElement value, Utf8JsonWriter output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when times.Members.Length > 0:
                output.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    if (member.Value.ValueKind is JsonValueKind.Null) continue;

                    // Names come from the house's own serializer, which escapes none of its own.
                    var name = JsonMarshal.GetRawUtf8PropertyName(member);
                    output.WritePropertyName(name);
                    Write(times.Of(name), member.Value, output);
                }

                output.WriteEndObject();
                break;

            case JsonValueKind.Array when times.Items is { } items:
                output.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(items, item, output);
                output.WriteEndArray();
                break;

            case JsonValueKind.String when times.IsTime && value.TryGetDateTimeOffset(out var time):
                output.WriteNumberValue(EpochSeconds(time));
                break;

            default:
                // No time is in it, so that it is copied and not looked at: most of a long reply.
                output.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
                break;
        }
    }

    /// <summary>A time as ECS writes it, in seconds since 1970 with milliseconds at most.</summary>
    public static decimal EpochSeconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / MillisecondsPerSecond;
}
