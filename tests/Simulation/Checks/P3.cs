using System.Text.Json;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Simulation.Clients;

namespace Ecs.Simulation.Checks;

/// <summary>
/// P3: however often a command arrived, its effect is one: a RunTask has made the tasks that its answer names, and no
/// other. That an Agent makes nothing of a task whose stop came first is checked where it is told (AgentWord).
/// </summary>
internal static class P3
{
    /// <summary>Checks it.</summary>
    public static void Check(House house)
    {
        var made = house.Store.Rows.Select(row => row.Fact).OfType<TaskBegun>()
            .GroupBy(task => task.StartedBy ?? "", StringComparer.Ordinal)
            .ToDictionary(
                tasks => tasks.Key,
                tasks => tasks.Select(task => task.TaskArn).Order(StringComparer.Ordinal).Distinct().ToList(),
                StringComparer.Ordinal);
        foreach (var asked in house.Clients.SelectMany(client => client.Asked))
        {
            var by = (asked.Command as RunTask)?.StartedBy ?? (asked.Command as StartTask)?.StartedBy;
            if (by is not null) Check(house, asked, made.GetValueOrDefault(by, []));
        }
    }

    private static void Check(House house, Asked asked, List<string> made)
    {
        foreach (var answer in asked.Answers.Where(answer => answer.Error is null))
        {
            var told = answer.Result!.Value.GetProperty("tasks").EnumerateArray()
                .Select(task => task.GetProperty("taskArn").GetString()!)
                .Order(StringComparer.Ordinal);
            if (!told.SequenceEqual(made, StringComparer.Ordinal))
            {
                house.World.Break(
                    "P3",
                    $"{asked.Command.CommandId} was told of {string.Join(", ", told)} and made {string.Join(", ", made)}");
            }
        }
    }
}
