using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
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

    /// <summary>Lines that a core takes at a time.</summary>
    private const int Stretch = 256;

    public static void Write<TLine>(Stream content, IEnumerable<TLine> lines)
    {
        foreach (var line in lines)
        {
            content.Write(CanonicalJson.Bytes(line));
            content.Write([End]);
        }
    }

    /// <summary>
    /// What was written, in its order. The lines are read on all cores: they are nearly all of what a question about
    /// the past costs.
    /// </summary>
    /// <exception cref="InvalidDataException">A line cannot be read, or the last one is cut off.</exception>
    public static IReadOnlyList<TLine> Read<TLine>(ReadOnlyMemory<byte> content)
        where TLine : class
    {
        var lines = Split(content);
        if (lines.Count == 0) return [];

        var read = new TLine[lines.Count];
        try
        {
            Parallel.ForEach(Partitioner.Create(0, lines.Count, Stretch), stretch =>
            {
                for (var i = stretch.Item1; i < stretch.Item2; i++) read[i] = Read<TLine>(lines[i].Span);
            });
        }
        catch (AggregateException e) when (e.InnerException is InvalidDataException first)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        return read;
    }

    private static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> content)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        for (var rest = content; !rest.IsEmpty;)
        {
            var length = rest.Span.IndexOf(End);
            if (length < 0) throw new InvalidDataException("the snapshot ends within a line");

            lines.Add(rest[..length]);
            rest = rest[(length + 1)..];
        }

        return lines;
    }

    private static TLine Read<TLine>(ReadOnlySpan<byte> line)
        where TLine : class
    {
        try
        {
            return JsonSerializer.Deserialize<TLine>(line, StoredJson.Strict)
                ?? throw new InvalidDataException("a line of the snapshot holds nothing");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"a line of the snapshot cannot be read: {e.Message}", e);
        }
    }
}
