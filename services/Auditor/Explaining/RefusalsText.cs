using System.Text;
using Ecs.Auditor.History;

namespace Ecs.Auditor.Explaining;

/// <summary>Refusals as a person reads them.</summary>
internal static class RefusalsText
{
    /// <summary>All of it in a sentence.</summary>
    public static string Summary(string clusterArn, IReadOnlyList<RefusalView> refusals) => refusals switch
    {
        [] => $"{Words.Short(clusterArn)} has refused no task for want of room",
        [var last, ..] => $"{Words.Short(clusterArn)} last refused {PlacementWords.Tasks(last.Count)} of "
            + $"{Words.Short(last.TaskDefinitionArn)} for want of room at {Words.Clock(last.At)}",
    };

    /// <summary>The whole text, its last line ended.</summary>
    public static string Of(RefusalsExplanation of)
    {
        var text = new StringBuilder();
        text.Line(of.Of).Line($"{of.What}.");
        foreach (var refusal in of.Refusals) Write(text, refusal, of.Machines);
        return text.ToString();
    }

    private static void Write(
        StringBuilder text, RefusalView refusal, IReadOnlyDictionary<string, string> machines)
    {
        text.Line().Line(
            $"{Words.Clock(refusal.At)}  {PlacementWords.Tasks(refusal.Count)} of "
            + $"{Words.Short(refusal.TaskDefinitionArn)}, group {refusal.Group}"
            + $"{ExplainingWords.By(refusal.Actor, refusal.Command)}");
        if (refusal.AccountFrom is { } from)
        {
            text.Line(Words.Of($"The account is that of the refusal at position {from}."));
            if (refusal.Account is { } same) text.Line($"In short: {PlacementWords.Why(same)}.");
        }
        else if (refusal.Account is { } account)
        {
            AccountText.Write(text, account, refusal.Position - 1, machines, isChosen: false);
        }
        else
        {
            foreach (var failure in refusal.Failures)
            {
                var name = failure.Arn is { } arn ? Words.Short(arn) : "-";
                text.Line($"  {name}  {failure.Reason}  {failure.Detail}".TrimEnd());
            }
        }
    }
}
