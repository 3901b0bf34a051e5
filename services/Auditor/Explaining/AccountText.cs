using System.Text;
using Ecs.Auditor.History;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Auditor.Explaining;

/// <summary>The full account of a search, as a person reads it.</summary>
internal static class AccountText
{
    /// <summary>Writes it behind what there is.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="account">The account.</param>
    /// <param name="asOf">The position of the log that it stands for.</param>
    /// <param name="machines">The machines' names by ARN.</param>
    /// <param name="isChosen">Whether the first of the best was chosen.</param>
    public static void Write(
        StringBuilder text,
        PlacementAccount account,
        long asOf,
        IReadOnlyDictionary<string, string> machines,
        bool isChosen)
    {
        var fell = account.Considered - account.Fitting;
        text.Line(account.Considered == 0
            ? Words.Of($"The cluster had no instances at position {asOf} of the log.")
            : Words.Of($"{PlacementWords.Instances(account.Considered)} looked at, as of position {asOf} of the log: ")
                + Words.Of($"{account.Fitting} could have it, {fell} could not."));
        Filters(text, account, machines);
        Best(text, account, machines, isChosen);
    }

    private static void Filters(
        StringBuilder text, PlacementAccount account, IReadOnlyDictionary<string, string> machines)
    {
        if (account.Filters.Count == 0) return;

        var table = new TextTable("REASON", "FELL", "INSTANCE", "MACHINE", "WHY");
        foreach (var filter in account.Filters)
        {
            var (reason, count) = (filter.Reason, Words.Of($"{filter.Count}"));
            foreach (var failure in filter.First)
            {
                var arn = failure.Arn ?? "";
                table.Add(
                    reason, count, Words.Short(arn), machines.GetValueOrDefault(arn, "-"), failure.Detail ?? "-");
                (reason, count) = ("", "");
            }

            var more = filter.Count - filter.First.Count;
            if (more > 0) table.Add(reason, count, Words.Of($"and {more} more"), "", "");
        }

        text.Line();
        table.Write(text);
    }

    private static void Best(
        StringBuilder text,
        PlacementAccount account,
        IReadOnlyDictionary<string, string> machines,
        bool isChosen)
    {
        if (account.Best is not [var first, ..]) return;

        var table = new TextTable(["", "INSTANCE", "MACHINE", .. first.Scores.Select(score => score.Strategy)]);
        for (var i = 0; i < account.Best.Count; i++)
        {
            var candidate = account.Best[i];
            table.Add(
            [
                i == 0 && isChosen ? "chosen" : Words.Of($"{i + 1}"),
                Words.Short(candidate.ContainerInstanceArn),
                machines.GetValueOrDefault(candidate.ContainerInstanceArn, "-"),
                .. candidate.Scores.Select(score => Words.Of($"{score.Score}")),
            ]);
        }

        text.Line().Line(account.Fitting == 1
            ? "The one that could:"
            : first.Scores.Count == 0
            ? "Of those the first by name is taken, since no strategy was asked for:"
            : "Of those the least score is the best, strategy by strategy:");
        table.Write(text);
        var rest = account.Fitting - account.Best.Count;
        if (rest > 0) text.Line(Words.Of($"  and {rest} more behind them"));
        if (account.TieBreak is { } decided && first.Scores.Count > 0)
        {
            text.Line(decided is "name"
                ? "All strategies found the first two alike: the name decided."
                : $"Between the first two {decided} decided.");
        }
    }
}
