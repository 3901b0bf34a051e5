namespace Ecs.Benchmarks.Throughput;

/// <summary>
/// The way of a task from one hop to the next: by the clocks of sender and Agents, and by the times that the log keeps.
/// All of them are one machine's clock.
/// </summary>
internal static class Hops
{
    public static IEnumerable<(string Hop, Distribution Milliseconds)> Of(
        IReadOnlyDictionary<string, TaskCauses> tasks,
        IReadOnlyDictionary<string, CommandTimes> commands,
        IReadOnlyDictionary<string, Sending> sendings,
        IReadOnlyDictionary<string, DateTimeOffset> received)
    {
        var runs = commands.Where(c => c.Value.Name == "run-task").Select(c => (c.Value, sendings[c.Key])).ToList();
        yield return ("RunTask sent -> its group is begun", Span(runs, r => r.Item2.Sent, r => r.Value.Begun));
        yield return ("  -> decided, the log's lock granted", Span(runs, r => r.Value.Begun, r => r.Value.Locked));
        yield return ("  -> written, committed", Span(runs, r => r.Value.Locked, r => r.Value.Committed));
        yield return ("  -> answer at the sender", Span(runs, r => r.Value.Committed, r => r.Item2.Answered));

        var work = tasks.Select(t => (
            Placed: commands[t.Value.Placed!],
            Received: received[t.Key],
            Report: commands[t.Value.Running!],
            Sending: sendings[t.Value.Running!],
            Stopped: commands[t.Value.Stopped!])).ToList();
        yield return ("placed, committed -> the Agent has it", Span(work, w => w.Placed.Committed, w => w.Received));
        yield return ("  -> RUNNING is reported", Span(work, w => w.Received, w => w.Sending.Sent));
        yield return ("  -> the report's group is begun", Span(work, w => w.Sending.Sent, w => w.Report.Begun));
        yield return ("  -> decided, the log's lock granted", Span(work, w => w.Report.Begun, w => w.Report.Locked));
        yield return ("  -> written, committed", Span(work, w => w.Report.Locked, w => w.Report.Committed));
        yield return ("  -> answer at the Agent", Span(work, w => w.Report.Committed, w => w.Sending.Answered));
        yield return ("  -> STOPPED, committed", Span(work, w => w.Sending.Answered, w => w.Stopped.Committed));
    }

    private static Distribution Span<T>(
        IEnumerable<T> things, Func<T, DateTimeOffset> from, Func<T, DateTimeOffset> to) =>
        new(things.Select(thing => (to(thing) - from(thing)).TotalMilliseconds));
}
