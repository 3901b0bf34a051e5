using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ecs.Contracts;

/// <summary>
/// How what the house wrote itself is read: to what <see cref="EcsJson"/> reads, with less left over for the collector,
/// which is what folding a long log and reading a large state wait for. A text that many facts have in common, such as
/// the ARN of a cluster, is one string for all of them, so that states are smaller, too; and a list takes no more than
/// its items.
/// </summary>
public static class StoredJson
{
    /// <summary>For the data of events out of the log.</summary>
    public static JsonSerializerOptions Options { get; } = Create(EcsJson.Options);

    /// <summary>For states that were kept: a member that is not known is an error.</summary>
    public static JsonSerializerOptions Strict { get; } = Create(EcsJson.Strict);

    private static JsonSerializerOptions Create(JsonSerializerOptions usual)
    {
        var options = new JsonSerializerOptions(usual);
        options.Converters.Add(new SharedStrings());
        options.Converters.Add(new Lists());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>
    /// Remembers the strings that were read last, each in the one place that its bytes lead to. Threads may overwrite
    /// each other's: then a string is made once more.
    /// </summary>
    private sealed class SharedStrings : JsonConverter<string>
    {
        private const int Places = 8 * 1024;

        /// <summary>The longest text that is remembered, in bytes: names and ARNs are shorter.</summary>
        private const int Longest = 256;

        private readonly string?[] _known = new string?[Places];

        public override string? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var isPlain = reader is { TokenType: JsonTokenType.String, HasValueSequence: false, ValueIsEscaped: false };
            if (!isPlain || reader.ValueSpan.Length is 0 or > Longest) return reader.GetString();

            var text = reader.ValueSpan;
            ref var known = ref _known[PlaceOf(text)];
            var last = known;
            return last is not null && Ascii.Equals(text, last) ? last : known = reader.GetString();
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);

        // What ARNs and digests differ in stands at their ends.
        private static int PlaceOf(ReadOnlySpan<byte> text)
        {
            if (text.Length < sizeof(ulong)) return ((text[0] << 8) | (text[^1] << 4) | text.Length) & (Places - 1);

            var end = BinaryPrimitives.ReadUInt64LittleEndian(text[^sizeof(ulong)..]);
            return (int)(((end + ((ulong)text.Length << 56)) * 0x9E3779B97F4A7C15) >> 51);
        }
    }

    private sealed class Lists : JsonConverterFactory
    {
        public override bool CanConvert(Type type) =>
            type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);

        public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(ListOf<>).MakeGenericType(type.GetGenericArguments()))!;
    }

    /// <summary>
    /// Reads the items one by one, each from the reader anew: the serializer's own way into a list keeps places for
    /// four levels on the heap, which are larger than most facts.
    /// </summary>
    private sealed class ListOf<T> : JsonConverter<IReadOnlyList<T>>
    {
        private JsonTypeInfo<T>? _item;

        public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            if (reader.TokenType is not JsonTokenType.StartArray) throw new JsonException("it is no list");

            _item ??= (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
            if (!TryNext(ref reader, out var first)) return [];
            if (!TryNext(ref reader, out var second)) return [first];

            var items = new List<T> { first, second };
            while (TryNext(ref reader, out var next)) items.Add(next);
            return items;
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value, EcsJson.Options);

        private bool TryNext(ref Utf8JsonReader reader, out T item)
        {
            reader.Read();
            var isThere = reader.TokenType is not JsonTokenType.EndArray;
            item = isThere ? JsonSerializer.Deserialize(ref reader, _item!)! : default!;
            return isThere;
        }
    }
}
