using System.Diagnostics;
using System.Globalization;
using Ecs.Benchmarks.ManyTasks;
using Ecs.Benchmarks.OneTask;

namespace Ecs.Benchmarks.IdleAgent;

/// <summary>
/// What an Agent that has nothing to do takes for itself: its process's cpu and memory with so many tasks running, over
/// some seconds in each of several rounds, on the engine and the stack that are there.
/// </summary>
internal static class IdleAgentBenchmark
{
    private const int Tasks = 50;
    private const int Seconds = 10;
    private const string Family = "benchmark-idle-agent";

    /// <summary>What follows a start is not idle yet: reports, and a collection of what they left.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(15);

    private static readonly string[] Command = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 60 & wait $!; done"];

    /// <param name="args">The Agent's process id; then, optionally, the seconds of a round and the tasks.</param>
    public static async Task RunAsync(string[] args)
    {
        if (args.Length == 0) throw new ArgumentException("idle-agent <process id of the Agent> [seconds] [tasks]");

        using var agent = Process.GetProcessById(Number(args[0]));
        var seconds = args.Length > 1 ? Number(args[1]) : Seconds;
        var count = args.Length > 2 ? Number(args[2]) : Tasks;
        var image = ManyTasksBenchmark.Setting("ECS_TEST_BUSYBOX_IMAGE", "ecs-events/busybox:debian12");
        using var gateway = new Gateway(
            new Uri(ManyTasksBenchmark.Setting("ECS_ENDPOINT_URL", "http://127.0.0.1:8080")));
        await gateway.CallAsync("RegisterTaskDefinition", new
        {
            family = Family,
            containerDefinitions = new[] { new { name = "one", image, cpu = 10, memory = 16, command = Command } },
        });

        var none = await MeasureAsync(agent, seconds);
        var tasks = await ManyTasksBenchmark.StartAsync(gateway, Family, count);
        try
        {
            Console.WriteLine($"process {agent.Id} ({agent.ProcessName}), {Rounds.Count} rounds of {seconds} s each");
            Console.WriteLine($"  no tasks    {none}");
            Console.WriteLine($"  {count} tasks    {await MeasureAsync(agent, seconds)}");
        }
        finally
        {
            await ManyTasksBenchmark.StopAsync(gateway, tasks);
        }
    }

    private static async Task<string> MeasureAsync(Process agent, int seconds)
    {
        await Task.Delay(Calm);
        var most = 0L;
        var shares = new List<double>();
        while (shares.Count < Rounds.Count)
        {
            agent.Refresh();
            var (cpu, began) = (agent.TotalProcessorTime, Stopwatch.GetTimestamp());
            for (var second = 0; second < seconds; second++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
                agent.Refresh();
                most = Math.Max(most, agent.WorkingSet64);
            }

            shares.Add((agent.TotalProcessorTime - cpu) / Stopwatch.GetElapsedTime(began) * 100);
        }

        var cores = new Figure(shares);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{cores.Median:0.00} % of a core ({shares.Min():0.00}-{shares.Max():0.00}), at most {most / 1048576.0:0} MiB resident");
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
