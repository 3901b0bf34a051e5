using Ecs.Contracts.Events;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

[Collection(CalmTests.Name)]
public sealed class Traces(CalmStack stack) : StackTest(stack)
{
    /// <summary>The request's trace, each step begun by the one before.</summary>
    private static readonly string[] Request =
        ["gateway RunTask", "scheduler answer run-task", "scheduler commit", "scheduler tell Agent task-placed"];

    /// <summary>What goes on in it at the Agent.</summary>
    private static readonly string[] Agent = ["agent take over", "agent Create main", "agent Start main"];

    /// <summary>The trace of the report that says RUNNING: a command of its own, which may tell of many tasks.</summary>
    private static readonly string[] Report =
        ["agent report", "scheduler answer submit-task-states", "scheduler commit", "scheduler publish task-running"];

    /// <summary>
    /// Tasks of which one at the least is told of for most of its time: a step without a span lacks it in each, and the machine
    /// does not pause in each.
    /// </summary>
    private const int Tries = 3;

    [Fact]
    public async Task Given_programs_that_keep_spans_when_a_task_has_run_then_its_way_through_all_of_them_is_told()
    {
        // With a token, as the clients of ECS send one: what they ask for is known by it and not by the sending's own id.
        var definition = await DefineAsync(NewName("traced"), Containers.Sleep);
        var (task, request, agent, report) = await RunTracedAsync(definition);
        var isOne = agent[0].Trace == request[0].Trace;
        if (!isOne) await AListWasQuickerAsync(task);
        OtlpSpan[] way =
        [
            .. Request[..(isOne ? 4 : 3)].Select(step => First(request, step)), .. Agent.Select(step => First(agent, step)),
            .. Report.Select(step => First(report, step)),
        ];
        Assert.True(way.Select(span => span.Begin).Order().SequenceEqual(way.Select(span => span.Begin)), Show(way));
        Assert.Equal((way[0].Id, OtlpSpan.Consumer), (way[1].Parent, way[1].Kind));
        Assert.Equal((way[^4].Id, OtlpSpan.Consumer), (way[^3].Parent, way[^3].Kind));
        var untold = await UntoldAsync(task, request, [.. agent, .. report]);
        for (var tries = 1; untold is not null && tries < Tries; tries++)
        {
            var next = await RunTracedAsync(definition);
            untold = await UntoldAsync(next.Task, next.Request, [.. next.Agent, .. next.Report]);
        }

        Assert.True(untold is null, untold);
        var told = (await Tool.Ecs(Stack).RunAsync("trace", task, Stack.Traces)).Good().Output;
        TestContext.Current.TestOutputHelper!.WriteLine(told);
        Assert.All(way, span => Assert.Contains(span.Step, told, StringComparison.Ordinal));
    }

    private async Task<(string Task, OtlpSpan[] Request, OtlpSpan[] Agent, OtlpSpan[] Report)> RunTracedAsync(string definition)
    {
        var task = Assert.Single(await RunAsync("default", definition, clientToken: $"{Guid.NewGuid()}"));
        await WhenAsync("default", task, "RUNNING");
        await Api.CallAsync("StopTask", new { cluster = "default", task });
        var (request, agent, report) = await Eventually.GetAsync(
            "the request is one trace through all programs, and the report another",
            async () => Of(await OtlpSpan.ReadAsync(Stack.Traces), task),
            way => Has(way.Request, [.. Request, "scheduler publish task-placed"]) && Has(way.Agent, Agent) && Has(way.Report, Report),
            show: way => $"{Show(way.Request)}\nand\n{Show(way.Agent)}\nand\n{Show(way.Report)}");
        return (task, request, agent, report);
    }

    /// <summary>The Agent has the task from one of its full lists, which name no request: that is a trace of its own.</summary>
    private async Task AListWasQuickerAsync(string task)
    {
        var placed = (await Promises.ReadAsync(Stack)).Single(e => e.Data is TaskPlaced && e.Stream == task);
        await Eventually.HoldsAsync(
            "the Agent says that a list was quicker", () => Stack.Default.Process.Tail(200).Contains(
                $"Dropped: assignments of position {placed.Position}, which the full list", StringComparison.Ordinal));
    }

    /// <summary>What is wrong where half of the time from the request to RUNNING in the log, or more, is without a span.</summary>
    private async Task<string?> UntoldAsync(string task, OtlpSpan[] request, OtlpSpan[] others)
    {
        var asked = First(request, Request[0]).Begin;
        OtlpSpan[] spans = [.. request, .. others];
        var running = (await Promises.ReadAsync(Stack)).Select(e => e.Data).OfType<TaskRunning>().Single(e => e.TaskArn == task);
        var until = (running.At - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var (reached, longest, after) = (asked, 0L, "");
        foreach (var span in spans.Where(span => span.Begin < until).OrderBy(span => span.Begin))
        {
            if (span.Begin - reached > longest) (longest, after) = (span.Begin - reached, $"before {span.Step}");
            reached = Math.Max(reached, span.End);
        }

        if (until - reached > longest) (longest, after) = (until - reached, "before RUNNING");
        return longest <= (until - asked) / 2
            ? null
            : $"of {(until - asked) / 1e6:F1} ms from the request to RUNNING no span tells of {longest / 1e6:F1} ms {after}: "
            + $"something that takes most of the time has none, or does its work after its span has ended\n{Show(spans)}";
    }

    /// <summary>The spans of the traces of the task's request, of its Agent's work, and of what the log took for its RUNNING.</summary>
    private static (OtlpSpan[] Request, OtlpSpan[] Agent, OtlpSpan[] Report) Of(IReadOnlyList<OtlpSpan> spans, string task)
    {
        return (InTraceOf("gateway RunTask"), InTraceOf("agent take over"), InTraceOf("scheduler publish task-running"));

        OtlpSpan[] InTraceOf(string step) => spans.FirstOrDefault(span => span.Step == step && span.Tasks.Contains(task)) is { } found
            ? [.. spans.Where(span => span.Trace == found.Trace).OrderBy(span => span.Begin)]
            : [];
    }

    private static bool Has(OtlpSpan[] spans, string[] steps) => steps.All(step => spans.Any(span => span.Step == step));

    private static OtlpSpan First(OtlpSpan[] spans, string step) => spans.First(span => span.Step == step);

    private static string Show(IEnumerable<OtlpSpan> spans) =>
        string.Join('\n', spans.Select(span => $"{span.Begin} {span.End - span.Begin} {span.Trace} {span.Step}"));
}
