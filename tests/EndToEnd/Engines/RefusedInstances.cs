using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Engines;

/// <summary>A machine that comes back with less than its tasks hold.</summary>
[Collection(EngineTests.Name)]
public sealed class RefusedInstances(HardyStack stack) : EngineTest(stack)
{
    [Fact]
    public async Task Given_a_machine_with_less_memory_than_its_tasks_hold_when_its_Agent_is_back_then_ends_are_told_and_stops_done_until_it_joins()
    {
        var cluster = NewName("smaller");
        var agent = await Stack.AgentAsync(cluster, memory: 4 * Containers.Memory);
        var tasks = await RunningAsync(cluster, 3);
        using var engine = new Engine();
        await agent.Process.KillAsync();
        foreach (var dead in tasks.Take(2)) await engine.KillAsync(Assert.Single(await engine.OfTaskAsync(dead)).Id);

        var smaller = Stack.WithDataOf(agent with { Memory = Containers.Memory / 2 });
        smaller.Process.Start();

        await smaller.Process.WhenItSaysAsync("less than its tasks hold");
        foreach (var dead in tasks.Take(2))
        {
            Assert.Equal(137, (int?)Only(await WhenAsync(cluster, dead, "STOPPED"))["exitCode"]);
        }

        // What is left still holds too much for it to join.
        await Eventually.HoldsAsync("it is not connected", async () => !(bool)(await InstanceAsync(agent))["agentConnected"]!);
        await Api.CallAsync("StopTask", new { cluster, task = tasks[2] });
        await WhenAsync(cluster, tasks[2], "STOPPED");
        await Eventually.HoldsAsync("it has joined", async () => (bool)(await InstanceAsync(agent))["agentConnected"]!);
        var memory = (await InstanceAsync(agent))["registeredResources"]!.AsArray().Single(r => (string?)r!["name"] == "MEMORY")!;
        Assert.Equal(Containers.Memory / 2, (int)memory["integerValue"]!);
        await EverythingHeldAsync(cluster);
        await smaller.Process.KillAsync();
    }
}
