using System.Globalization;
using System.Runtime.CompilerServices;

namespace Ecs.Benchmarks.Throughput;

/// <summary>The figures, for a person.</summary>
internal sealed class Report(Shape shape, Figure tasks, Figure raw, RoundsOfTasks rounds, string load)
{
    private const int EventsPerTask = 3;

    public async Task WriteAsync(LogReading log, Sendings sendings, TaskBoard board)
    {
        var commits = await log.CommitsAsync(rounds.Start);
        var commands = await log.CommandsAsync(rounds.Start);
        var done = await log.TasksAsync(rounds.Start);
        Check(done, commits);

        Say($"durable throughput: {shape.Agents} simulated Agents, RunTask count {Shape.Count}, {shape.InFlight} of "
            + $"them under way, {shape.Tasks:N0} tasks a round, {Rounds.Count} rounds in turn with raw Marten");
        Say($"machine: {Environment.ProcessorCount} cores, load {load} before the start; median (lowest-highest)");
        Say($"  tasks/s, RunTask to STOPPED in the log           {tasks}   (floor 800, goal 1,500)");
        Say($"  events/s of it                                   {tasks.Median * EventsPerTask:N0}");
        Say($"  raw Marten, as many events in the same groups/s  {raw}");
        Say($"  ratio                                            {tasks.Median * EventsPerTask / raw.Median:0.00}");
        WriteRates(commits, commands.Count);
        WriteCpu();
        WriteHops(done, commands, sendings, board);
    }

    /// <summary>What is not in the log was not done: no figure of it is printed.</summary>
    private void Check(Dictionary<string, TaskCauses> done, List<CommitRow> commits)
    {
        var expected = shape.Tasks * Rounds.Count;
        var events = commits.Sum(commit => commit.Events);
        if (done.Count != expected
            || events != expected * EventsPerTask
            || done.Values.Any(task => task is not { Placed: not null, Running: not null, Stopped: not null }))
        {
            throw new InvalidOperationException(
                $"{expected} tasks were run, the log has {done.Count} of them in {events} events");
        }
    }

    private void WriteRates(List<CommitRow> commits, int commands)
    {
        var seconds = rounds.Elapsed.TotalSeconds;
        var events = commits.Sum(commit => commit.Events);

        var assignments = rounds.AssignmentMessages;
        var messages = (commands * 2) + events + assignments;
        Say($"  commits/s {commits.Count / seconds:N0}, of {(double)events / commits.Count:N1} events and "
            + $"{(double)commits.Sum(commit => commit.Commands) / commits.Count:N1} commands");
        Say($"  messages/s {messages / seconds:N0}: commands {commands / seconds:N0} and as many answers, "
            + $"events {events / seconds:N0}, assignments {assignments / seconds:N0}");
        Say($"  tasks a report {2.0 * shape.Tasks * Rounds.Count / (commands - (shape.Commands * Rounds.Count)):N1}, "
            + $"tasks an assignment message {shape.Tasks * Rounds.Count / (double)assignments:N1}");
    }

    private void WriteCpu()
    {
        var house = rounds.Cpu.Scheduler + rounds.Cpu.Rabbit + rounds.Cpu.Postgres + rounds.Cpu.Benchmark;
        Say($"tasks/s for each core that the four had: {shape.Tasks * Rounds.Count / house:N0}; this hardly depends on the load");
        Say($"cores in use, and milliseconds of a core for each task");
        foreach (var (who, seconds) in new[]
        {
            ("Scheduler", rounds.Cpu.Scheduler),
            ("RabbitMQ", rounds.Cpu.Rabbit),
            ("PostgreSQL", rounds.Cpu.Postgres),
            ("this program: client and Agents", rounds.Cpu.Benchmark),
            ("everything else on the machine", rounds.Cpu.Others),
        })
        {
            Say($"  {who,-34} {seconds / rounds.Cpu.Wall:0.00} "
                + $"{1000 * seconds / (shape.Tasks * Rounds.Count),7:0.000}");
        }
    }

    private static void WriteHops(
        Dictionary<string, TaskCauses> done,
        Dictionary<string, CommandTimes> commands,
        Sendings sendings,
        TaskBoard board)
    {
        var answers = commands.Where(command => command.Value.Name == "run-task")
            .Select(command => sendings.Answered[command.Key])
            .Select(sending => (sending.Answered - sending.Sent).TotalMilliseconds);
        Say($"milliseconds                                p50     p99");
        Say($"  {"RunTask answered",-38} {new Distribution(answers)}");
        foreach (var (hop, milliseconds) in Hops.Of(done, commands, sendings.Answered, board.Received))
        {
            Say($"  {hop,-38} {milliseconds}");
        }
    }

    private static void Say(DefaultInterpolatedStringHandler line) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, ref line));
}
