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

    /// <summary>
    /// The tries of which the best counts: a Scheduler that waits for longer than it may does so in each, and the machine does
    /// not pause in each.
    /// </summary>
    private const int Tries = 3;

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

        var first = new List<string>();
        var gap = await LeastAsync(AfterAKill, async () =>
        {
            var (active, _) = await pair.RolesAsync();
            var clock = Stopwatch.StartNew();
            await active.Process.KillAsync();
            first.Add(await AskAsync(cluster, definition));
            return clock.Elapsed;
        });
        var before = Count(tasks);
        await Eventually.HoldsAsync("the load goes on", () => Count(tasks) >= before + 50);
        await enough.CancelAsync();
        await load;

        Say($"{gap.TotalSeconds:0.00} s from the kill to the first answer, {tasks.Count} tasks");
        Assert.True(gap <= AfterAKill, $"the first answer came {gap.TotalSeconds:0.0} s after the kill");
        await OnceEachAsync(cluster, [.. tasks, .. first]);
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

        var gap = await LeastAsync(WhileOneIsFrozen, async () =>
        {
            var (active, standby) = await pair.RolesAsync();
            Assert.NotEmpty(await ledger.RowsOfAsync(active.Name));
            var clock = Stopwatch.StartNew();
            active.Process.Pause();
            tasks.Add(await AskAsync(cluster, definition));
            var elapsed = clock.Elapsed;
            return await AddsNothingAsync(active, standby, ledger, cluster, definition, tasks) ? elapsed : null;
        });

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
        var tasks = new List<string>();

        var gap = await LeastAsync(WhileOneIsFrozen, async () =>
        {
            var (active, standby) = await pair.RolesAsync();
            var (clock, caught) = await FreezeInATransactionAsync(active, ledger, cluster, definition);
            tasks.Add(await AskAsync(cluster, definition));
            var elapsed = clock.Elapsed;
            var isSo = await AddsNothingAsync(active, standby, ledger, cluster, definition, tasks);
            tasks.Add(await caught);
            return isSo ? elapsed : null;
        });

        Say($"{gap.TotalSeconds:0.00} s from the freeze in a transaction to the first answer");
        Assert.True(gap <= WhileOneIsFrozen, $"the first answer came {gap.TotalSeconds:0.0} s after the freeze");
        await OnceEachAsync(cluster, tasks);
    }

    /// <summary>The time from the freeze on, and the task whose transaction it was in.</summary>
    private async Task<(Stopwatch Clock, Task<string> Caught)> FreezeInATransactionAsync(
        NamedScheduler active, Ledger ledger, string cluster, string definition)
    {
        Task<string> caught;
        int? writer;
        var clock = new Stopwatch();
        await using (await ledger.HoldAppendsAsync())
        {
            caught = InsistAsync(cluster, definition);
            // It holds the lease and the head of the log, and has written its events.
            writer = await Eventually.GetAsync(
                "it is in it", () => ledger.WriterAsync(active.Name, "Lock"), process => process is not null);
            clock.Start();
            active.Process.Pause();
        }

        // PostgreSQL does not let it sleep there for long: whoever looks late finds that it has ended it.
        await Eventually.HoldsAsync("it sleeps in its transaction, or has", async () =>
            await ledger.WriterAsync(active.Name, "idle in transaction") == writer || !await ledger.HasProcessAsync(writer));
        return (clock, caught);
    }

    /// <summary>
    /// Wakes the frozen one, and lets both work on: no row of any table is its. False where the other lost its lead meanwhile,
    /// of which nothing can be said.
    /// </summary>
    private async Task<bool> AddsNothingAsync(
        NamedScheduler frozen,
        NamedScheduler other,
        Ledger ledger,
        string cluster,
        string definition,
        List<string> tasks)
    {
        var lead = await ledger.LeadAsync();
        var before = await ledger.RowsOfAsync(frozen.Name);
        var began = tasks.Count;
        frozen.Process.Continue();
        for (var i = 0; i < 5; i++) tasks.Add(await AskAsync(cluster, definition));
        await Eventually.HoldsAsync("it stands by", async () =>
            await frozen.Process.SaysAsync("stands by") || await ledger.LeadAsync() > lead);
        tasks.Add(await AskAsync(cluster, definition));

        var after = await ledger.RowsOfAsync(frozen.Name);
        if (await ledger.LeadAsync() > lead) return false;

        Assert.Equal(before, after);
        Assert.True((await ledger.RowsOfAsync(other.Name))["commits"] >= tasks.Count - began);
        return true;
    }

    private static async Task<TimeSpan> LeastAsync(TimeSpan limit, Func<Task<TimeSpan?>> tryAsync)
    {
        var least = TimeSpan.MaxValue;
        for (var tries = 0; least > limit && tries < Tries; tries++)
        {
            if (await tryAsync() is { } gap && gap < least) least = gap;
        }

        return least;
    }

    private async Task<SilentAgent> RoomAsync(string cluster)
    {
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        return await SilentAgent.JoinAsync(Stack, cluster, cpu: 1_000_000, memory: 1_000_000);
    }

    /// <summary>Runs one task over the bus, which waits for whoever leads.</summary>
    private async Task<string> AskAsync(string cluster, string definition)
    {
        var answer = await UntilHeardAsync(() => Bus.AskAsync(
            "run-task",
            new { account = Stack.Account, cluster, taskDefinition = definition },
            $"{Guid.NewGuid():N}"));
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
