using System.Text.Json;

namespace Ecs.Cli.Definitions;

/// <summary>
/// The lines of a JSON text's members, by paths such as <c>containerDefinitions[0].cpu</c>, so that a refusal that
/// names a member can be shown at its place in the file.
/// </summary>
internal sealed class JsonLines
{
    // The deepest nesting that is read, as in the service itself.
    private const int MaxDepth = Ecs.Contracts.EcsJson.MaxDepth;

    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    /// <summary>The line of a member, or of the nearest one around it that the file has; 1 if there is none.</summary>
    public int Find(string path)
    {
        while (path.Length > 0)
        {
            if (_lines.TryGetValue(path, out var line)) return line;

            path = path[..Math.Max(path.LastIndexOfAny(['.', '[']), 0)];
        }

        return 1;
    }

    /// <summary>
    /// Reads a JSON text, or says at which line it is none. A member that stands twice is an error too.
    /// </summary>
    public static (JsonLines? Lines, DefinitionError? Error) Read(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            var lines = new JsonLines();
            reader.Read();
            if (lines.Value(ref reader, bytes, "") is { } error) return (null, error);

            // Whatever stands behind the value makes this throw.
            reader.Read();
            return (lines, null);
        }
        catch (JsonException malformed)
        {
            return (null, new((int)(malformed.LineNumber ?? 0) + 1, Sentence(malformed)));
        }
        catch (InvalidOperationException)
        {
            // An escape that is half a character is found only when the text is taken.
            var line = LineAt(bytes, reader.TokenStartIndex);
            return (null, new(line, "A \\u escape here is no whole Unicode character."));
        }
    }

    private DefinitionError? Value(ref Utf8JsonReader reader, byte[] bytes, string path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Members(ref reader, bytes, path);

            case JsonTokenType.StartArray:
                for (var index = 0; reader.Read() && reader.TokenType is not JsonTokenType.EndArray; index++)
                {
                    var item = $"{path}[{index}]";
                    _lines[item] = LineAt(bytes, reader.TokenStartIndex);
                    if (Value(ref reader, bytes, item) is { } error) return error;
                }

                return null;

            case JsonTokenType.String:
                _ = reader.GetString();
                return null;

            default:
                return null;
        }
    }

    private DefinitionError? Members(ref Utf8JsonReader reader, byte[] bytes, string path)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var member = path.Length == 0 ? name : $"{path}.{name}";
            var line = LineAt(bytes, reader.TokenStartIndex);
            if (!names.TryAdd(name, line))
            {
                return new(line, $"'{member}' stands here a second time; the first is in line {names[name]}.");
            }

            _lines[member] = line;

            reader.Read();
            if (Value(ref reader, bytes, member) is { } error) return error;
        }

        return null;
    }

    private static int LineAt(byte[] bytes, long index) => 1 + bytes.AsSpan(0, (int)index).Count((byte)'\n');

    private static string Sentence(JsonException malformed)
    {
        var text = malformed.Message;
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }
}
