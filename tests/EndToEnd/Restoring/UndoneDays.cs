using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Restoring;

/// <summary>The house whose log is restored.</summary>
public sealed class RestoredStack : EcsStack;

/// <summary>The tests of a house whose log is restored.</summary>
[CollectionDefinition(Name)]
public sealed class RestoredTests : ICollectionFixture<RestoredStack>
{
    public const string Name = "Restored";
}

/// <summary>A house that is backed up while it works, works on, and is then restored.</summary>
public abstract class UndoneDays(RestoredStack stack) : StackTest(stack)
{
    /// <summary>Runs until Docker sends it the signal USR1, which ends it with exit code 7.</summary>
    private const string UntilTold = "trap 'exit 7' USR1; trap 'exit 143' TERM; while :; do sleep 0.1; done";

    private const string Token = "asked-for-once-more";

    /// <summary>The cluster whose Agent removes at once what has ended.</summary>
    protected const string Tidy = "tidy";

    /// <summary>The cluster whose Agent was frozen while the backup was taken; it removes at once, too.</summary>
    protected const string Late = "late";

    /// <summary>The cluster whose Agent joins after the backup.</summary>
    protected const string Joined = "joined";

    /// <summary>The cluster whose Agent has another key since the backup.</summary>
    protected const string Rekeyed = "rekeyed";

    internal Engine Docker { get; } = new();

    // What was there when the backup was taken.
    internal string Stays { get; private set; } = "";

    internal string StaysIn { get; private set; } = "";

    internal string Ends { get; private set; } = "";

    internal string EndsAndGoes { get; private set; } = "";

    internal string IsStopped { get; private set; } = "";

    internal string Waits { get; private set; } = "";

    internal string Starts { get; private set; } = "";

    internal string StartsAndGoes { get; private set; } = "";

    internal string Leaver { get; private set; } = "";

    internal AgentProcess OtherKey { get; private set; } = null!;

    internal string OfOldKey { get; private set; } = "";

    // What came after.
    internal string Runs { get; private set; } = "";

    internal string Again { get; private set; } = "";

    internal string Theirs { get; private set; } = "";

    internal string OfNewKey { get; private set; } = "";

    internal string Sleeps { get; private set; } = "";

    internal AgentProcess Newcomer { get; private set; } = null!;

    internal long Seen { get; private set; }

    internal string Checkpoint => Path.Combine(Stack.Folder, "ecs.checkpoint");

    /// <summary>Everything up to the moment of the restore, and the restore.</summary>
    internal async Task<string> PassAsync()
    {
        var tidy = await Stack.AgentAsync(Tidy, cpu: 1024, settings: ("ECS_CLEANUP_AFTER", "0"));
        var late = await Stack.AgentAsync(Late, settings: ("ECS_CLEANUP_AFTER", "0"));
        OtherKey = await Stack.AgentAsync(Rekeyed);
        await Api.CallAsync("CreateCluster", new { clusterName = Joined });
        await BeforeAsync(tidy, late);
        late.Process.Continue();
        await AfterAsync();
        return await Backup.RestoreAsync(Stack);
    }

    /// <summary>A task of the family whose second revision was registered in the undone days.</summary>
    internal async Task<string> RunAgainAsync() => Assert.Single(await RunAsync("default", Sleeps, clientToken: Token));

