using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Events;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Faults;

/// <summary>
/// kill -9 of either end of <c>ecs exec</c> between the entry in the log and the word to run it: the command never runs,
/// and the log says so while its task runs on.
/// </summary>
[Collection(FaultTests.Name)]
public sealed class UnbegunExecutions(FaultyStack stack) : FaultTest(stack)
{
    private Tool Ecs => Tool.Ecs(Stack);

    [Theory]
    [InlineData("Gateway")]
    [InlineData("Agent")]
    public async Task Given_a_command_that_is_in_the_log_when_an_end_is_killed_before_its_word_then_it_ends_there_unrun(
        string name)
    {
        var cluster = NewName($"unbegun-{name}");
        var agent = await Stack.AgentAsync(cluster);
        var definition = await DefineAsync(cluster, Containers.Sleep);
        var task = Assert.Single(await RunAsync(cluster, definition));
        await WhenAsync(cluster, task, "RUNNING");
        var victim = name is "Agent" ? agent.Process : Stack.Gateway;
        var opened = await Bus.NextAsync(Exchanges.Conversations, Arn.Parse(agent.InstanceArn).Name);
        var recorded = await Bus.NextAsync("ecs.commands.execute-command");

        // Nobody decides it before the end that gives or takes the word is gone. Asked without the tool, whose start may
        // take so long that the broker gives up a paused Agent.
        agent.Process.Pause();
        using var socket = await ExecSocket.ConnectAsync(Stack, task, "main", ["touch", "/ran"], "", Cancel);
        await opened;
        Stack.Scheduler.Pause();
        agent.Process.Continue();
        await recorded;
        await victim.KillAsync();
        Stack.Scheduler.Continue();
        var begun = await OfAsync<ExecuteCommandStarted>(task, "it is in the log");
        await victim.StartReadyAsync();

        var ended = await OfAsync<ExecuteCommandEnded>(task, "it has ended in the log");
        Assert.Equal((begun.ExecutionId, null), (ended.ExecutionId, ended.ExitCode));
        Assert.Contains("it was never begun", ended.Reason, StringComparison.Ordinal);
        Assert.Equal("RUNNING", (string?)(await TaskAsync(cluster, task))["lastStatus"]);
        var ran = await Ecs.RunAsync("exec", task, "main", "--", "ls", "/ran");
        Assert.True(ran.ExitCode == 1 && ran.Errors.Contains("No such file", StringComparison.Ordinal), $"{ran}");
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();
    }

    private Task<T> OfAsync<T>(string task, string what)
        where T : TaskExecution => Eventually.GetAsync(
            what,
            async () => (await Promises.ReadAsync(Stack)).Select(e => e.Data).OfType<T>().FirstOrDefault(e => e.TaskArn == task)!,
            found => found is not null);
}
