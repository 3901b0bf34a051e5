using Ecs.Contracts.Events;
using Ecs.Log;

namespace Ecs.Auditor.History;

/// <summary>
/// One part of a history: its events as they are told, and where it is not what was written. What cannot be read has
/// its place among the gaps, so that the rest is told all the same.
/// </summary>
internal sealed class HistoryPage
{
    private readonly long _after;
    private readonly List<StoredEvent> _events = [];
    private readonly List<HistoryGap> _unreadable = [];

    private HistoryPage(long after, long? nextAfter) => (_after, NextAfter) = (after, nextAfter);

    /// <summary>Where the next part begins; null at the end.</summary>
    public long? NextAfter { get; }

    /// <summary>Where its events stand.</summary>
    public IReadOnlyCollection<long> Positions => [.. _events.Select(e => e.Position)];

    /// <summary>Cuts a page from what was read.</summary>
    /// <param name="read">The events behind it; one more than the limit where there are more.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">The most events of it.</param>
    public static HistoryPage Of(IReadOnlyList<RawEvent> read, long after, int limit)
    {
        var page = new HistoryPage(after, read.Count > limit ? read[limit - 1].Position : null);
        foreach (var e in read.Take(limit))
        {
            try
            {
                page._events.Add(e.ToStored());
            }
            catch (InvalidDataException unreadable)
            {
                page._unreadable.Add(HistoryGap.Of(e, unreadable));
            }
        }

        return page;
    }

    /// <summary>Its events, with the commands that caused them.</summary>
    public IReadOnlyList<HistoryEntry> Entries(IReadOnlyDictionary<long, CausingCommand> causes) =>
        [.. _events.Select(e => Tell(e, causes.GetValueOrDefault(e.Position)))];

    /// <summary>Its own gaps, and those of the found ones that belong to it: each is told with one page.</summary>
    public IReadOnlyList<HistoryGap> Gaps(IEnumerable<HistoryGap> found) =>
    [
        .. _unreadable.Concat(found.Where(gap => gap.Place > _after && gap.Place <= (NextAfter ?? long.MaxValue)))
            .OrderBy(gap => gap.Place),
    ];

    private static HistoryEntry Tell(StoredEvent e, CausingCommand? cause) => new()
    {
        Position = e.Position,
        Time = e.LogTime,
        At = e.Data?.At,
        Stream = e.Stream,
        Version = e.Version,
        Event = e.Name,
        What = Telling.Of(e),
        Actor = e.Actor,
        Command = HistoryCommand.Of(cause),
        Correlation = e.Correlation,
    };
}
