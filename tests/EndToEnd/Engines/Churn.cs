using System.Diagnostics;
using System.Globalization;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Engines;

/// <summary>Tasks that come and go without end: nothing of them stays.</summary>
[Collection(EngineTests.Name)]
public sealed class Churn(HardyStack stack) : EngineTest(stack)
{
    /// <summary>Tasks on the engine at a time.</summary>
    private static readonly int Tasks = TestSettings.IsSoak ? 100 : 30;

    private static readonly TimeSpan Time = TestSettings.Lasting(TimeSpan.FromSeconds(15), inSoak: TimeSpan.FromMinutes(10));

    /// <summary>The most that a running program may hold more than after its first round, which loads and compiles.</summary>
    private const int MoreHandles = 25;
    private const int MoreThreads = 15;
    private const int MoreMegabytes = 150;

    [Fact]
    public async Task Given_many_tasks_that_come_and_go_then_no_container_network_handle_thread_or_memory_stays()
    {
        await using var cluster = await ClusterAsync("churn", settings: ("ECS_CLEANUP_AFTER", "0"));
        var ends = await DefineAsync(NewName("ends"), "exit 0");
        var stays = await DefineAsync(NewName("stays"), Containers.Sleep);
        await RoundAsync(cluster, ends, stays, Tasks);
        await AllGoneAsync(cluster);
        var before = Usage.Of(cluster.Agent.Process.Id);

        var clock = Stopwatch.StartNew();
        var (rounds, tasks) = (0, 0);
        for (; clock.Elapsed < Time; rounds++) tasks += await RoundAsync(cluster, ends, stays, Tasks);
        await AllGoneAsync(cluster);

        var after = Usage.Of(cluster.Agent.Process.Id);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{tasks} tasks in {rounds} rounds, {clock.Elapsed.TotalSeconds:0} s; before {before}, after {after}");
        Assert.InRange(after.Handles, 0, before.Handles + MoreHandles);
        Assert.InRange(after.Threads, 0, before.Threads + MoreThreads);
        Assert.InRange(after.Megabytes, 0, before.Megabytes + MoreMegabytes);
        await EverythingHeldAsync(cluster.Name);
    }

    /// <summary>Half of them end by themselves, the other half is stopped; the round is over when all have.</summary>
    private async Task<int> RoundAsync(OwnCluster cluster, string ends, string stays, int count)
    {
        var ending = await ManyAsync(cluster.Name, ends, count / 2);
        var staying = await ManyAsync(cluster.Name, stays, count - count / 2);
        foreach (var task in staying) await WhenAsync(cluster.Name, task, "RUNNING");
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
        var networks = await cluster.Docker.Client.Networks.ListNetworksAsync();
        Assert.Equal(["bridge", "host", "none"], networks.Select(network => network.Name).Order());
        var journal = Path.Combine(cluster.Agent.DataFolder, cluster.Agent.InstanceArn.Split('/')[^1], "tasks");
        await Eventually.HoldsAsync("the journal is empty", () => Directory.GetFiles(journal).Length == 0);
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
