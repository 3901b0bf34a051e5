using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

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

    /// <summary>
    /// Writes objects in the form at once, without a document in between: that was a fifth of what a decision cost.
    /// </summary>
    private static readonly JsonSerializerOptions Sorted = CreateSorted();

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
    /// <exception cref="FormatException">It holds a number that is not an integer of 64 bits.</exception>
    /// <exception cref="NotSupportedException">
    /// It holds a dictionary of anything but text, whose members have no order of their own.
    /// </exception>
    public static byte[] Bytes(object value, Type type) => JsonSerializer.SerializeToUtf8Bytes(value, type, Sorted);

    /// <summary>The canonical bytes of an object of the contracts.</summary>
    /// <inheritdoc cref="Bytes(object, Type)"/>
    public static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Sorted);

    /// <summary>The SHA-256 of the canonical bytes, as 64 lower-case hexadecimal characters.</summary>
    public static string Digest<T>(T value) => Convert.ToHexStringLower(SHA256.HashData(Bytes(value)));

    /// <summary>The SHA-256 of the canonical bytes, as 64 lower-case hexadecimal characters.</summary>
    public static string Digest(object value, Type type) =>
        Convert.ToHexStringLower(SHA256.HashData(Bytes(value, type)));

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (name, member) in InOrder(value))
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
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

    private static (string Name, JsonElement Value)[] InOrder(JsonElement value)
    {
        var members = new (string Name, JsonElement Value)[value.GetPropertyCount()];
        var next = 0;
        foreach (var member in value.EnumerateObject()) members[next++] = (member.Name, member.Value);
        Array.Sort(members, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return members;
    }

    private static JsonSerializerOptions CreateSorted()
    {
        var options = new JsonSerializerOptions(EcsJson.Options)
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Sort } },
        };
        options.Converters.Add(new Elements());
        options.Converters.Add(new Texts());
        options.Converters.Add(new Fractions<double>());
        options.Converters.Add(new Fractions<float>());
        options.Converters.Add(new Fractions<decimal>());
        options.MakeReadOnly();
        return options;
    }

    private static void Sort(JsonTypeInfo type)
    {
        if (type.Kind is JsonTypeInfoKind.Dictionary)
        {
            throw new NotSupportedException($"{type.Type} has members in no order of their own");
        }

        var order = 0;
        foreach (var member in type.Properties.OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            member.Order = order++;
        }
    }

    private sealed class Elements : JsonConverter<JsonElement>
    {
        public override JsonElement Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonElement.ParseValue(ref reader);

        public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) =>
            CanonicalJson.Write(writer, value);
    }

    // Labels and options, whose names are whatever somebody chose.
    private sealed class Texts : JsonConverter<IReadOnlyDictionary<string, string>>
    {
        public override IReadOnlyDictionary<string, string> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("for writing only");

        public override void Write(
            Utf8JsonWriter writer, IReadOnlyDictionary<string, string> value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (name, text) in value.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                writer.WriteString(name, text);
            }

            writer.WriteEndObject();
        }
    }

    private sealed class Fractions<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("for writing only");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw new FormatException($"a canonical value has integers only, not {value}");
    }
}
