using System.Diagnostics;
using System.Globalization;

namespace Ecs.Benchmarks.OneTask;

/// <summary>
/// One task, image present: from the RunTask request to the first DescribeTasks that says RUNNING, asked every 5 ms,
/// against raw create and start through the Docker API. Both on the engine and the stack that are there, in turn; the
/// stack is up and idle while the raw side runs. What asks and what answers are warm: else their compiling, on the same
/// cores, is measured as well. How long a task takes before that is printed too.
/// </summary>
/// <remarks>
/// <c>one-task [rounds]</c>. A round scatters by a fifth, so a median of seven cannot tell 1.20 from 1.24.
/// </remarks>
internal static class OneTaskBenchmark
{
    public const int MemoryMebibytes = 64;

    private const string Family = "benchmark-one-task";

    /// <summary>Questions that were asked and answered before it measures.</summary>
    private const int AskedBefore = 2_000;

    /// <summary>Rounds where nothing else is said.</summary>
    private const int RoundsOtherwise = 25;

    private static readonly string NoTask = new('0', 32);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Command = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done"];

    public static async Task RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : RoundsOtherwise;
        var endpoint = Setting("ECS_ENDPOINT_URL", "http://127.0.0.1:8080");
        var image = Setting("ECS_TEST_BUSYBOX_IMAGE", "ecs-events/busybox:debian12");
        using var gateway = new Gateway(new Uri(endpoint));
        using var docker = new RawDocker(new Uri(Setting("DOCKER_HOST", "unix:///var/run/docker.sock")), image, Command);
        await gateway.CallAsync("RegisterTaskDefinition", new
        {
            family = Family,
            containerDefinitions = new[]
            {
                new { name = "one", image, cpu = 10, memory = MemoryMebibytes, command = Command },
            },
        });

        var first = await OursAsync(gateway);
        for (var i = 0; i < AskedBefore; i++) await gateway.CallAsync("DescribeTasks", new { tasks = new[] { NoTask } });

        var figures = await Rounds.AlternateAsync(rounds, () => RawAsync(docker), () => OursAsync(gateway));
        var (raw, ours) = (figures[0], figures[1]);
        Console.WriteLine($"one task, image present, {rounds} alternating rounds; milliseconds: median (lowest-highest)");
        Console.WriteLine($"  raw Docker create+start   {raw}");
        Console.WriteLine($"  RunTask to RUNNING seen   {ours}");
        Console.WriteLine($"  the same before warming   {first:N0}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  ratio of medians          {ours.Median / raw.Median:0.00}   (budget 1.20)"));
    }

    private static async Task<double> RawAsync(RawDocker docker)
    {
        var began = Stopwatch.GetTimestamp();
        var id = await docker.CreateAndStartAsync();
        var took = Stopwatch.GetElapsedTime(began);
        await docker.RemoveAsync(id);
        return took.TotalMilliseconds;
    }

    private static async Task<double> OursAsync(Gateway gateway)
    {
        var began = Stopwatch.GetTimestamp();
        var reply = await gateway.CallAsync("RunTask", new { taskDefinition = Family });
        var task = (string?)reply["tasks"]?[0]?["taskArn"]
            ?? throw new InvalidOperationException($"the task was not placed: {reply["failures"]}");
        await ReachAsync(gateway, task, "RUNNING", began);
        var took = Stopwatch.GetElapsedTime(began);
        await gateway.CallAsync("StopTask", new { task, reason = "benchmark" });
        await ReachAsync(gateway, task, "STOPPED", Stopwatch.GetTimestamp());
        return took.TotalMilliseconds;
    }

    private static async Task ReachAsync(Gateway gateway, string task, string status, long began)
    {
        while (Stopwatch.GetElapsedTime(began) < Patience)
        {
            var reply = await gateway.CallAsync("DescribeTasks", new { tasks = new[] { task } });
            var seen = (string?)reply["tasks"]?[0]?["lastStatus"];
            if (seen == status) return;
            if (seen == "STOPPED") throw new InvalidOperationException($"the task stopped: {reply["tasks"]?[0]}");

            await Task.Delay(Poll);
        }

        throw new TimeoutException($"{task} did not reach {status} in {Patience}");
    }

    private static string Setting(string name, string otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : otherwise;
}
