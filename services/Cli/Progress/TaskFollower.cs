using System.Text.Json;
using Ecs.Cli.Commands;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Spectre.Console;

namespace Ecs.Cli.Progress;

/// <summary>The tasks as they were last seen, and the reply that said so.</summary>
internal sealed record Followed(JsonElement Reply, IReadOnlyList<TaskView> Tasks);

/// <summary>
/// Watches tasks until they are where they are waited for: moving text on a terminal, a line for each change elsewhere,
/// nothing where the result is for a program.
/// </summary>
internal sealed class TaskFollower(Session session, string? cluster, IReadOnlyList<TaskView> tasks)
{
    // Quick enough to look alive, slow enough to be no load: one query of one message each.
    private static readonly TimeSpan PauseBetweenLooks = TimeSpan.FromMilliseconds(400);

    private readonly long _began = session.Clock.GetTimestamp();

    private string? _why;
    private bool _isWhyAsked;

    /// <summary>Looks until every task is as wanted, or the time is over.</summary>
    public async Task<Followed> UntilAsync(Func<TaskView, bool> wanted, TimeSpan timeout)
    {
        if (session.Json) return await LookAsync(wanted, timeout, _ => { });

        if (!session.Screen.IsTerminal)
        {
            IReadOnlyList<TaskView> before = [];
            return await LookAsync(wanted, timeout, now =>
            {
                foreach (var line in TaskChanges.Lines(before, now, _why)) session.Screen.Raw(line);
                before = now;
            });
        }

        Followed? last = null;
        // Spectre's cropping fails on a terminal that says it has no height, as one without a window does.
        var display = session.Screen.Console.Live(LiveTasks.Draw(tasks, TimeSpan.Zero, _why))
            .AutoClear(false)
            .Overflow(VerticalOverflow.Visible);
        await display.StartAsync(async live =>
            last = await LookAsync(wanted, timeout, now =>
                live.UpdateTarget(LiveTasks.Draw(now, session.Clock.GetElapsedTime(_began), _why))));
        return last!;
    }

    // Tasks that are started together ask for the same, so the first that waits answers for all of them, once.
    private async Task AskWhyAsync(IReadOnlyList<TaskView> seen)
    {
        if (_isWhyAsked || seen.FirstOrDefault(task => task.IsWaiting) is not { TaskArn: { } arn } waiting) return;

        _isWhyAsked = true;
        try
        {
            var history = await session.Endpoint.GetAsync(
                $"history?of={Uri.EscapeDataString(arn)}&limit=1", session.Cancel);
            // The sentence begins with the definition, which stands beside it here already.
            var name = Words.Name(waiting.TaskDefinitionArn) + " ";
            _why = history.Many<HistoryEntry>("entries") is not [{ What: { } what }, ..] ? null
                : what.StartsWith(name, StringComparison.Ordinal) ? what[name.Length..]
                : what;
        }
        catch (Exception away) when (away is RefusedException or NotReachableException)
        {
            // The past cannot be asked now: that the task waits is seen without it.
        }
    }

    private async Task<Followed> LookAsync(
        Func<TaskView, bool> wanted, TimeSpan timeout, Action<IReadOnlyList<TaskView>> show)
    {
        var arns = tasks.Select(task => task.TaskArn!).ToList();
        while (true)
        {
            var reply = await session.CallAsync("DescribeTasks", ("cluster", cluster), ("tasks", Session.Names(arns)));
            var seen = new Followed(reply, reply.Many<TaskView>("tasks"));
            if (!session.Json) await AskWhyAsync(seen.Tasks);
            show(seen.Tasks);
            var isOver = session.Clock.GetElapsedTime(_began) >= timeout;
            if (isOver || seen.Tasks.All(wanted)) return seen;

            await Task.Delay(PauseBetweenLooks, session.Clock, session.Cancel);
        }
    }
}
