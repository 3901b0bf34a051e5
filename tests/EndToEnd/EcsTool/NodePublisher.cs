using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.EcsTool;

[Collection(CalmTests.Name)]
public sealed class NodePublisher(CalmStack stack) : StackTest(stack)
{
    [Fact]
    public async Task Given_the_node_example_when_it_publishes_a_command_then_it_prints_the_tasks_events_until_running()
    {
        var definition = await DefineAsync(NewName("from-node"), Containers.Sleep);
        var node = new Tool("node", [Path.Combine(TestSettings.Root, "examples", "bus-node", "run-task.js")],
            new Dictionary<string, string>
            {
                ["ECS_BUS_URI"] = Stack.Backbone.BusUri,
                ["ECS_ACCOUNT"] = Stack.Account,
            });

        await AgentsAreHeardAsync();
        var run = (await node.RunAsync(definition)).Good();

        var placed = run.Output.IndexOf("task-placed", StringComparison.Ordinal);
        var running = run.Output.IndexOf("task-running", StringComparison.Ordinal);
        Assert.True(placed >= 0 && running > placed, run.Output);
        await StopAllAsync("default");
    }
}
