using Ecs.Benchmarks.Api;
using Ecs.Benchmarks.Append;
using Ecs.Benchmarks.Feed;
using Ecs.Benchmarks.IdleAgent;
using Ecs.Benchmarks.ManyTasks;
using Ecs.Benchmarks.OneTask;
using Ecs.Benchmarks.Past;
using Ecs.Benchmarks.Placement;
using Ecs.Benchmarks.StartUp;
using Ecs.Benchmarks.Throughput;

// One program for all figures: dotnet run -c Release --project tests/Benchmarks -- <name> [options]
var benchmarks = new SortedDictionary<string, Func<string[], Task>>(StringComparer.Ordinal)
{
    ["api"] = ApiBenchmark.RunAsync,
    ["append"] = AppendBenchmark.RunAsync,
    ["feed"] = FeedBenchmark.RunAsync,
    ["idle-agent"] = IdleAgentBenchmark.RunAsync,
    ["many-tasks"] = ManyTasksBenchmark.RunAsync,
    ["one-task"] = OneTaskBenchmark.RunAsync,
    ["past"] = PastBenchmark.RunAsync,
    ["replay"] = ReplayRate.RunAsync,
    ["start-up"] = StartUpBenchmark.RunAsync,
    ["placement"] = PlacementBenchmark.RunAsync,
    ["throughput"] = ThroughputBenchmark.RunAsync,
};

if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var run))
{
    await Console.Error.WriteLineAsync($"usage: Benchmarks <name>; the names: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}

await run(args[1..]);
return 0;
