using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Api;

/// <summary>
/// Reads an operation's body into its command, strictly: what cannot be read is refused with the member that is wrong.
/// What the house adds to a command (its id, its account, who asks) is no member of the API and is refused like any
/// other that ECS does not know.
/// </summary>
internal static class BodyReader
{
    private static readonly byte[] Nothing = [.. "{}"u8];

    private static readonly JsonDocumentOptions Reading = new()
    {
        MaxDepth = Limits.BodyDepth,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads a body as UTF-8 JSON; an empty one is an empty object.</summary>
    public static (Command? Command, CommandError? Error) Read(Operation operation, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) body = Nothing;
        if (!Utf8.IsValid(body.Span)) return (null, Malformed("it is not UTF-8"));

        try
        {
            using var document = JsonDocument.Parse(body, Reading);
            var clean = new ArrayBufferWriter<byte>(body.Length);
            using (var writer = new Utf8JsonWriter(clean))
            {
                var error = ShapeReader.Copy(operation.Command, document.RootElement, writer);
                if (error is not null) return (null, error);
            }

            var command = JsonSerializer.Deserialize(clean.WrittenSpan, operation.Command, EcsJson.Strict)!;
            return (operation.ToOwner((Command)command), null);
        }
        catch (JsonException malformed)
        {
            return (null, Malformed(Sentence(malformed)));
        }
        catch (InvalidOperationException unicode) when (unicode.InnerException is not null
            || unicode.Source is "System.Text.Json.Rethrowable" or "System.Text.Json")
        {
            // Escapes such as a lone \ud800 are found only when a text is taken out of the document.
            return (null, Malformed("it holds an escape that is no Unicode character"));
        }
    }

    private static CommandError Malformed(string why) =>
        new(ErrorTypes.Serialization, $"The body is not well-formed JSON: {why}.");

    private static string Sentence(JsonException malformed)
    {
        // The library appends its own coordinates, counted from 0; people count lines from 1.
        var text = malformed.Message;
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (end < 0) end = text.IndexOf(" Path:", StringComparison.Ordinal);
        if (end >= 0) text = text[..end];
        text = text.TrimEnd('.');
        return malformed.LineNumber is { } line
            ? $"{text} (line {line + 1}, byte {malformed.BytePositionInLine + 1})"
            : text;
    }
}
