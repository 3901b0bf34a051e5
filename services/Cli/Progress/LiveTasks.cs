using Ecs.Cli.Commands;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ecs.Cli.Progress;

/// <summary>Tasks on their way, drawn again at every look.</summary>
internal static class LiveTasks
{
    // More tasks than this in blocks of their own would not fit a terminal of 24 lines.
    private const int MaxBlocks = 3;

    /// <summary>One block for each task, with its containers; of many tasks one line for each.</summary>
    /// <param name="tasks">The tasks as they are.</param>
    /// <param name="elapsed">How long they have been waited for.</param>
    /// <param name="why">Why those wait that wait for room, where that is known.</param>
    public static IRenderable Draw(IReadOnlyList<TaskView> tasks, TimeSpan elapsed, string? why = null)
    {
        if (tasks.Count > MaxBlocks) return Lines(tasks, elapsed, why);

        var blocks = new List<IRenderable>();
        foreach (var task in tasks)
        {
            blocks.Add(new Markup(
                $"[bold]{Words.Safe(Words.Short(task.TaskArn))}[/]  {Words.Safe(Words.Name(task.TaskDefinitionArn))}  "
                + $"{Words.Status(task.LastStatus)}  [grey]{Words.Span(Took(task, elapsed))}[/]"
                + (Reason(task, why) is { } reason ? $"  {Words.Safe(reason)}" : "")));
            blocks.Add(new Padder(TaskTables.Containers(task), new Padding(2, 0, 0, 1)));
        }

        return new Rows(blocks);
    }

    private static Listing Lines(IReadOnlyList<TaskView> tasks, TimeSpan elapsed, string? why)
    {
        var table = new Listing("TASK", "DEFINITION", "STATUS", "TIME", "PORTS", "REASON");
        foreach (var task in tasks)
        {
            table.AddRow(
                $"[bold]{Words.Safe(Words.Short(task.TaskArn))}[/]",
                Words.Safe(Words.Name(task.TaskDefinitionArn)),
                Words.Status(task.LastStatus),
                Words.Span(Took(task, elapsed)),
                Words.Safe(TaskTables.Ports(task.Containers)),
                Words.Safe(Reason(task, why) ?? "-"));
        }

        return table;
    }

    private static string? Reason(TaskView task, string? why) => task.StoppedReason ?? (task.IsWaiting ? why : null);

    // From request to RUNNING by the service's own times; until then by this clock.
    private static TimeSpan Took(TaskView task, TimeSpan elapsed) =>
        task is { CreatedAt: { } created, StartedAt: { } started } && started >= created ? started - created : elapsed;
}
