using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Ecs.Contracts.Commands;

namespace Ecs.Contracts.Tracing;

/// <summary>
/// The house's spans, as OpenTelemetry knows them: where each millisecond of a task's way goes. Nobody listens unless a
/// program was told to keep them, and then each call here costs a comparison. They tell what happened and decide
/// nothing.
/// </summary>
public static class Spans
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Ecs.Events";

    /// <summary>The attribute that names the tasks that a span is about: ARNs, with blanks between them.</summary>
    public const string Tasks = "ecs.task";

    /// <summary>The message header that carries the sender's span, as W3C's Trace Context writes it.</summary>
    public const string ParentHeader = "traceparent";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody listens.</summary>
    public static bool AreKept => Source.HasListeners();

    /// <summary>
    /// Begins a span in the trace of a correlation, which the log carries: whoever does something because of a command
    /// finds the trace of that command, without anything more being written down.
    /// </summary>
    public static Activity? BeginOf(string? correlation, string name, string? task = null)
    {
        if (!AreKept) return null;

        var span = correlation is null
            ? Source.StartActivity(name)
            : Source.StartActivity(name, ActivityKind.Internal, ContextOf(correlation));
        return span?.About(task);
    }

    /// <summary>Begins a span in the trace of a command: of what the log will have as its correlation.</summary>
    public static Activity? BeginOf(Command command, string name) =>
        AreKept ? BeginOf(command.CorrelationId ?? command.RepeatId, name) : null;

    /// <summary>Begins a span of a command whose sender's came in the message's header; without it as above.</summary>
    public static Activity? BeginFrom(string? header, Command command, string name) =>
        AreKept && header is not null && ActivityContext.TryParse(header, null, out var parent)
            ? Source.StartActivity(name, ActivityKind.Consumer, parent)
            : BeginOf(command, name);

    /// <summary>Keeps a span that has ended, within another.</summary>
    public static void Keep(Activity? parent, string name, DateTime from, DateTime to)
    {
        if (parent is null) return;

        using var span = Source.StartActivity(name, ActivityKind.Internal, parent.Context, startTime: from);
        span?.SetEndTime(to > from ? to : from);
    }

    /// <summary>Says which tasks a span is about.</summary>
    public static Activity? About(this Activity? span, params IEnumerable<string?> tasks)
    {
        var text = span is null ? "" : string.Join(' ', tasks.Where(task => task is not null));
        return text is "" ? span : span!.SetTag(Tasks, text);
    }

    // The parent is one that nobody keeps: it only ties the spans of one correlation together.
    private static ActivityContext ContextOf(string correlation)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(correlation)).AsSpan();
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(hash[..16]),
            ActivitySpanId.CreateFromBytes(hash[16..24]),
            ActivityTraceFlags.Recorded);
    }
}
