using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Cli.Commands;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;

namespace Ecs.Cli.Progress;

/// <summary>The tasks of a RunTask or StartTask: shown, followed until they are up, and judged.</summary>
/// <param name="session">Where to ask and to write.</param>
/// <param name="cluster">The cluster; null for the default one.</param>
/// <param name="reply">The reply.</param>
/// <param name="refusalsOf">The cluster that keeps what was refused; null where nothing is kept.</param>
internal sealed class StartedTasks(
    Session session, string? cluster, JsonElement reply, string? refusalsOf = null)
{
    private readonly IReadOnlyList<TaskView> _tasks = reply.Many<TaskView>("tasks");
    private readonly IReadOnlyList<FailureView> _failures = reply.Many<FailureView>("failures");

    /// <summary>Shows what was started and what was not.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public int Show()
    {
        if (session.Json) session.Screen.Json(reply);
        else TaskTables.List(session, _tasks);
        return ReportFailures();
    }

    /// <summary>Shows how the tasks come up.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> FollowAsync(TimeSpan timeout)
    {
        if (_tasks.Count == 0) return Show();

        var last = await new TaskFollower(session, cluster, _tasks)
            .UntilAsync(task => task.IsRunning || task.IsStopped, timeout);
        if (session.Json) session.Screen.Json(Together(last.Reply));
        return Math.Max(ReportFailures(), Outcome(last.Tasks));
    }

    // The failures are as short as ECS has them; the cluster's refusals are explained in full.
    private int ReportFailures()
    {
        var code = session.Report(_failures);
        if (refusalsOf is { } cluster && _failures.Count > 0) session.Screen.Note($"More: ecs explain {cluster}");
        return code;
    }

    // A task that ran and ended by itself with code 0 did what it was for.
    private int Outcome(IReadOnlyList<TaskView> tasks)
    {
        var code = ExitCodes.Done;
        foreach (var task in tasks)
        {
            var id = Words.Short(task.TaskArn);
            var endedWell = task.Containers.All(container => container.ExitCode is null or 0);
            var isDone = task.IsStopped && task.StartedAt is not null && endedWell;
            if (task.IsRunning || isDone) continue;

            code = ExitCodes.NotAsAsked;
            // What never had a place has nothing to tell but why.
            var more = task.ContainerInstanceArn is null ? "explain" : "history";
            session.Screen.Note(Words.Clean(task switch
            {
                { IsStopped: true } =>
                    $"Task {id} stopped: {task.StoppedReason ?? task.StopCode}. More: ecs {more} {id}",
                { IsWaiting: true } => $"Task {id} still waits for room. Why: ecs explain {id}",
                _ => $"Task {id} is still {task.LastStatus}. Look again: ecs describe-tasks {id}",
            }));
        }

        return code;
    }

    private JsonElement Together(JsonElement described) => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["tasks"] = JsonNode.Parse(described.GetProperty("tasks").GetRawText()),
        ["failures"] = reply.TryGetProperty("failures", out var failures)
            ? JsonNode.Parse(failures.GetRawText())
            : new JsonArray(),
    });
}
