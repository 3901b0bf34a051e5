using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.Faults;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Versions;

/// <summary>The stack that services of the previous commit run in beside the new ones.</summary>
public sealed class MixedStack : EcsStack
{
    internal PreviousVersion Previous { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        // Before the stack starts: both together are more than two cores like.
        Previous = await PreviousVersion.BuildAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Previous is not null) await Previous.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Tests that run old and new programs side by side.</summary>
[CollectionDefinition(Name)]
public sealed class MixedTests : ICollectionFixture<MixedStack>
{
    public const string Name = "Mixed";
}

[Collection(MixedTests.Name)]
public sealed class OldAndNew(MixedStack stack) : FaultTest(stack)
{
    private const string Cluster = "default";

    [Theory]
    [InlineData("Scheduler")]
    [InlineData("Registry")]
    public async Task Given_a_standby_of_the_previous_commit_when_the_new_one_is_killed_then_it_goes_on_and_back(
        string service)
    {
        var definition = await DefineAsync(NewName("mixed"), Containers.Sleep);
        var first = Assert.Single(await RunAsync(Cluster, definition));
        await WhenAsync(Cluster, first, "RUNNING");
        var present = service is "Scheduler" ? Stack.Scheduler : Stack.Registry;
        var old = Stack.Another(service, $"{service}-previous", stack.Previous.Program(service));
        await old.StartReadyAsync();

        // The old one takes over from the new one.
        await present.KillAsync();
        var second = await DefineAndInsistAsync("under-the-old");
        await WhenAsync(Cluster, second, "RUNNING");

        // The new one takes over from the old one.
        await present.StartReadyAsync();
        await old.KillAsync();
        var third = await DefineAndInsistAsync("under-the-new");
        await WhenAsync(Cluster, third, "RUNNING");

        foreach (var task in new[] { first, second })
        {
            Assert.Equal("RUNNING", (string?)(await TaskAsync(Cluster, task))["lastStatus"]);
        }

        await EverythingHeldAsync(Cluster);
    }

    [Fact]
    public async Task Given_an_Agent_of_the_previous_commit_then_tasks_run_on_it_and_the_new_Agent_takes_its_place()
    {
        var cluster = NewName("old-agent");
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        var old = Stack.NewAgent(cluster, 65_536, 65_536, stack.Previous.Program("Agent"));
        await old.Process.StartReadyAsync();
        await old.WhenRegisteredAsync(Api);
        var definition = await DefineAsync(cluster, Containers.Sleep);
        var first = Assert.Single(await RunAsync(cluster, definition));
        await WhenAsync(cluster, first, "RUNNING");

        // An upgrade in place: the same instance, the same containers, another program.
        await old.Process.TerminateAsync();
        var upgraded = Stack.WithDataOf(old);
        await upgraded.Process.StartReadyAsync();
        var second = Assert.Single(await RunAsync(cluster, definition));
        await WhenAsync(cluster, second, "RUNNING");
        Assert.Equal("RUNNING", (string?)(await TaskAsync(cluster, first))["lastStatus"]);
        await upgraded.WhenRegisteredAsync(Api);
        Assert.Equal(old.InstanceArn, upgraded.InstanceArn);

        await EverythingHeldAsync(cluster);
        await Promises.HoldAsync(Stack);
        await upgraded.Process.KillAsync();
    }

    private async Task<string> DefineAndInsistAsync(string name)
    {
        var family = NewName(name);
        var definition = await Eventually.GetAsync(
            $"{family} is registered", () => DefineAsync(family, Containers.Sleep), found => found.Length > 0);
        return await InsistAsync(Cluster, definition);
    }
}
