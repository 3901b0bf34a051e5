using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Ecs.Log;

/// <summary>A file cannot be imported, or not here; nothing was written.</summary>
public sealed class ImportRefusedException(string message, long? line = null)
    : Exception(line is null ? message : FormattableString.Invariant($"line {line}: {message}"))
{
    /// <summary>The line at fault, from 1; null where it is none of the file's.</summary>
    public long? Line { get; } = line;
}

/// <summary>The lines of an exported log: a beginning, a commit each, an end.</summary>
public static class MovedLines
{
    /// <summary>The form that this version writes and reads.</summary>
    public const string Format = "ecs-log-1";

    /// <summary>The longest line, in bytes: a commit of 256 commands with a thousand tasks each is below it.</summary>
    private const long MaxLine = 512L * 1024 * 1024;

    /// <summary>The lines of a stream as JSON, with their numbers.</summary>
    /// <exception cref="ImportRefusedException">A line is no JSON, or too long.</exception>
    internal static async IAsyncEnumerable<(long Line, JsonElement Value)> ReadAsync(
        Stream file, [EnumeratorCancellation] CancellationToken ct)
    {
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(leaveOpen: true));
        for (var line = 1L; ;)
        {
            var read = await reader.ReadAsync(ct);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                yield return (line, Parse(rest.Slice(0, end), line));
                line++;
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (rest.Length > MaxLine) throw new ImportRefusedException("is too long to be a commit", line);
            if (read.IsCompleted)
            {
                if (!rest.IsEmpty) throw new ImportRefusedException("has no end: the file was cut off in it", line);
                yield break;
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static JsonElement Parse(ReadOnlySequence<byte> text, long line)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new ImportRefusedException($"is no JSON: {e.Message}", line);
        }
    }
}
