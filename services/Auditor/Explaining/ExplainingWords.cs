using Ecs.Auditor.History;
using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Explaining;

/// <summary>The sentences that stand in an explanation.</summary>
internal static class ExplainingWords
{
    /// <summary>An explanation in one sentence; what does not agree is said first.</summary>
    public static string Summary(TaskExplanation of)
    {
        var name = Words.Short(of.Request.TaskDefinitionArn);
        var told = of switch
        {
            { Placement: { } place } => $"{name} was placed on {Instance(of, place.ContainerInstanceArn)}"
                + (of.Account is { } account ? Chosen(place.Choice, account) : ", which the caller named"),
            { Outcome: "waiting", Wait: { } wait, Account: { } account } =>
                $"{name} waits for room until {Words.Clock(wait.Until)}: {PlacementWords.Why(account)}",
            { Account: { } account } => $"{name} never had a place: {PlacementWords.Why(account)}",
            _ => $"{name} never had a place",
        };
        return of.Inconsistencies.Count == 0 ? told : $"INCONSISTENT: {string.Join(' ', of.Inconsistencies)} {told}";
    }

    /// <summary>How a task ended, in one sentence.</summary>
    public static string End(TaskEnding end, TaskState task)
    {
        var exits = task.Containers.Values
            .Where(container => container.ExitCode is not null || container.Reason is not null)
            .Select(container => container.Name
                + (container.ExitCode is { } code ? Words.Of($" with exit code {code}") : "")
                + (container.Reason is { } reason ? $" ({reason})" : ""));
        var ended = Words.List(exits) is { Length: > 0 } text ? $"; {text}" : "";
        var when = end.StoppedAt is { } at ? $"It ended at {Words.Clock(at)}" : "It is to stop";
        return $"{when}, {EcsJson.Word(end.StopCode)}: {end.Reason}{ended}{By(end.Actor, end.Command)}.";
    }

    /// <summary><c>, by alice with run-task (command 17)</c>: as much of it as is known.</summary>
    public static string By(string? actor, HistoryCommand? command)
    {
        var who = actor is null ? "" : $" by {Words.Actor(actor)}";
        var how = command is null ? "" : $" with {command.Name} (command {Words.Id(command.Id)})";
        return who.Length + how.Length == 0 ? "" : $",{who}{how}";
    }

    /// <summary>An instance by its id's first characters and its machine's name.</summary>
    public static string Instance(TaskExplanation of, string arn) =>
        of.Machines.TryGetValue(arn, out var machine)
            ? $"instance {Words.Short(arn)} ({machine})"
            : $"instance {Words.Short(arn)}";

    private static string Chosen(PlacementChoice choice, PlacementAccount account)
    {
        var could = Words.Of($"{account.Fitting} of {PlacementWords.Instances(account.Considered)} could have it");
        return account.Fitting == 1
            ? $", the only one of {PlacementWords.Instances(account.Considered)} that could have it"
            : choice.Scores is null ? $", the first by name: {could}"
            : $" by {choice.Rule}: {could}";
    }
}
