using System.CommandLine;
using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;

namespace Ecs.Cli.Commands;

/// <summary>Protection of tasks from being stopped when their service scales in.</summary>
internal static class ProtectionCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line) => [Get(line), Update(line)];

    private static Command Get(EcsCommandLine line)
    {
        var (ids, cluster) = (Tasks(), Options.Cluster());
        var command = new Command("get-task-protection", "Show which tasks are protected from scale-in.")
        {
            ids, cluster,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var name = parsed.GetValue(cluster);
            return Show(session, await session.CallAsync(
                "GetTaskProtection",
                ("cluster", name),
                ("tasks", Session.Names(await ShortIds.TasksAsync(session, name, parsed.GetValue(ids)!)))));
        });
    }

    private static Command Update(EcsCommandLine line)
    {
        var (ids, cluster) = (Tasks(), Options.Cluster());
        var isEnabled = new Option<bool>("--protection-enabled", "--on") { Description = "Protect them." };
        var isDisabled = new Option<bool>("--no-protection-enabled", "--off")
        {
            Description = "Protect them no longer.",
        };
        var minutes = new Option<int?>("--expires-in-minutes")
        {
            Description = "For how long, 1 to 2880 minutes; 120 where nothing is said.",
        };
        var command = new Command("update-task-protection", "Protect services' tasks from scale-in, or no longer.")
        {
            ids, cluster, isEnabled, isDisabled, minutes,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(isEnabled) == result.GetValue(isDisabled))
            {
                result.AddError("Give one of --protection-enabled and --no-protection-enabled.");
            }
        });
        return line.Runs(command, async (session, parsed) =>
        {
            var name = parsed.GetValue(cluster);
            return Show(session, await session.CallAsync(
                "UpdateTaskProtection",
                ("cluster", name),
                ("tasks", Session.Names(await ShortIds.TasksAsync(session, name, parsed.GetValue(ids)!))),
                ("protectionEnabled", parsed.GetValue(isEnabled)),
                ("expiresInMinutes", parsed.GetValue(minutes))));
        });
    }

    private static Argument<string[]> Tasks() => new("tasks")
    {
        Description = "Ids, the first characters of ids, or ARNs.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static int Show(Session session, JsonElement reply)
    {
        if (session.Json)
        {
            session.Screen.Json(reply);
        }
        else if (reply.Many<ProtectedTaskView>("protectedTasks") is { Count: > 0 } tasks)
        {
            var table = new Listing("TASK", "PROTECTED", "UNTIL");
            foreach (var task in tasks)
            {
                table.AddRow(
                    $"[bold]{Words.Safe(Words.Short(task.TaskArn))}[/]",
                    task.ProtectionEnabled is true ? "yes" : "no",
                    Words.Time(task.ExpirationDate));
            }

            session.Screen.Show(table);
        }

        return session.Report(reply.Many<FailureView>("failures"));
    }
}
