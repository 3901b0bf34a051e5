using System.Globalization;

namespace Ecs.Log;

/// <summary>
/// Checks one commit against its hash, and where that fails finds the first thing that is not as it was written. Pure.
/// </summary>
internal static class CommitCheck
{
    /// <summary>What can be said of the commit's own row before its content is looked at.</summary>
    public static ChainFault? Row(ChainCommit previous, ChainCommit commit)
    {
        if (commit.Number != previous.Number + 1) return ChainWords.NoCommit(previous.Number + 1);
        if (commit.LastPosition < previous.LastPosition) return Altered("its last position");
        if (ChainOutline.Read(commit.Outline) is not { } outline)
        {
            return commit.Outline is null ? null : Altered("what it remembers of its content cannot be read");
        }

        if (outline.Events.Count != commit.Events) return Altered("the number of its events");
        if (outline.Commands.Count != commit.Commands) return Altered("the number of its commands");
        if (outline.Events.Select(e => (long?)e.Position).FirstOrDefault() != commit.FirstPosition)
        {
            return Altered("its first position");
        }

        var last = outline.Events.Count > 0 ? outline.Events[^1].Position : previous.LastPosition;
        return last == commit.LastPosition ? null : Altered("its last position");

        ChainFault Altered(string what) => ChainWords.WrongRow(commit, what);
    }

    /// <summary>The first thing that is not as it was written; null where all is.</summary>
    public static ChainFault? Content(
        ChainCommit previous,
        ChainCommit commit,
        IReadOnlyList<ChainRow> events,
        IReadOnlyList<ChainCommandRow> commands)
    {
        var chained = events.Select(row => row.Event).ToArray();
        var decided = commands.Select(row => row.Command).ToArray();
        if (HashAt(commit.LogTime) == commit.Hash)
        {
            return commit.LogTime < previous.LogTime
                ? ChainWords.WrongRow(commit, "its time is before its predecessor's")
                : Beside(commit, events, commands);
        }

        // Its events still say when it was.
        if (events.Count > 0 && events[0].Timestamp != commit.LogTime && HashAt(events[0].Timestamp) == commit.Hash)
        {
            return ChainWords.WrongRow(commit, "its time");
        }

        if (ChainOutline.Read(commit.Outline) is not { } outline) return Unnamed(commit, events, commands);
        return EventDifference.First(commit, outline.Events, events)
            ?? CommandDifference.First(commit, outline.Commands, commands)
            ?? ChainWords.WrongRow(commit, commit.LogTime < previous.LogTime ? "its time" : "its time, number or hash");

        string HashAt(DateTimeOffset time) =>
            CommitContent.Hash(previous.Hash, commit.Number, time, chained, decided);
    }

    /// <summary>What the hash does not say: columns that follow from others, and the row's own counts.</summary>
    private static ChainFault? Beside(
        ChainCommit commit, IReadOnlyList<ChainRow> events, IReadOnlyList<ChainCommandRow> commands)
    {
        foreach (var row in events)
        {
            if (EventDifference.OfColumns(commit, row) is { } what) return EventDifference.Altered(commit, row, [what]);
        }

        if (events.Count != commit.Events) return ChainWords.WrongRow(commit, "the number of its events");
        if (commands.Count != commit.Commands) return ChainWords.WrongRow(commit, "the number of its commands");
        var misplaced = commands.Index().FirstOrDefault(row => row.Item.Ordinal != row.Index).Item;
        if (misplaced is not null) return CommandDifference.Altered(commit, misplaced, ["its place in the commit"]);
        if (commit.Outline is null) return null;

        var outline = ChainOutline.Of(events.Select(e => e.Event), commands.Select(c => c.Command));
        return commit.Outline.AsSpan().SequenceEqual(outline.Bytes())
            ? null
            : ChainWords.WrongRow(commit, "what it remembers of its content");
    }

    /// <summary>A commit of an older version remembers nothing of its content: few faults can be told apart.</summary>
    private static ChainFault Unnamed(
        ChainCommit commit, IReadOnlyList<ChainRow> events, IReadOnlyList<ChainCommandRow> commands)
    {
        var wrong = events.FirstOrDefault(row => EventDifference.OfColumns(commit, row) is not null);
        if (wrong is not null)
        {
            return EventDifference.Altered(commit, wrong, [EventDifference.OfColumns(commit, wrong)!]);
        }

        var reason = events.Count != commit.Events
            ? Number($"it had {commit.Events} events and has {events.Count}")
            : commands.Count != commit.Commands
                ? Number($"it had {commit.Commands} commands and has {commands.Count}")
                : "an event or command of it was altered";
        return new ChainFault(commit.Number, commit.FirstPosition, $"commit {commit.Number}: {reason}")
        {
            Kind = ChainFaultKind.ContentAltered,
        };

        static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
