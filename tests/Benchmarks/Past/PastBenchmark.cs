using System.Globalization;
using Ecs.Benchmarks.StartUp;
using Ecs.Benchmarks.Throughput;
using Ecs.Hosting;
using Ecs.Log;

namespace Ecs.Benchmarks.Past;

/// <summary>
/// What the past costs at 1 million events, or as many as are asked for: questions about random moments to the Auditor
/// as the program that it is, over HTTP; the history of a task; replaying, against bare reading of the same rows;
/// deciding commands again; verifying; and the disk. <c>past [events] [moments of each question]</c>.
/// </summary>
internal static class PastBenchmark
{
    /// <summary>Programs that are started anew for one first question each.</summary>
    private const int Fresh = 7;

    public static async Task RunAsync(string[] args)
    {
        var events = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var samples = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100;
        var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
        var given = Environment.GetEnvironmentVariable("ECS_LOG_CONNECTION");
        await using var container = given is null ? await StartUpBenchmark.StartAsync() : null;
        var server = given ?? container!.DirectConnection();
        var connection = await BusyLog.NewAsync(server, "ecs_bench_past");
        await using var log = new EventLog(connection);
        var (took, _) = await BusyLog.WriteAsync(log, connection, events, inStep: true);
        await using var disk = new LogDisk(connection);
        await disk.SettleAsync();
        Tell($"{events:N0} events written in {took.TotalSeconds:N1} s; load {load} before");
        Tell($"{await disk.SnapshotsAsync()}");

        await AskAsync(connection, disk, events, samples);
        await AskFreshAsync(connection, disk, events);
        await ReplayRate.TellAsync(connection, events);
        await WholeLog.TellAsync(connection);
        await DecisionsRate.TellAsync(server, events);
        Tell($"{await disk.SizeAsync()}");
    }

    private static async Task AskAsync(string connection, LogDisk disk, int events, int samples)
    {
        await using var auditor = await StartAsync(connection);
        using var asking = new PastAsking(auditor.Url, disk, events, samples);
        var cpu = auditor.Cpu;
        Console.WriteLine("state as of a random moment, every question of another one; milliseconds, p50 and p99");
        foreach (var (name, figures) in await asking.QuestionsAsync()) Tell($"  {name,-20} {figures}");
        Tell($"  all                  {asking.All}, the longest {asking.All.At(1):N1}");
        Tell($"  processor time of one {(auditor.Cpu - cpu).TotalMilliseconds / (3 * samples):N1}");
        Tell($"history of one task    {await asking.HistoryAsync()}");
        Tell($"memory of the Auditor  {auditor.MemoryBytes / 1024 / 1024:N0} MiB");
    }

    private static async Task AskFreshAsync(string connection, LogDisk disk, int events)
    {
        var firsts = new List<double>();
        for (var i = 0; i < Fresh; i++)
        {
            await using var auditor = await StartAsync(connection);
            using var asking = new PastAsking(auditor.Url, disk, events, samples: 1);
            firsts.Add(await asking.OneAsync(i));
        }

        Tell($"first question of a process {new Figure(firsts)}");
    }

    private static Task<ProgramProcess> StartAsync(string connection) => ProgramProcess.StartAsync(
        "Auditor", new Dictionary<string, string> { [Settings.LogConnection] = connection });

    private static void Tell(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
