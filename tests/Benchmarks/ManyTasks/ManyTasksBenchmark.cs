using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Ecs.Benchmarks.OneTask;

namespace Ecs.Benchmarks.ManyTasks;

/// <summary>
/// Many tasks at once, image present: from the first RunTask to the DescribeTasks that says RUNNING of all, against the
/// best rate at which the Docker API alone creates and starts as many, 2, 4 or 8 of them under way; on the bridge also
/// against Docker Swarm, where the engine can be one. In turn, on the engine and the stack that are there, for each
/// network mode that is asked for.
/// </summary>
internal static class ManyTasksBenchmark
{
    /// <summary>The most tasks of one RunTask, and what one request asks for.</summary>
    private const int TasksOfRequest = 10;

    /// <summary>The most tasks of one DescribeTasks.</summary>
    private const int TasksOfQuestion = 100;

    private const string NoSwarm = "--no-swarm";

    private static readonly int[] Counts = [40, 100];
    private static readonly int[] UnderWay = [2, 4, 8];
    private static readonly string[] Networks = ["bridge", "host", "none"];
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string[] Command = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done"];

    /// <param name="args">
    /// The network modes and the numbers of tasks; without any, all three and both. <c>--no-swarm</c> leaves Swarm out.
    /// </param>
    /// <exception cref="ArgumentException">One is none of these.</exception>
    public static async Task RunAsync(string[] args)
    {
        string[] known = [NoSwarm, .. Networks, .. Counts.Select(Text)];
        if (args.Except(known).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException($"'{unknown}' is none of {string.Join(", ", known)}");
        }

        var image = Setting("ECS_TEST_BUSYBOX_IMAGE", "ecs-events/busybox:debian12");
        using var gateway = new Gateway(new Uri(Setting("ECS_ENDPOINT_URL", "http://127.0.0.1:8080")));
        var engine = new Uri(Setting("DOCKER_HOST", "unix:///var/run/docker.sock"));
        using var docker = new RawDocker(engine, image, Command);
        await using var swarm = args.Contains(NoSwarm)
            ? null
            : await RawSwarm.TryStartAsync(engine, image, Command);
        string[] networks = [.. args.Where(Networks.Contains)];
        int[] counts = [.. Counts.Where(count => args.Contains(Text(count)))];
        Console.WriteLine($"{Rounds.Count} alternating rounds; containers a second: median (lowest-highest)");
        foreach (var network in networks.Length > 0 ? networks : Networks)
        {
            var family = $"benchmark-many-tasks-{network}";
            await gateway.CallAsync("RegisterTaskDefinition", new
            {
                family,
                networkMode = network,
                containerDefinitions = new[]
                {
                    new { name = "one", image, cpu = 10, memory = OneTaskBenchmark.MemoryMebibytes, command = Command },
                },
            });
            foreach (var count in counts.Length > 0 ? counts : Counts)
            {
                // Swarm has no other network to compare with.
                var other = network is "bridge" ? swarm : null;
                await CompareAsync(gateway, docker, other, family, (network, count));
            }
        }
    }

    private static async Task CompareAsync(
        Gateway gateway, RawDocker docker, RawSwarm? swarm, string family, (string Network, int Count) what)
    {
        var (network, count) = what;
        Func<Task<double>>[] raw = [.. UnderWay.Select(n => (Func<Task<double>>)(() => RawAsync(docker, network, count, n)))];
        Func<Task<double>>[] others = swarm is null ? [] : [() => swarm.RunAsync(count)];
        var figures = await Rounds.AlternateAsync([() => OursAsync(gateway, family, count), .. raw, .. others]);
        var (ours, best) = (figures[0], figures.Skip(1).Take(raw.Length).MaxBy(figure => figure.Median)!);
        Console.WriteLine($"{count} tasks, network {network}");
        for (var i = 0; i < UnderWay.Length; i++) Console.WriteLine($"  raw, {UnderWay[i]} under way        {Rate(figures[i + 1])}");
        if (swarm is not null) Console.WriteLine($"  Docker Swarm             {Rate(figures[^1])}");
        Console.WriteLine($"  RunTask to all RUNNING   {Rate(ours)}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  to the best raw rate     {ours.Median / best.Median:0.00}   (budget 0.95)"));
    }

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Rate(Figure figure) => string.Create(
        CultureInfo.InvariantCulture, $"{figure.Median:0.0} ({figure.Rounds.Min():0.0}-{figure.Rounds.Max():0.0})");

    private static async Task<double> RawAsync(RawDocker docker, string network, int count, int underWay)
    {
        var ids = new string[count];
        var began = Stopwatch.GetTimestamp();
        var limit = new ParallelOptions { MaxDegreeOfParallelism = underWay };
        await Parallel.ForAsync(0, count, limit, async (i, _) => ids[i] = await docker.CreateAndStartAsync(network));
        var took = Stopwatch.GetElapsedTime(began);
        await Parallel.ForEachAsync(ids, limit, async (id, _) => await docker.RemoveAsync(id));
        return count / took.TotalSeconds;
    }

    private static async Task<double> OursAsync(Gateway gateway, string family, int count)
    {
        var began = Stopwatch.GetTimestamp();
        var tasks = await StartAsync(gateway, family, count);
        var took = Stopwatch.GetElapsedTime(began);
        await StopAsync(gateway, tasks);
        return count / took.TotalSeconds;
    }

    /// <summary>Starts so many tasks, and returns when all are RUNNING.</summary>
    public static async Task<string[]> StartAsync(Gateway gateway, string family, int count)
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, count / TasksOfRequest).Select(_ => gateway.CallAsync(
            "RunTask", new { taskDefinition = family, count = TasksOfRequest })));
        string[] tasks = [.. replies.SelectMany(reply => reply["tasks"]!.AsArray()).Select(task => (string)task!["taskArn"]!)];
        if (tasks.Length != count) throw new InvalidOperationException($"only {tasks.Length} of {count} were placed");

        await ReachAsync(gateway, tasks, "RUNNING");
        return tasks;
    }

    /// <summary>Stops them, and returns when all are STOPPED.</summary>
    public static async Task StopAsync(Gateway gateway, string[] tasks)
    {
        await Task.WhenAll(tasks.Select(task => gateway.CallAsync("StopTask", new { task, reason = "benchmark" })));
        await ReachAsync(gateway, tasks, "STOPPED");
    }

    // A task that was seen there is not asked for again: whoever waits for a hundred does not read all of them each time.
    private static async Task ReachAsync(Gateway gateway, string[] tasks, string status)
    {
        var began = Stopwatch.GetTimestamp();
        HashSet<string> left = [.. tasks];
        while (Stopwatch.GetElapsedTime(began) < Patience)
        {
            foreach (var some in left.Chunk(TasksOfQuestion).ToList())
            {
                var reply = await gateway.CallAsync("DescribeTasks", new { tasks = some });
                foreach (var task in reply["tasks"]!.AsArray())
                {
                    var seen = (string?)task!["lastStatus"];
                    if (seen == status) left.Remove((string)task["taskArn"]!);
                    else if (seen is "STOPPED") throw new InvalidOperationException($"a task stopped: {task}");
                }
            }

            if (left.Count == 0) return;

            await Task.Delay(Poll);
        }

        throw new TimeoutException($"{left.Count} of {tasks.Length} tasks did not reach {status} in {Patience}");
    }

    /// <summary>A setting of the environment.</summary>
    public static string Setting(string name, string otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : otherwise;
}
