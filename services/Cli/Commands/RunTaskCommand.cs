using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Ecs.Cli.Progress;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs run-task custom-name:custom-version</c>: starts tasks and shows how they come up.</summary>
internal sealed class RunTaskCommand
{
    // Longer than ECS lets a start or a create take; a pull of a large image may need more and says so by --timeout.
    private const int DefaultTimeoutSeconds = 600;

    private readonly Argument<string> _definition = TaskDefinitionCommands.Definition();

    private readonly Option<string?> _cluster = Options.Cluster();

    private readonly Option<int?> _count = new("--count") { Description = "How many, 1 (the default) to 10." };

    private readonly Option<string[]> _override = new("--override")
    {
        Description = "A change: web.command=\"sleep 10\", web.env.NAME=VALUE, web.cpu=N, web.memory=N.",
        HelpName = "CONTAINER.MEMBER=VALUE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _overrides = new("--overrides")
    {
        Description = "The same as ECS's JSON: {\"containerOverrides\": [...]}.",
        HelpName = "JSON",
    };

    private readonly Option<string?> _startedBy = new("--started-by")
    {
        Description = "Whoever starts it, to list by.",
    };

    private readonly Option<string?> _group = new("--group") { Description = "The group; family:<family> by default." };

    private readonly Option<string?> _token = new("--client-token")
    {
        Description = "The same token again starts nothing new; one is made where none is given.",
    };

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Wait until all are RUNNING or STOPPED (the default).",
    };

    private readonly Option<bool> _noWait = new("--no-wait")
    {
        Description = "Return as soon as the tasks are accepted.",
    };

    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = "The most seconds to wait.",
        DefaultValueFactory = _ => DefaultTimeoutSeconds,
    };

    /// <summary>The command.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line)
    {
        var run = new RunTaskCommand();
        var command = new Command("run-task", "Start tasks of a definition wherever there is room.")
        {
            run._definition, run._cluster, run._count, run._override, run._overrides, run._startedBy, run._group,
            run._token, run._wait, run._noWait, run._timeout,
        };
        command.Validators.Add(result =>
        {
            var both = result.GetValue(run._wait) && result.GetValue(run._noWait);
            if (both) result.AddError("--wait or --no-wait, not both.");
        });
        yield return line.Runs(command, run.RunAsync);
    }

    private async Task<int> RunAsync(Session session, ParseResult parsed)
    {
        var reply = await session.CallAsync(
            "RunTask",
            ("cluster", parsed.GetValue(_cluster)),
            ("taskDefinition", parsed.GetValue(_definition)),
            ("count", parsed.GetValue(_count)),
            ("overrides", Overrides.Read(parsed.GetValue(_override)!, parsed.GetValue(_overrides))),
            ("startedBy", parsed.GetValue(_startedBy)),
            ("group", parsed.GetValue(_group)),
            ("clientToken", parsed.GetValue(_token) ?? $"{Guid.NewGuid()}"));
        var tasks = reply.Many<TaskView>("tasks");
        var failures = reply.Many<FailureView>("failures");
        if (parsed.GetValue(_noWait) || tasks.Count == 0)
        {
            if (session.Json) session.Screen.Json(reply);
            else TaskTables.List(session, tasks);
            return session.Report(failures);
        }

        var following = new TaskFollower(session, parsed.GetValue(_cluster), tasks);
        var last = await following.UntilAsync(
            task => task.IsRunning || task.IsStopped, TimeSpan.FromSeconds(parsed.GetValue(_timeout)));
        if (session.Json) session.Screen.Json(Together(last.Reply, reply));
        return Math.Max(session.Report(failures), Outcome(session, last.Tasks));
    }

    // A task that ran and ended by itself with code 0 did what it was for.
    private static int Outcome(Session session, IReadOnlyList<TaskView> tasks)
    {
        var code = ExitCodes.Done;
        foreach (var task in tasks)
        {
            var id = Words.Short(task.TaskArn);
            var endedWell = task.Containers.All(container => container.ExitCode is null or 0);
            var isDone = task.IsStopped && task.StartedAt is not null && endedWell;
            if (task.IsRunning || isDone) continue;

            code = ExitCodes.NotAsAsked;
            session.Screen.Note(task.IsStopped
                ? $"Task {id} stopped: {task.StoppedReason ?? task.StopCode}. More: ecs history {id}"
                : $"Task {id} is still {task.LastStatus}. Look again: ecs describe-tasks {id}");
        }

        return code;
    }

    private static JsonElement Together(JsonElement described, JsonElement run) =>
        JsonSerializer.SerializeToElement(new JsonObject
        {
            ["tasks"] = JsonNode.Parse(described.GetProperty("tasks").GetRawText()),
            ["failures"] = run.TryGetProperty("failures", out var failures)
                ? JsonNode.Parse(failures.GetRawText())
                : new JsonArray(),
        });
}
