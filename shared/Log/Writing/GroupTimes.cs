using Ecs.Contracts.Tracing;

namespace Ecs.Log;

/// <summary>When a group was where, for the spans of its commands; made only where spans are kept.</summary>
internal sealed class GroupTimes
{
    private readonly DateTime _taken = DateTime.UtcNow;
    private DateTime _found;
    private DateTime _decided;

    /// <summary>A group was taken; null where no spans are kept.</summary>
    public static GroupTimes? Begin() => Spans.AreKept ? new GroupTimes() : null;

    /// <summary>What is known of its commands was looked up.</summary>
    public void Found() => _found = DateTime.UtcNow;

    /// <summary>It was decided.</summary>
    public void Decided() => _decided = DateTime.UtcNow;

    /// <summary>It is in the log, and seen by readers from now on.</summary>
    public void Keep(IEnumerable<Waiting> group)
    {
        var committed = DateTime.UtcNow;
        foreach (var waiting in group.Where(waiting => waiting.Span is not null))
        {
            Spans.Keep(waiting.Span, "wait for the group", waiting.Since, _taken);
            Spans.Keep(waiting.Span, "look up", _taken, _found);
            Spans.Keep(waiting.Span, "decide", _found, _decided);
            Spans.Keep(waiting.Span, "commit", _decided, committed);
        }
    }
}
