using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ecs.Contracts;

/// <summary>
/// One byte form per JSON value: members in ordinal order, no white space, fewest escapes. PostgreSQL's jsonb keeps the
/// value but not the bytes, so everything that is hashed or compared is written in this form first. Numbers must be
/// integers: only they are written alike by everyone.
/// </summary>
public static class CanonicalJson
{
    private static readonly JsonWriterOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>The canonical bytes of a value, as UTF-8.</summary>
    /// <exception cref="FormatException">The value holds a number that is not an integer of 64 bits.</exception>
    public static byte[] Bytes(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            Write(writer, value);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The canonical bytes of an object of the contracts.</summary>
    public static byte[] Bytes<T>(T value) => Bytes(JsonSerializer.SerializeToElement(value, EcsJson.Options));

    /// <summary>The SHA-256 of the canonical bytes, as 64 lower-case hexadecimal characters.</summary>
    public static string Digest<T>(T value) => Convert.ToHexStringLower(SHA256.HashData(Bytes(value)));

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                if (!value.TryGetInt64(out var number))
                {
                    throw new FormatException($"a canonical value has integers only, not {value.GetRawText()}");
                }

                writer.WriteNumberValue(number);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
