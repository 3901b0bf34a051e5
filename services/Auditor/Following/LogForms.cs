using System.Buffers;
using System.Globalization;
using System.Text;
using Ecs.Log;

namespace Ecs.Auditor.Following;

/// <summary>How the log is written for a reader.</summary>
internal interface ILogForm
{
    string ContentType { get; }

    void Event(IBufferWriter<byte> output, RawEvent e);

    /// <summary>The log was read up to here, and none of it was for this reader.</summary>
    void Passed(IBufferWriter<byte> output, long position);

    /// <summary>Nothing came for a while.</summary>
    void Alive(IBufferWriter<byte> output, long position);
}

/// <summary>
/// One event a line. A line of nothing but a position, for readers that want it, is a place to go on from.
/// </summary>
internal sealed class LogLines(bool withPositions) : ILogForm
{
    public string ContentType => "application/x-ndjson";

    public void Event(IBufferWriter<byte> output, RawEvent e) => LogLine.Write(output, e);

    public void Passed(IBufferWriter<byte> output, long position) => Alive(output, position);

    public void Alive(IBufferWriter<byte> output, long position)
    {
        if (!withPositions) return;
        output.Write(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{{\"position\":{position}}}\n")));
    }
}

/// <summary>
/// Server-sent events: each carries its position as its id, by which a browser goes on by itself. An id alone moves a
/// reader on without an event; a comment is a sign of life.
/// </summary>
internal sealed class ServerSentEvents : ILogForm
{
    public const string MediaType = "text/event-stream";

    public string ContentType => MediaType;

    public static bool AreAskedFor(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(MediaType, StringComparison.Ordinal));

    public void Event(IBufferWriter<byte> output, RawEvent e)
    {
        Write(output, FormattableString.Invariant($"id: {e.Position}\ndata: "));
        // One line, and the line break that ends it ends the field.
        LogLine.Write(output, e);
        output.Write("\n"u8);
    }

    public void Passed(IBufferWriter<byte> output, long position) =>
        Write(output, string.Create(CultureInfo.InvariantCulture, $"id: {position}\n\n"));

    public void Alive(IBufferWriter<byte> output, long position) => output.Write(": nothing new\n\n"u8);

    private static void Write(IBufferWriter<byte> output, string text) => output.Write(Encoding.UTF8.GetBytes(text));
}
