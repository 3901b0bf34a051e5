using System.Diagnostics.CodeAnalysis;
using Ecs.Auditor.History;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Auditor.Explaining;

/// <summary>
/// Holds what the log says of a search for a place beside what the scan makes of the same state. They always agree; an
/// explanation that does not agree is worth nothing unless it says so.
/// </summary>
internal static class Checking
{
    /// <summary>What does not agree, a sentence each.</summary>
    /// <param name="placed">Its placement; null where it has none.</param>
    /// <param name="account">What the scan says; null where it was not asked.</param>
    /// <param name="passed">How many tasks that came earlier waited in front of its placement.</param>
    public static IReadOnlyList<string> Of(TaskPlaced? placed, PlacementAccount? account, int passed)
    {
        if (account is null) return [];
        if (placed is not null) return [.. Differences(placed, account, passed)];

        return account.Best is [var free, ..]
            ? [$"It waits, and the scan finds room for it on {Words.Short(free.ContainerInstanceArn)}."]
            : [];
    }

    private static IEnumerable<string> Differences(TaskPlaced placed, PlacementAccount account, int passed)
    {
        var choice = placed.Choice;
        if (account.Best is not [var best, ..])
        {
            yield return $"The log says that it was placed on {Words.Short(placed.ContainerInstanceArn)}; the scan "
                + "finds no room for it anywhere.";
            yield break;
        }

        if (best.ContainerInstanceArn != placed.ContainerInstanceArn)
        {
            yield return $"The log says that it was placed on {Words.Short(placed.ContainerInstanceArn)}; the scan "
                + $"chooses {Words.Short(best.ContainerInstanceArn)}.";
        }
        else if (choice.Scores is { } scores && !scores.SequenceEqual(best.Scores))
        {
            yield return $"The log has the scores {Scores(scores)}; the scan finds {Scores(best.Scores)}.";
        }

        // The first version of the rules looked no further than to the first that had room, and told no tie.
        var isFromThen = choice is { Scores: null, TieBreak: null } && choice.Considered < account.Considered;
        if (choice.Considered != account.Considered && !isFromThen)
        {
            yield return Words.Of(
                $"The log says that {choice.Considered} instances were looked at; there were {account.Considered}.");
        }

        if (IsOther(choice.TieBreak, account.TieBreak))
        {
            yield return $"The log says that {choice.TieBreak} decided; the scan says {account.TieBreak ?? "nothing"}.";
        }

        if ((choice.Passed ?? 0) != passed)
        {
            yield return Words.Of(
                $"The log says that it passed {choice.Passed ?? 0} tasks; {passed} waited that came earlier.");
        }
    }

    // Choices from before ties were told have none.
    private static bool IsOther([NotNullWhen(true)] string? recorded, string? scanned) =>
        recorded is not null && recorded != scanned;

    private static string Scores(IReadOnlyList<PlacementScore> scores) =>
        string.Join(", ", scores.Select(score => Words.Of($"{score.Strategy} {score.Score}")));
}
