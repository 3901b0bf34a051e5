using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Faults;

[Collection(FaultTests.Name)]
public sealed class LostAgents(FaultyStack stack) : FaultTest(stack)
{
    [Fact]
    public async Task Given_a_killed_Agent_when_it_is_back_then_its_containers_are_the_same_and_nothing_was_lost()
    {
        var cluster = NewName("crash");
        var agent = await Stack.AgentAsync(cluster);
        var definition = await DefineAsync(cluster, Containers.Sleep);
        var tasks = await RunAsync(cluster, definition, count: 5);
        foreach (var task in tasks) await WhenAsync(cluster, task, "RUNNING");
        var before = await ContainersAsync(tasks);

        await agent.Process.KillAsync();
        // Four go on; one ends while nobody looks.
        using var engine = new Engine();
        await engine.KillAsync(before[tasks[0]]);
        await agent.Process.StartReadyAsync();

        var ended = await WhenAsync(cluster, tasks[0], "STOPPED");
        Assert.Equal("EssentialContainerExited", (string?)ended["stopCode"]);
        Assert.Equal(137, (int)ended["containers"]![0]!["exitCode"]!);
        foreach (var task in tasks.Skip(1))
        {
            var shown = await TaskAsync(cluster, task);
            Assert.Equal("RUNNING", (string?)shown["lastStatus"]);
            Assert.Equal(before[task], (string?)shown["containers"]![0]!["runtimeId"]);
        }

        Assert.Equal(before, await ContainersAsync(tasks));
        Assert.Equal([agent.InstanceArn], await InstancesAsync(cluster));
        await Api.CallAsync("StopTask", new { cluster, task = tasks[1] });
        var stopped = await WhenAsync(cluster, tasks[1], "STOPPED");
        Assert.Equal("UserInitiated", (string?)stopped["stopCode"]);
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();
    }

    [Fact]
    public async Task Given_an_Agent_that_falls_silent_then_it_is_shown_so_and_gets_no_tasks_until_it_is_heard_again()
    {
        // Two, so that the silence after which an Agent counts as lost is waited for once.
        var (cluster, other) = (NewName("silent"), NewName("dead"));
        var agent = await Stack.AgentAsync(cluster);
        var killed = await Stack.AgentAsync(other);
        var definition = await DefineAsync(cluster, Containers.Sleep);
        var task = Assert.Single(await RunAsync(cluster, definition));
        await WhenAsync(cluster, task, "RUNNING");

        agent.Process.Pause();
        await killed.Process.KillAsync();
        foreach (var lost in new[] { cluster, other })
        {
            await Eventually.HoldsAsync($"agentConnected is false in {lost}", async () => !await IsConnectedAsync(lost));
        }

        Assert.Equal("RUNNING", (string?)(await TaskAsync(cluster, task))["lastStatus"]);
        var none = await Api.CallAsync("RunTask", new { cluster, taskDefinition = definition });
        Assert.Empty(none["tasks"]!.AsArray());
        Assert.Equal("AGENT", (string?)Assert.Single(none["failures"]!.AsArray())!["reason"]);

        agent.Process.Continue();
        await killed.Process.StartReadyAsync();
        foreach (var back in new[] { cluster, other })
        {
            await Eventually.HoldsAsync($"agentConnected is true in {back}", () => IsConnectedAsync(back));
            await WhenAsync(back, Assert.Single(await RunAsync(back, definition)), "RUNNING");
        }

        await StopAllAsync(other);
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();
        await killed.Process.KillAsync();
    }

    private static async Task<Dictionary<string, string>> ContainersAsync(IEnumerable<string> tasks)
    {
        using var engine = new Engine();
        var found = new Dictionary<string, string>();
        foreach (var task in tasks) found[task] = Assert.Single(await engine.OfTaskAsync(task)).Id;
        return found;
    }

    private async Task<IReadOnlyList<string>> InstancesAsync(string cluster) =>
        [.. (await Api.CallAsync("ListContainerInstances", new { cluster }))["containerInstanceArns"]!.AsArray()
            .Select(arn => (string)arn!)];

    private async Task<bool> IsConnectedAsync(string cluster)
    {
        JsonNode shown = await Api.CallAsync(
            "DescribeContainerInstances", new { cluster, containerInstances = await InstancesAsync(cluster) });
        return (bool)shown["containerInstances"]![0]!["agentConnected"]!;
    }
}
