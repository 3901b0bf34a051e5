using Ecs.Cli.Commands;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ecs.Cli.Progress;

/// <summary>Tasks on their way, drawn again at every look.</summary>
internal static class LiveTasks
{
    /// <summary>One block for each task: its status and its containers.</summary>
    public static IRenderable Draw(IReadOnlyList<TaskView> tasks, TimeSpan elapsed)
    {
        var blocks = new List<IRenderable>();
        foreach (var task in tasks)
        {
            blocks.Add(new Markup(
                $"[bold]{Words.Safe(Words.Short(task.TaskArn))}[/]  {Words.Safe(Words.Name(task.TaskDefinitionArn))}  "
                + $"{Words.Status(task.LastStatus)}  [grey]{Words.Span(Took(task, elapsed))}[/]"
                + (task.StoppedReason is null ? "" : $"  {Words.Safe(task.StoppedReason)}")));
            blocks.Add(new Padder(TaskTables.Containers(task), new Padding(2, 0, 0, 1)));
        }

        return new Rows(blocks);
    }

    // From request to RUNNING by the service's own times; until then by this clock.
    private static TimeSpan Took(TaskView task, TimeSpan elapsed) =>
        task is { CreatedAt: { } created, StartedAt: { } started } && started >= created ? started - created : elapsed;
}
