using System.CommandLine;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Progress;

namespace Ecs.Cli.Commands;

/// <summary>Tasks: shown, listed, stopped.</summary>
internal static class TaskCommands
{
    // Every container has 30 s between SIGTERM and SIGKILL by default.
    private const int StopTimeoutSeconds = 120;

    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line) => [Describe(line), List(line), Stop(line)];

    private static Command Describe(EcsCommandLine line)
    {
        var ids = new Argument<string[]>("tasks")
        {
            Description = "Ids, the first characters of ids, or ARNs.",
            Arity = ArgumentArity.OneOrMore,
        };
        var cluster = Options.Cluster();
        var command = new Command("describe-tasks", "Show tasks with their containers, stopped ones too.")
        {
            ids, cluster,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var name = parsed.GetValue(cluster);
            var whole = await ShortIds.TasksAsync(session, name, parsed.GetValue(ids)!);
            var reply = await session.CallAsync(
                "DescribeTasks",
                ("cluster", name),
                ("tasks", Session.Names(whole)),
                ("include", TagCommands.Include()));
            if (session.Json) session.Screen.Json(reply);
            else TaskTables.Describe(session, reply.Many<TaskView>("tasks"));
            return session.Report(reply.Many<FailureView>("failures"));
        });
    }

    private static Command List(EcsCommandLine line)
    {
        var cluster = Options.Cluster();
        var family = new Option<string?>("--family") { Description = "Only tasks of this family." };
        var instance = new Option<string?>("--container-instance") { Description = "Only tasks on this instance." };
        var startedBy = new Option<string?>("--started-by") { Description = "Only tasks that this caller started." };
        var status = new Option<string?>("--desired-status", "--status")
        {
            Description = "RUNNING (the default) or STOPPED.",
        };
        var command = new Command("list-tasks", "List tasks of a cluster.")
        {
            cluster, family, instance, startedBy, status,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var name = parsed.GetValue(cluster);
            var on = parsed.GetValue(instance) is { } id ? await ShortIds.InstancesAsync(session, name, [id]) : [];
            var arns = await session.ListAsync(
                "ListTasks",
                "taskArns",
                ("cluster", name),
                ("family", parsed.GetValue(family)),
                ("containerInstance", on.Count == 0 ? null : on[0]),
                ("startedBy", parsed.GetValue(startedBy)),
                ("desiredStatus", parsed.GetValue(status)));
            if (session.Json)
            {
                session.PrintList("taskArns", arns);
                return ExitCodes.Done;
            }

            if (arns.Count == 0) session.Screen.Note("No tasks. Stopped ones: ecs list-tasks --status STOPPED");
            var (tasks, _) = await session.DescribeAsync<TaskView>("DescribeTasks", "tasks", arns, ("cluster", name));
            TaskTables.List(session, tasks);
            return ExitCodes.Done;
        });
    }

    private static Command Stop(EcsCommandLine line)
    {
        var id = new Argument<string>("task") { Description = "Its id, the first characters of it, or its ARN." };
        var cluster = Options.Cluster();
        var reason = new Option<string?>("--reason") { Description = "Why, as the task's history shall say." };
        var wait = new Option<bool>("--wait") { Description = "Wait until it is STOPPED." };
        var command = new Command("stop-task", "Stop a task: SIGTERM, then SIGKILL.") { id, cluster, reason, wait };
        return line.Runs(command, async (session, parsed) =>
        {
            var name = parsed.GetValue(cluster);
            var whole = await ShortIds.TasksAsync(session, name, [parsed.GetValue(id)!]);
            var reply = await session.CallAsync(
                "StopTask", ("cluster", name), ("task", whole[0]), ("reason", parsed.GetValue(reason)));
            var task = reply.One<TaskView>("task");
            if (!parsed.GetValue(wait))
            {
                if (session.Json) session.Screen.Json(reply);
                else TaskTables.List(session, [task]);
                return ExitCodes.Done;
            }

            var last = await new TaskFollower(session, name, [task])
                .UntilAsync(known => known.IsStopped, TimeSpan.FromSeconds(StopTimeoutSeconds));
            if (session.Json) session.Screen.Json(last.Reply);
            return last.Tasks.All(known => known.IsStopped) ? ExitCodes.Done : ExitCodes.NotAsAsked;
        });
    }
}