    private async Task BeforeAsync(AgentProcess tidy, AgentProcess late)
    {
        Sleeps = NewName("sleeps");
        var sleeps = await DefineAsync(Sleeps, Containers.Sleep);
        var untilTold = await DefineAsync(NewName("until-told"), UntilTold);
        var briefly = await DefineAsync(NewName("briefly"), "true");
        Stays = await RunningAsync("default", sleeps);
        Ends = await RunningAsync("default", untilTold);
        IsStopped = await RunningAsync("default", sleeps);
        EndsAndGoes = await RunningAsync(Tidy, untilTold);
        OfOldKey = await RunningAsync(Rekeyed, sleeps);
        StaysIn = (await ContainerAsync(Stays)).Id;
        var waiting = await Bus.AskAsync(
            "run-task",
            new
            {
                account = Stack.Account,
                cluster = Tidy,
                taskDefinition = await DefineAsync(NewName("large"), Containers.Sleep, cpu: 1024),
                waitForCapacity = 3600,
            },
            $"{Guid.NewGuid()}");
        Waits = (string)waiting["result"]!["tasks"]![0]!["taskArn"]!;
        var leaver = await SilentAgent.JoinAsync(Stack, Joined, cpu: 1024, memory: 1024);
        Leaver = leaver.InstanceArn;

        late.Process.Pause();
        Starts = Assert.Single(await RunAsync(Late, sleeps));
        StartsAndGoes = Assert.Single(await RunAsync(Late, briefly));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var busy = RegisterAsync(enough.Token);
        await Backup.TakeAsync(Stack);
        await enough.CancelAsync();
        Assert.True(await busy > 0, "nothing was written while the backup was taken");
        await leaver.DisposeAsync();
        Assert.True(tidy.Process.IsRunning);
    }

    private async Task AfterAsync()
    {
        await SignalAsync(Ends);
        await SignalAsync(EndsAndGoes);
        await Api.CallAsync("StopTask", new { cluster = "default", task = IsStopped });
        await WhenAsync(Late, Starts, "RUNNING");
        foreach (var (cluster, task) in new[] { ("default", Ends), ("default", IsStopped), (Tidy, EndsAndGoes), (Late, StartsAndGoes) })
        {
            await WhenAsync(cluster, task, "STOPPED");
        }

        await WhenAsync(Tidy, Waits, "RUNNING");

        foreach (var task in new[] { EndsAndGoes, StartsAndGoes })
        {
            await Eventually.HoldsAsync("nothing is left of it", async () => (await Docker.OfTaskAsync(task)).Count == 0);
        }

        await Api.CallAsync("DeregisterContainerInstance", new { cluster = Joined, containerInstance = Leaver, force = true });
        await DefineAsync(Sleeps, Containers.Sleep + " # the undone revision");
        Runs = await RunningAsync("default", $"{Sleeps}:2");
        Again = await RunAgainAsync();
        await WhenAsync("default", Again, "RUNNING");
        Newcomer = await Stack.AgentAsync(Joined);
        Theirs = await RunningAsync(Joined, $"{Sleeps}:2");
        await GiveAnotherKeyAsync();
        OfNewKey = await RunningAsync(Rekeyed, $"{Sleeps}:2");
        await File.WriteAllTextAsync(Checkpoint, (await Tool.Ecs(Stack).RunAsync("checkpoint")).Good().Output, Cancel);
        Seen = (await Checking.Promises.ReadAsync(Stack))[^1].Position;
    }

    private async Task GiveAnotherKeyAsync()
    {
        await OtherKey.Process.KillAsync();
        File.Delete(Path.Combine(OtherKey.DataFolder, "key.pem"));
        await Api.CallAsync(
            "DeregisterContainerInstance", new { cluster = Rekeyed, containerInstance = OtherKey.InstanceArn, force = true });
        await OtherKey.Process.StartReadyAsync();
        await WhenAsync(Rekeyed, OfOldKey, "STOPPED");
    }

    private async Task<string> RunningAsync(string cluster, string definition)
    {
        var task = Assert.Single(await RunAsync(cluster, definition));
        await WhenAsync(cluster, task, "RUNNING");
        return task;
    }

    private async Task<int> RegisterAsync(CancellationToken enough)
    {
        var count = 0;
        for (; !enough.IsCancellationRequested; count++) await DefineAsync(NewName("meanwhile"), "true");
        return count;
    }

    private async Task SignalAsync(string task) => await Docker.Client.Containers.KillContainerAsync(
        (await ContainerAsync(task)).Id, new ContainerKillParameters { Signal = "USR1" });

    internal async Task<TaskContainer> ContainerAsync(string task) => Assert.Single(await Docker.OfTaskAsync(task));

    internal static JsonNode Only(JsonNode task) => Assert.Single(task["containers"]!.AsArray())!;
}
