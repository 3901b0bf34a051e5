using System.Text.Json;
using Ecs.Benchmarks.StartUp;
using Ecs.Benchmarks.Throughput;
using Ecs.Contracts.Commands;
using Ecs.Hosting;
using Ecs.Log;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Ecs.Benchmarks.Past;

/// <summary>
/// How quickly the Auditor decides recorded commands again (<c>/replay/decisions</c>), on a log of its own that today's
/// rules wrote.
/// </summary>
internal static class DecisionsRate
{
    /// <summary>Events that are enough: the rate does not depend on how long the log is.</summary>
    private const int Most = 100_000;

    /// <summary>Events of one commit, about.</summary>
    private const int Group = 500;

    public static async Task TellAsync(string server, int events)
    {
        var connection = await BusyLog.NewAsync(server, "ecs_bench_decisions");
        await using var log = new EventLog(connection);
        await WriteAsync(log, connection, Math.Min(events, Most));
        await using var auditor = await ProgramProcess.StartAsync(
            "Auditor", new Dictionary<string, string> { [Settings.LogConnection] = connection });
        using var http = new HttpClient { BaseAddress = auditor.Url, Timeout = TimeSpan.FromMinutes(10) };
        var (commands, facts) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds.Count; round++)
        {
            var watch = Stopwatch.StartNew();
            var lines = (await http.GetStringAsync(new Uri("/replay/decisions", UriKind.Relative))).TrimEnd().Split('\n');
            var took = watch.Elapsed.TotalSeconds;
            using var line = JsonDocument.Parse(lines[^1]);
            var report = line.RootElement.GetProperty("report");
            if (report.GetProperty("different").GetInt64() != 0) throw new InvalidOperationException(lines[^1]);

            // The first has the program's own start in it.
            if (round == 0) continue;

            commands.Add(report.GetProperty("compared").GetInt64() / took);
            facts.Add(report.GetProperty("events").GetInt64() / took);
        }

        Console.WriteLine($"/replay/decisions      {new Figure(commands)} commands a second, {new Figure(facts)} events");
    }

    private static async Task WriteAsync(EventLog log, string connection, int events)
    {
        var house = new RuledHouse();
        var registry = await BusyLog.TakeAsync(connection, Services.Registry);
        var scheduler = await BusyLog.TakeAsync(connection, Services.Scheduler);
        await log.CommitAsync(registry, house.Define(), default);
        var waiting = house.Join().SelectMany(command => command).ToList();
        for (var written = 0; written < events;)
        {
            while (waiting.Sum(command => command.Events.Count) < Group) waiting.AddRange(house.Next());
            await log.CommitAsync(scheduler, waiting, default);
            written += waiting.Sum(command => command.Events.Count);
            waiting.Clear();
        }
    }
}
