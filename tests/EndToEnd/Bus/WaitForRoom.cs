using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Bus;

[Collection(CalmTests.Name)]
public sealed class WaitForRoom(CalmStack stack) : StackTest(stack)
{
    [Fact]
    public async Task Given_no_room_when_a_program_says_how_long_to_wait_then_the_task_runs_as_soon_as_another_stops()
    {
        var cluster = NewName("full");
        await Stack.AgentAsync(cluster, cpu: 1024, memory: 64);
        var definition = await DefineAsync(NewName("taking-turns"), Containers.Sleep, memory: 48);
        await using var heard = await Bus.ListenAsync("task.#");
        var first = Assert.Single(await RunAsync(cluster, definition));

        var run = await AskAsync("run-task", new
        {
            account = Stack.Account,
            cluster,
            taskDefinition = definition,
            waitForCapacity = 600,
        });
        var waiting = run["tasks"]![0]!;
        var second = (string)waiting["taskArn"]!;
        Assert.Equal("PROVISIONING", (string?)waiting["lastStatus"]);
        Assert.Empty(run["failures"]!.AsArray());
        Assert.Null(waiting["containerInstanceArn"]);

        await WhenAsync(cluster, first, "RUNNING");
        await AskAsync("stop-task", new { account = Stack.Account, cluster, task = first });
        await WhenAsync(cluster, second, "RUNNING");

        await Eventually.HoldsAsync("all is heard", () => heard.Heard.Any(e => Is(e.Stream, e.Name, "task-running")));
        var own = heard.Heard.Where(e => e.Stream == second).DistinctBy(e => e.Version).OrderBy(e => e.Version);
        Assert.Equal(["task-queued", "task-placed"], own.Take(2).Select(e => e.Name));
        var stopped = heard.Heard.First(e => e.Stream == first && e.Name is "task-stopped");
        Assert.True(own.ElementAt(1).Position > stopped.Position);
        var told = JsonNode.Parse(await Api.GetAsync($"explain/{second}"))!;
        Assert.Equal("submit-task-states", (string?)told["placement"]!["command"]!["name"]);
        Assert.Empty(told["inconsistencies"]!.AsArray());
        await Api.CallAsync("StopTask", new { cluster, task = second });

        bool Is(string stream, string name, string wanted) => stream == second && name == wanted;
    }

    [Fact]
    public async Task Given_a_wait_without_room_when_its_time_is_over_then_the_task_has_stopped_and_says_why()
    {
        var cluster = NewName("never");
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        var definition = await DefineAsync(NewName("homeless"), "sleep 1");

        var run = await AskAsync("run-task", new
        {
            account = Stack.Account,
            cluster,
            taskDefinition = definition,
            waitForCapacity = 1,
        });
        var task = (string)run["tasks"]![0]!["taskArn"]!;
        var ended = await WhenAsync(cluster, task, "STOPPED");

        Assert.Equal("TaskFailedToStart", (string?)ended["stopCode"]);
        Assert.Equal("No room was found within 1 s", (string?)ended["stoppedReason"]);
        Assert.Contains("the cluster has no instances", await Api.GetAsync($"explain/{task}"), StringComparison.Ordinal);
    }

    private async Task<JsonNode> AskAsync(string command, object body)
    {
        var answer = await Bus.AskAsync(command, body, $"{Guid.NewGuid():N}");
        return answer["result"] ?? throw new InvalidOperationException($"{command}: {answer}");
    }
}
