using System.Diagnostics;
using System.Text.Json;
using Ecs.Benchmarks.Throughput;
using Ecs.Hosting;

namespace Ecs.Benchmarks.Past;

/// <summary>What the Auditor does with the whole log: <c>/replay</c> with its digests, and <c>/verify</c>.</summary>
internal static class WholeLog
{
    public static async Task TellAsync(string connection)
    {
        await using var auditor = await ProgramProcess.StartAsync(
            "Auditor", new Dictionary<string, string> { [Settings.LogConnection] = connection });
        using var http = new HttpClient { BaseAddress = auditor.Url, Timeout = TimeSpan.FromMinutes(10) };
        var replayed = (await http.GetStringAsync(new Uri("/replay", UriKind.Relative))).TrimEnd().Split('\n');
        using var line = JsonDocument.Parse(replayed[^1]);
        var replay = line.RootElement.GetProperty("report");
        var events = replay.GetProperty("events").GetInt64();
        var seconds = replay.GetProperty("seconds").GetDouble();
        Console.WriteLine(FormattableString.Invariant(
            $"/replay with digests   {events / seconds:N0} events a second"));

        var watch = Stopwatch.StartNew();
        var lines = (await http.GetStringAsync(new Uri("/verify", UriKind.Relative))).TrimEnd().Split('\n');
        var took = watch.Elapsed.TotalSeconds;
        if (!lines[^1].Contains("report", StringComparison.Ordinal)) throw new InvalidOperationException(lines[^1]);
        Console.WriteLine(FormattableString.Invariant($"/verify                {events / took:N0} events a second"));
        Console.WriteLine($"  {lines[^1]}");
    }
}
