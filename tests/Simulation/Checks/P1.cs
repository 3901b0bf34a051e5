using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Simulation.Clients;

namespace Ecs.Simulation.Checks;

/// <summary>
/// P1: what was answered is in the log, as it was answered; a command that was sent again has one answer.
/// </summary>
internal static class P1
{
    /// <summary>Checks it.</summary>
    public static void Check(House house)
    {
        foreach (var asked in house.Clients.SelectMany(client => client.Asked))
        {
            foreach (var answer in asked.Answers) Check(house, asked, answer);
        }
    }

    private static void Check(House house, Asked asked, Answer answer)
    {
        var command = asked.Command;
        var what = $"{command.GetType().Name} {command.CommandId}";
        if (answer.Error is { Type: ErrorTypes.Server or ErrorTypes.Conflict } fault)
        {
            house.World.Break("P1", $"{what} was answered with {fault.Type}: {fault.Message}");
        }

        // A sending that came too late is recorded under its own id, not under the token of all.
        if (asked.IsByToken && answer.Error is { } late && late.Message.StartsWith("the deadline", StringComparison.Ordinal))
        {
            return;
        }

        var key = new CommandKey(asked.Service, command.Account, command.Region, command.RepeatId!);
        if (house.Store.Recorded(key) is not { } recorded)
        {
            house.World.Break("P1", $"{what} was answered and is not in the log");
        }
        else if (Text(recorded.Answer) != Text(answer))
        {
            house.World.Break("P1", $"{what} was answered {Text(answer)}; the log says {Text(recorded.Answer)}");
        }
    }

    // A repeat under the same token has an id of its own, which its answer names.
    private static string Text(Answer answer) =>
        CommandText.Canonical(answer with { CommandId = null }, typeof(Answer));
}
