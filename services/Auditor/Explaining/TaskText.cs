using System.Text;
using Ecs.Auditor.History;

namespace Ecs.Auditor.Explaining;

/// <summary>
/// An explanation as a person reads it: sentences, and small tables where there are several of a kind.
/// </summary>
internal static class TaskText
{
    /// <summary>The whole text, its last line ended.</summary>
    public static string Of(TaskExplanation of)
    {
        var text = new StringBuilder();
        foreach (var inconsistency in of.Inconsistencies)
        {
            text.Line($"INCONSISTENT: {inconsistency}");
        }

        if (of.Inconsistencies.Count > 0)
        {
            var rules = of.Placement?.Rules is { } version ? $" It was placed by the rules {version}." : "";
            text.Line($"The rules or the log were changed since, or the house has an error: verify the log.{rules}");
            text.Line();
        }

        text.Line(of.Of).Line(Head(of)).Line();
        Request(text, of.Request);
        Wait(text, of);
        if (of.Account is { } account)
        {
            text.Line();
            AccountText.Write(text, account, of.AsOf!.Value, of.Machines, isChosen: of.Placement is not null);
        }

        if (of.Placement is { } place) Passed(text, place);
        if (of.Ending is { } end) text.Line().Line(end.What);
        Chain(text, of);
        return text.ToString();
    }

    private static void Chain(StringBuilder text, TaskExplanation of)
    {
        text.Line().Line("How it came to this:");
        foreach (var (i, link) in of.Chain.Index())
        {
            if (of.ChainLeftOut > 0 && i == of.Chain.Count / 2)
            {
                text.Line(Words.Of($"  (and {of.ChainLeftOut} more; its history has them)"));
            }

            text.Line(Words.Of($"  {link.Position,-6} {Words.Clock(link.At)}  {link.What},"));
            text.Line($"           because {link.Because}.");
        }
    }

    private static string Head(TaskExplanation of)
    {
        var name = Words.Short(of.Request.TaskDefinitionArn);
        return of switch
        {
            { Placement: { } place, Account: null } =>
                $"{name} was placed on {ExplainingWords.Instance(of, place.ContainerInstanceArn)}, which the caller "
                + "named: nothing was searched for.",
            { Placement: { } place } => Words.Of(
                $"{name} was placed on {ExplainingWords.Instance(of, place.ContainerInstanceArn)} at ")
                + $"{Words.Clock(place.At)}.",
            { Outcome: "waiting" } => $"{name} waits for room.",
            _ => $"{name} never had a place.",
        };
    }

    private static void Request(StringBuilder text, TaskRequest request)
    {
        var startedBy = request.StartedBy is { } by ? $", started by {by}" : "";
        text.Line($"It was asked for at {Words.Clock(request.At)}"
            + $"{ExplainingWords.By(request.Actor, request.Command)}:");
        text.Line($"  needs       {PlacementWords.Needs(request.Needs)}");
        text.Line($"  group       {request.Group}{startedBy}");
        foreach (var constraint in request.Constraints)
        {
            text.Line($"  constraint  {PlacementWords.Constraint(constraint)}");
        }

        if (request.Strategies.Count > 0)
        {
            text.Line($"  strategies  {string.Join(", ", request.Strategies.Select(PlacementWords.Strategy))}");
        }
    }

    private static void Wait(StringBuilder text, TaskExplanation of)
    {
        if (of.Wait is not { } wait) return;

        text.Line();
        if (wait.Ended is { } ended)
        {
            text.Line($"It waited for room from {Words.Clock(wait.Since)} to {Words.Clock(ended)} "
                + $"({Words.Time(ended - wait.Since)}); it was to give up at {Words.Clock(wait.Until)}.");
            if (of.Placement is { } place)
            {
                text.Line($"Room came at position {place.Position - 1}"
                    + $"{ExplainingWords.By(place.Actor, place.Command)}.");
            }

            return;
        }

        text.Line($"It waits since {Words.Clock(wait.Since)} and gives up at {Words.Clock(wait.Until)}.");
        text.Line(wait.Ahead switch
        {
            0 => "Nobody who came earlier waits in front of it.",
            1 => "1 task that came earlier is looked at before it:",
            { } ahead => Words.Of($"{ahead} tasks that came earlier are looked at before it:"),
            null => "",
        });
        Tasks(text, wait.First, wait.Ahead ?? 0);
    }

    private static void Passed(StringBuilder text, PlaceFound place)
    {
        if (place.Passed.Count == 0) return;

        var count = place.Choice.Passed ?? place.Passed.Count;
        text.Line().Line($"It passed {PlacementWords.Tasks(count)} that came earlier and found no room:");
        Tasks(text, place.Passed, count);
    }

    private static void Tasks(StringBuilder text, IReadOnlyList<WaitingTask> tasks, int count)
    {
        if (tasks.Count == 0) return;

        var table = new TextTable("TASK", "DEFINITION", "NEEDS", "WAITS SINCE", "WHY");
        foreach (var task in tasks)
        {
            table.Add(
                Words.Short(task.TaskArn),
                Words.Short(task.TaskDefinitionArn),
                PlacementWords.Needs(task.Needs),
                Words.Clock(task.Since),
                task.Why);
        }

        table.Write(text);
        if (count > tasks.Count) text.Line(Words.Of($"  and {count - tasks.Count} more"));
    }
}
