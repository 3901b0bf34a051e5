using System.Globalization;
using Ecs.Auditor.Following;
using Ecs.Auditor.Requests;
using Ecs.Contracts.Commands;
using Ecs.Log;

namespace Ecs.Auditor.Sending;

/// <summary>Which part of the log is sent again.</summary>
/// <param name="From">The first position.</param>
/// <param name="To">The last; one below <paramref name="From"/> where there is nothing yet.</param>
/// <param name="Filter">Only these of it.</param>
internal sealed record ReplayRange(long From, long To, LogFilter Filter)
{
    /// <summary>Reads the range out of a command.</summary>
    /// <param name="asked">The command.</param>
    /// <param name="end">Where the log ends.</param>
    /// <param name="first">
    /// The first event at or behind where the range begins; null where there is none. What is left out in front of it,
    /// as by a restore, does not count.
    /// </param>
    /// <exception cref="RefusedException">A member is wrong.</exception>
    public static ReplayRange Of(ReplayEvents asked, long end, long? first)
    {
        var from = asked.From ?? throw RefusedException.Wrong("from", "must be given: the first position.");
        if (from < 1 || from > end + 1) throw Wrong("from", $"must be a position from 1 to {end + 1}, behind the end.");

        var most = (first ?? from) + ReplayEvents.MaxRange - 1;
        if (asked.To is { } to)
        {
            if (to < from) throw Wrong("to", $"must not be below from, {from}.");
            if (to > most)
            {
                throw Wrong("to", $"must be at most {most}: one command has {ReplayEvents.MaxRange} positions.");
            }

            if (to > end) throw Wrong("to", $"must be at most {end}, where the log ends.");
        }

        return new ReplayRange(from, asked.To ?? Math.Min(end, most), FilterOf(asked));
    }

    private static LogFilter FilterOf(ReplayEvents asked)
    {
        (string Name, string? Value)[] texts =
        [
            ("cluster", asked.Cluster), ("family", asked.Family), ("task", asked.Task), ("instance", asked.Instance),
            ("region", asked.Region),
        ];
        foreach (var (name, value) in texts)
        {
            if (value is "") throw RefusedException.Wrong(name, "must not be empty.");
        }

        return new LogNarrowing
        {
            Kind = asked.Kind,
            Event = asked.Event,
            Cluster = asked.Cluster,
            Family = asked.Family,
            Instance = asked.Instance,
            Task = asked.Task,
            Account = asked.Account,
            Region = asked.Region,
        }.ToFilter()!;
    }

    private static RefusedException Wrong(string member, FormattableString rule) =>
        RefusedException.Wrong(member, rule.ToString(CultureInfo.InvariantCulture));
}
