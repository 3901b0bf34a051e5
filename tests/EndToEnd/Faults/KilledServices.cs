using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Faults;

[Collection(FaultTests.Name)]
public sealed class KilledServices(FaultyStack stack) : FaultTest(stack)
{
    private static readonly int Count = TestSettings.IsSoak ? 100 : 20;

    [Theory]
    [InlineData("Registry")]
    [InlineData("Scheduler")]
    [InlineData("Agent")]
    [InlineData("Gateway")]
    [InlineData("Auditor")]
    public async Task Given_a_run_of_tasks_when_a_service_is_killed_in_it_then_each_task_runs_once_or_says_why_not(
        string name)
    {
        var cluster = NewName($"killed-{name}");
        var agent = await Stack.AgentAsync(cluster);
        var definition = await DefineAsync(cluster, Containers.Sleep);
        var victim = name is "Agent" ? agent.Process : Stack.Services.Single(service => service.Name == name);
        var middle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = InsistAsync(cluster, definition, Count, accepted =>
        {
            if (accepted >= Count / 4) middle.TrySetResult();
        });

        await Task.WhenAny(middle.Task, running);
        await victim.KillAsync();
        await victim.StartReadyAsync();

        await EachIsRunningOrStoppedAsync(cluster, await running);
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();
    }
}
