namespace Ecs.Log;

/// <summary>Finds the first event of a commit that is not as the commit remembers it. Pure.</summary>
internal static class EventDifference
{
    public static ChainFault? First(
        ChainCommit commit, IReadOnlyList<EventOutline> kept, IReadOnlyList<ChainRow> events)
    {
        var (k, e) = (0, 0);
        while (k < kept.Count || e < events.Count)
        {
            if (e == events.Count || (k < kept.Count && kept[k].Position < events[e].Event.Position))
            {
                return Missing(commit, kept[k].Position);
            }

            if (k == kept.Count || events[e].Event.Position < kept[k].Position) return Inserted(commit, events[e]);

            var what = What(commit, kept[k++], events[e]).ToArray();
            if (what.Length > 0) return Altered(commit, events[e], what);
            e++;
        }

        return null;
    }

    /// <summary>Which column does not follow from the others as it must; null where all do.</summary>
    public static string? OfColumns(ChainCommit commit, ChainRow row)
    {
        if (row.Timestamp != commit.LogTime) return "its time";
        var own = EventIds.Of(row.Event.Stream, row.Event.Version, row.Event.Position);
        if (own != row.Event.Id) return "its id, stream or version";
        return row.IsArchived ? "it was marked as archived" : null;
    }

    public static ChainFault Altered(ChainCommit commit, ChainRow row, IReadOnlyList<string> what) => new(
        commit.Number,
        row.Event.Position,
        $"the event '{row.Event.Name}' at position {row.Event.Position} was altered: {string.Join(", ", what)}")
    {
        Kind = ChainFaultKind.EventAltered,
        Stream = row.Event.Stream,
    };

    private static IEnumerable<string> What(ChainCommit commit, EventOutline kept, ChainRow row)
    {
        var own = ChainOutline.Of(row.Event);
        if (own.Place != kept.Place) yield return "its stream or version";
        else if (OfColumns(commit, row) is { } column) yield return column;
        if (own.Name != kept.Name) yield return "its type";
        if (own.Data != kept.Data) yield return "its data";
        if (own.Cause != kept.Cause) yield return "its causation, correlation or actor";
    }

    private static ChainFault Missing(ChainCommit commit, long position) =>
        new(commit.Number, position, $"the event at position {position} is missing")
        {
            Kind = ChainFaultKind.EventMissing,
        };

    private static ChainFault Inserted(ChainCommit commit, ChainRow row) => new(
        commit.Number,
        row.Event.Position,
        $"the event '{row.Event.Name}' at position {row.Event.Position} was inserted: no commit wrote it")
    {
        Kind = ChainFaultKind.EventInserted,
        Stream = row.Event.Stream,
    };
}

/// <summary>Finds the first command of a commit that is not as the commit remembers it. Pure.</summary>
internal static class CommandDifference
{
    public static ChainFault? First(
        ChainCommit commit, IReadOnlyList<CommandOutline> kept, IReadOnlyList<ChainCommandRow> commands)
    {
        var next = 0;
        foreach (var row in commands)
        {
            if (row.Commit != commit.Number || row.Ordinal < next || row.Ordinal >= kept.Count)
            {
                return Inserted(commit, row);
            }

            if (row.Ordinal > next) return Missing(commit, next);
            var what = What(kept[next++], row).ToArray();
            if (what.Length > 0) return Altered(commit, row, what);
        }

        return next < kept.Count ? Missing(commit, next) : null;
    }

    public static ChainFault Altered(ChainCommit commit, ChainCommandRow row, IReadOnlyList<string> what) => new(
        commit.Number,
        row.Command.FirstPosition ?? commit.FirstPosition,
        $"command {row.Ordinal} of commit {commit.Number} ({row.Command.Name} '{row.Command.Key.CommandId}') was "
        + $"altered: {string.Join(", ", what)}")
    {
        Kind = ChainFaultKind.CommandAltered,
        Command = row.Command.Key.CommandId,
    };

    private static IEnumerable<string> What(CommandOutline kept, ChainCommandRow row)
    {
        var own = ChainOutline.Of(row.Command);
        if (own.Key != kept.Key) yield return "its id, account, region or service";
        if (own.Question != kept.Question) yield return "what it asked, or when it came";
        if (own.Decision != kept.Decision) yield return "what it was decided on, by or led to";
        if (own.Answer != kept.Answer) yield return "its answer";
    }

    private static ChainFault Missing(ChainCommit commit, int ordinal) => new(
        commit.Number, commit.FirstPosition, $"the record of command {ordinal} of commit {commit.Number} is missing")
    {
        Kind = ChainFaultKind.CommandMissing,
    };

    private static ChainFault Inserted(ChainCommit commit, ChainCommandRow row) => new(
        commit.Number,
        commit.FirstPosition,
        $"the record of command {row.Ordinal} of commit {row.Commit} ({row.Command.Name} "
        + $"'{row.Command.Key.CommandId}') was inserted")
    {
        Kind = ChainFaultKind.CommandInserted,
        Command = row.Command.Key.CommandId,
    };
}
