using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;
using Ecs.Placement.Indexing;
using Ecs.Placement.Scanning;

namespace Ecs.Benchmarks.Placement;

/// <summary>
/// Placements per second, one after another: choosing, the event with the recorded choice, and applying it to the state,
/// which the next choice is made on. By the index and by the plain scan, at several sizes of the cluster. The view of the
/// index is built before the clock starts; how long that takes is told apart.
/// </summary>
/// <remarks>
/// Options: <c>--rule text</c> measures only the rules that have the text in their names; <c>--cpu</c> counts processor
/// time instead of time, for a machine that is not idle; <c>--no-scan</c> leaves the scan out.
/// With the runtime's default garbage collection (<c>DOTNET_gcConcurrent=1</c>) the figures are about a third lower.
/// </remarks>
internal static class PlacementBenchmark
{
    // What docker/swarmkit's own benchmark of its scheduler does on the machine that DESIGN.md's figures are from:
    // 10,000 tasks on 1,000 nodes. The budget is 20 times that.
    private const double Peer = 10_700;
    private const double Budget = 20 * Peer;

    private const int MostTasks = 10_000;

    // A round of the scan looks at so many instances, whatever the size: it takes as long as one of the index.
    private const int ScannedInstances = 200_000;

    private static readonly int[] Sizes = [100, 1_000, 5_000, 10_000];

    private static readonly string[][] Rules =
    [
        [],
        ["binpack:cpu"],
        ["binpack:memory"],
        ["spread:instanceId"],
        ["spread:host"],
        ["spread:attribute:ecs.availability-zone"],
        ["random"],
        ["spread:attribute:ecs.availability-zone", "spread:instanceId"],
        ["spread:attribute:ecs.availability-zone", "binpack:memory"],
    ];

    private static readonly string[] Constraints =
        ["attribute:ecs.instance-type =~ m5.*", "attribute:ecs.os-type == linux and not (task:group == database)"];

    public static async Task RunAsync(string[] args)
    {
        var byProcessor = args.Contains("--cpu");
        var only = Array.IndexOf(args, "--rule") is >= 0 and var at ? args[at + 1] : "";
        var clusters = Sizes.ToDictionary(size => size, LargeCluster.Of);
        var tasks = LargeCluster.TaskArns(MostTasks);
        var unit = byProcessor ? "second of processor time" : "second";
        Console.WriteLine($"placements per {unit}, median of {Rounds.Count} alternating rounds (lowest-highest);");
        Console.WriteLine($"the budget at 1,000 instances is {Budget:N0}, at 10,000 half of what 1,000 give;");
        Console.WriteLine($"garbage collection: {GCSettings.LatencyMode}; processors: {Environment.ProcessorCount}");
        foreach (var constrained in new[] { false, true })
        {
            foreach (var rule in Rules)
            {
                var request = Request(rule, constrained);
                var name = $"{request.Rules.Rule}{(constrained ? " + constraints" : "")}";
                if (!name.Contains(only, StringComparison.Ordinal)) continue;

                await PrintAsync(name, "index", [.. Sizes.Select(Index)]);
                if (!args.Contains("--no-scan")) await PrintAsync(name, "scan", [.. Sizes.Select(Plain)]);

                Run Index(int size)
                {
                    var index = new PlacementIndex();
                    return new Run(clusters[size], request, tasks[..Math.Min(MostTasks, 10 * size)], index.Choose, byProcessor);
                }

                Run Plain(int size) =>
                    new(clusters[size], request, tasks[..(ScannedInstances / size)], Scan.Choose, byProcessor);
            }
        }
    }

    private static async Task PrintAsync(string name, string how, Run[] runs)
    {
        var figures = await Rounds.AlternateAsync([.. runs.Select(run => (Func<Task<double>>)(() => Task.FromResult(run.Once())))]);
        var cells = figures.Select((figure, i) => $"{Sizes[i],6:N0}: {figure,-28}");
        var ratio = figures[1].Median / figures[3].Median;
        Console.WriteLine($"{name}, {how}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {string.Join(' ', cells)} cost 10,000 : 1,000 = {ratio:0.00}; at 1,000 {new Figure(runs[1].ApplyMicroseconds).Median:0.0} us of "
            + $"{1e6 / figures[1].Median:0.0} us are the state's; first at 10,000 after {runs[3].BuildMilliseconds:0.0} ms"));
    }

    private static PlacementRequest Request(string[] strategies, bool constrained)
    {
        var read = PlacementRules.TryRead(
            constrained ? [.. Constraints.Select(text => new PlacementConstraint { Type = "memberOf", Expression = text })] : null,
            [.. strategies.Select(text => text.Split(':', 2)).Select(parts =>
                new PlacementStrategy { Type = parts[0], Field = parts.Length > 1 ? parts[1] : null })],
            out var rules,
            out var error);
        return read
            ? new PlacementRequest { Needs = LargeCluster.Needs, Group = "family:web", Rules = rules! }
            : throw new InvalidOperationException(error!.Message);
    }

    private sealed class Run(
        FleetState start,
        PlacementRequest request,
        string[] tasks,
        Func<ClusterState, PlacementRequest, Place?> choose,
        bool byProcessor)
    {
        /// <summary>The time of the first choice on a state that the index does not stand at.</summary>
        public double BuildMilliseconds { get; private set; }

        /// <summary>The times of applying one event, measured with the events of a round again.</summary>
        public List<double> ApplyMicroseconds { get; } = [];

        public double Once()
        {
            var building = Stopwatch.StartNew();
            choose(start.Clusters[LargeCluster.Cluster], request);
            BuildMilliseconds = building.Elapsed.TotalMilliseconds;
            var (state, events) = (start, new List<TaskPlaced>(tasks.Length));
            var took = Measure(() =>
            {
                foreach (var task in tasks)
                {
                    var place = choose(state.Clusters[LargeCluster.Cluster], request with { Seed = task })!;
                    var placed = LargeCluster.Placed(task, place.Instance.Arn, place.Choice);
                    events.Add(placed);
                    state = state.Apply(placed);
                }
            });
            state = start;
            var applying = Measure(() => events.ForEach(placed => state = state.Apply(placed)));
            ApplyMicroseconds.Add(applying.TotalMicroseconds / tasks.Length);
            return tasks.Length / took.TotalSeconds;
        }

        private TimeSpan Measure(Action act)
        {
            GC.Collect();
            var (watch, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            act();
            return byProcessor ? Environment.CpuUsage.TotalTime - used : watch.Elapsed;
        }
    }
}
