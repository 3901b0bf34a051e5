using System.Diagnostics;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Faults;

[Collection(FaultTests.Name)]
public sealed class TwoSchedulers(FaultyStack stack) : FaultTest(stack)
{
    /// <summary>From the kill to the first answer of the one that takes over.</summary>
    private static readonly TimeSpan AfterAKill = TimeSpan.FromSeconds(5);

    /// <summary>The same where nothing tells broker and database that the first one has gone.</summary>
    private static readonly TimeSpan WhileOneIsFrozen = TimeSpan.FromSeconds(10);

    private const int Clients = 8;

    [Fact]
    public async Task Given_two_Schedulers_when_the_active_one_is_killed_under_load_then_the_other_takes_over_at_once()
    {
        var cluster = NewName("one-killed");
        await using var pair = await SchedulerPair.StartAsync(Stack, cluster);
        await using var room = await RoomAsync(cluster);
        var definition = await DefineAsync(cluster, "true");
        using var enough = new CancellationTokenSource();
        var tasks = new List<string>();
        var load = LoadAsync(cluster, definition, tasks, enough.Token);
        await Eventually.HoldsAsync("the load is on", () => Count(tasks) >= 50);

        var (active, _) = await pair.RolesAsync();
        var clock = Stopwatch.StartNew();
        await active.Process.KillAsync();
        var first = await AskAsync(cluster, definition);
        var gap = clock.Elapsed;
        var before = Count(tasks);
        await Eventually.HoldsAsync("the load goes on", () => Count(tasks) >= before + 50);
        await enough.CancelAsync();
        await load;

        Say($"{gap.TotalSeconds:0.00} s from the kill to the first answer, {tasks.Count} tasks");
        Assert.True(gap <= AfterAKill, $"the first answer came {gap.TotalSeconds:0.0} s after the kill");
        await OnceEachAsync(cluster, [.. tasks, first]);
    }

    [Fact]
    public async Task Given_two_Schedulers_when_the_active_one_is_frozen_then_the_other_commits_and_the_first_never_again()
    {
        var cluster = NewName("one-frozen");
        await using var pair = await SchedulerPair.StartAsync(Stack, cluster);
        await using var ledger = await Ledger.OpenAsync(Stack.Backbone.LogConnection);
        await using var room = await RoomAsync(cluster);
        var definition = await DefineAsync(cluster, "true");
        var tasks = new List<string> { await AskAsync(cluster, definition) };
        var (active, standby) = await pair.RolesAsync();
        Assert.NotEmpty(await ledger.RowsOfAsync(active.Name));

        var clock = Stopwatch.StartNew();
        active.Process.Pause();
        tasks.Add(await AskAsync(cluster, definition));
        var gap = clock.Elapsed;

        await TheFrozenOneAddsNothingAsync(active, standby, ledger, cluster, definition, tasks);
        Say($"{gap.TotalSeconds:0.00} s from the freeze to the first answer");
        Assert.True(gap <= WhileOneIsFrozen, $"the first answer came {gap.TotalSeconds:0.0} s after the freeze");
        await OnceEachAsync(cluster, tasks);
    }

    [Fact]
    public async Task Given_two_Schedulers_when_the_active_one_is_frozen_in_a_transaction_then_the_other_commits_all_the_same()
    {
        var cluster = NewName("one-in-a-transaction");
        await using var pair = await SchedulerPair.StartAsync(Stack, cluster);
        await using var ledger = await Ledger.OpenAsync(Stack.Backbone.LogConnection);
        await using var room = await RoomAsync(cluster);
        var definition = await DefineAsync(cluster, "true");
        Task<string> caught;
        var clock = new Stopwatch();
        var (active, standby) = await pair.RolesAsync();
        await using (await ledger.HoldAppendsAsync())
        {
            caught = InsistAsync(cluster, definition);
            // It holds the lease and the head of the log, and has written its events.
            await Eventually.HoldsAsync("it is in it", () => ledger.IsWritingAsync(active.Name, "Lock"));
            clock.Start();
            active.Process.Pause();
        }

        await Eventually.HoldsAsync(
            "it sleeps in its transaction", () => ledger.IsWritingAsync(active.Name, "idle in transaction"));
        var tasks = new List<string> { await AskAsync(cluster, definition) };
        var gap = clock.Elapsed;

        await TheFrozenOneAddsNothingAsync(active, standby, ledger, cluster, definition, tasks);
        tasks.Add(await caught);
        Say($"{gap.TotalSeconds:0.00} s from the freeze in a transaction to the first answer");
        Assert.True(gap <= WhileOneIsFrozen, $"the first answer came {gap.TotalSeconds:0.0} s after the freeze");
        await OnceEachAsync(cluster, tasks);
    }

    /// <summary>Wakes the frozen one, and lets both work on: no row of any table is its.</summary>
    private async Task TheFrozenOneAddsNothingAsync(
        NamedScheduler frozen,
        NamedScheduler other,
        Ledger ledger,
        string cluster,
        string definition,
        List<string> tasks)
    {
        var before = await ledger.RowsOfAsync(frozen.Name);
        var began = tasks.Count;
        frozen.Process.Continue();
        for (var i = 0; i < 5; i++) tasks.Add(await AskAsync(cluster, definition));
        await frozen.Process.WhenItSaysAsync("stands by");
        tasks.Add(await AskAsync(cluster, definition));

        Assert.Equal(before, await ledger.RowsOfAsync(frozen.Name));
        Assert.True((await ledger.RowsOfAsync(other.Name))["commits"] >= tasks.Count - began);
    }

    private async Task<SilentAgent> RoomAsync(string cluster)
    {
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        return await SilentAgent.JoinAsync(Stack, cluster, cpu: 1_000_000, memory: 1_000_000);
    }

    /// <summary>Runs one task over the bus, which waits for whoever leads.</summary>
    private async Task<string> AskAsync(string cluster, string definition)
    {
        var answer = await Bus.AskAsync(
            "run-task",
            new { account = Stack.Account, cluster, taskDefinition = definition },
            $"{Guid.NewGuid():N}");
        return (string?)answer["result"]?["tasks"]?.AsArray().SingleOrDefault()?["taskArn"]
            ?? throw new InvalidOperationException($"{answer}");
    }

    private Task LoadAsync(string cluster, string definition, List<string> tasks, CancellationToken enough) =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (!enough.IsCancellationRequested)
            {
                var task = await InsistAsync(cluster, definition);
                lock (tasks) tasks.Add(task);
            }
        }));

    private static int Count(List<string> tasks)
    {
        lock (tasks) return tasks.Count;
    }

    /// <summary>What was answered is there, once, and nothing else; and every promise has held.</summary>
    private async Task OnceEachAsync(string cluster, List<string> accepted)
    {
        Assert.Equal(accepted.Count, accepted.Distinct().Count());
        Assert.Equal(
            accepted.Order(StringComparer.Ordinal), (await ListAsync(cluster)).Order(StringComparer.Ordinal));
        await Promises.HoldAsync(Stack);
    }

    private static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
