using System.Diagnostics;
using System.Globalization;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Engines;

/// <summary>Tasks that come and go without end: nothing of them stays.</summary>
[Collection(EngineTests.Name)]
public sealed class Churn(HardyStack stack) : EngineTest(stack)
{
    /// <summary>Tasks on the engine at a time.</summary>
    private static readonly int Tasks = TestSettings.IsSoak ? 100 : 20;

    private static readonly TimeSpan Time = TestSettings.Lasting(TimeSpan.FromSeconds(15), inSoak: TimeSpan.FromMinutes(10));

    /// <summary>Rounds at the least, so that there is a trend.</summary>
    private const int LeastRounds = 6;

    /// <summary>The most that a running program may hold more than after its first round, which loads and compiles.</summary>
    private const int MoreHandles = 25;
    private const int MoreThreads = 15;

    /// <summary>The most that its memory may grow from the first half of the rounds to the second.</summary>
    private const int MoreMegabytes = 40;

    [Fact]
    public async Task Given_many_tasks_that_come_and_go_then_no_container_network_volume_handle_or_thread_stays_nor_memory_grows()
    {
        await using var cluster = await ClusterAsync("churn", settings: ("ECS_CLEANUP_AFTER", "0"));
        var ends = await DefineAsync(NewName("ends"), "exit 0");
        var stays = await DefineFurnishedAsync();
        await RoundAsync(cluster, ends, stays, Tasks);
        await AllGoneAsync(cluster);
        var usages = new List<Usage> { Usage.Of(cluster.Agent.Process.Id) };

        var clock = Stopwatch.StartNew();
        var tasks = 0;
        while (clock.Elapsed < Time || usages.Count <= LeastRounds)
        {
            tasks += await RoundAsync(cluster, ends, stays, Tasks);
            await AllGoneAsync(cluster);
            usages.Add(Usage.Of(cluster.Agent.Process.Id));
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{tasks} tasks, {clock.Elapsed.TotalSeconds:0} s; {string.Join(", ", usages)}");
        var (first, last) = (usages[0], usages[^1]);
        Assert.InRange(last.Handles, 0, first.Handles + MoreHandles);
        Assert.InRange(last.Threads, 0, first.Threads + MoreThreads);
        var half = usages.Count / 2;
        Assert.InRange(Middle(usages.Skip(half)), 0, Middle(usages.Take(half)) + MoreMegabytes);
        await EverythingHeldAsync(cluster.Name);
    }

    // Between two collections memory rises and falls: what counts is whether it does so about the same middle.
    private static int Middle(IEnumerable<Usage> usages)
    {
        var ordered = usages.Select(usage => usage.Megabytes).Order().ToList();
        return ordered[ordered.Count / 2];
    }

    /// <summary>A task of all that an Agent has to look after: a port, a health check, who waits for it, a volume.</summary>
    private async Task<string> DefineFurnishedAsync()
    {
        var family = NewName("stays");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            volumes = new[]
            {
                new { name = "shared", dockerVolumeConfiguration = new { scope = "task", driver = "local" } },
            },
            containerDefinitions = new[]
            {
                Containers.Shell("main", Containers.Sleep)
                    .With("portMappings", new[] { new { containerPort = 80 } })
                    .With("healthCheck", new { command = new[] { "CMD", "true" }, interval = 5 })
                    .With("mountPoints", new[] { new { sourceVolume = "shared", containerPath = "/shared" } }),
                Containers.Shell("after", Containers.Sleep)
                    .With("startTimeout", 3600)
                    .With("dependsOn", new[] { new { containerName = "main", condition = "START" } }),
            },
        });
        return family;
    }

    /// <summary>Half of them end by themselves, the other half is stopped; the round is over when all have.</summary>
    private async Task<int> RoundAsync(OwnCluster cluster, string ends, string stays, int count)
    {
        var ending = await ManyAsync(cluster.Name, ends, count / 2);
        var staying = await ManyAsync(cluster.Name, stays, count - count / 2);
        foreach (var task in staying) await WhenAsync(cluster.Name, task, "RUNNING");
        (await Tool.Ecs(Stack).RunAsync("exec", staying[0], "main", "--", "true")).Good();
        await Parallel.ForEachAsync(staying, Cancel, async (task, _) =>
            await Api.CallAsync("StopTask", new { cluster = cluster.Name, task }));
        foreach (var task in ending.Concat(staying)) await WhenAsync(cluster.Name, task, "STOPPED");
        return count;
    }

    private async Task<IReadOnlyList<string>> ManyAsync(string cluster, string definition, int count)
    {
        const int MostAtOnce = 10;
        var tasks = new List<string>();
        while (tasks.Count < count)
        {
            tasks.AddRange(await RunAsync(cluster, definition, Math.Min(MostAtOnce, count - tasks.Count)));
        }

        return tasks;
    }

    /// <summary>Docker, the journal and the process table have nothing of all these tasks.</summary>
    private async Task AllGoneAsync(OwnCluster cluster)
    {
        await Eventually.HoldsAsync("every container is removed", async () =>
            (await cluster.Docker.OfAccountAsync(Stack.Account)).Count == 0);
        await Eventually.HoldsAsync("every shim has ended", async () =>
            await cluster.Dockerd.CountAsync("ls -d /proc/[0-9]*/exe | xargs -n1 readlink | grep -c shim || true") == 0);
        var kept = Path.Combine(cluster.Agent.DataFolder, cluster.Agent.InstanceArn.Split('/')[^1]);
        foreach (var journal in new[] { "tasks", "executions" })
        {
            await Eventually.HoldsAsync($"nothing is left of {journal}", () =>
                Directory.GetFiles(Path.Combine(kept, journal)).Length == 0);
        }

        // The Agent removes a task's volumes after its containers, and forgets the task after both.
        var networks = await cluster.Docker.Client.Networks.ListNetworksAsync();
        Assert.Equal(["bridge", "host", "none"], networks.Select(network => network.Name).Order());
        Assert.Empty((await cluster.Docker.Client.Volumes.ListAsync(new())).Volumes ?? []);
    }

    /// <summary>What a process holds.</summary>
    private sealed record Usage(int Handles, int Threads, int Megabytes)
    {
        public static Usage Of(int process)
        {
            var status = File.ReadAllLines($"/proc/{process}/status");
            return new Usage(
                Directory.GetFileSystemEntries($"/proc/{process}/fd").Length,
                Number(status, "Threads:"),
                Number(status, "VmRSS:") / 1024);
        }

        private static int Number(IEnumerable<string> lines, string name) => int.Parse(
            lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture);
    }
}
