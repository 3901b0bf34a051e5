using System.Text.Json;
using Ecs.Contracts;

namespace Ecs.Model.Snapshots;

/// <summary>
/// The form of every snapshot: a line of canonical JSON for each thing that is kept. A line is small, so that a large
/// state is never one large document in memory.
/// </summary>
internal static class SnapshotLines
{
    private const byte End = (byte)'\n';

    public static void Write<TLine>(Stream content, IEnumerable<TLine> lines)
    {
        foreach (var line in lines)
        {
            content.Write(CanonicalJson.Bytes(line));
            content.Write([End]);
        }
    }

    /// <exception cref="InvalidDataException">A line cannot be read, or the last one is cut off.</exception>
    public static IEnumerable<TLine> Read<TLine>(ReadOnlyMemory<byte> content)
        where TLine : class
    {
        for (var rest = content; !rest.IsEmpty;)
        {
            var length = rest.Span.IndexOf(End);
            if (length < 0) throw new InvalidDataException("the snapshot ends within a line");

            yield return Read<TLine>(rest.Span[..length]);
            rest = rest[(length + 1)..];
        }
    }

    private static TLine Read<TLine>(ReadOnlySpan<byte> line)
        where TLine : class
    {
        try
        {
            return JsonSerializer.Deserialize<TLine>(line, EcsJson.Strict)
                ?? throw new InvalidDataException("a line of the snapshot holds nothing");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"a line of the snapshot cannot be read: {e.Message}", e);
        }
    }
}
