namespace Ecs.Cli.Tracing;

/// <summary>One span of a trace file.</summary>
/// <param name="Service">The program that it was in.</param>
/// <param name="Trace">Its trace.</param>
/// <param name="Name">What was done.</param>
/// <param name="Begin">When it began, in nanoseconds since 1970.</param>
/// <param name="End">When it ended.</param>
/// <param name="Tasks">The ARNs of the tasks that it is about.</param>
internal sealed record TraceSpan(
    string Service, string Trace, string Name, long Begin, long End, IReadOnlyList<string> Tasks)
{
    /// <summary>How long it took.</summary>
    public long Length => End - Begin;
}
