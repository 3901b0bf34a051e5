using System.Net.WebSockets;
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

    [Fact]
    public async Task Given_commands_that_are_in_the_log_when_an_end_is_killed_before_its_word_then_they_end_there_unrun()
    {
        // The time in which the word might still come is waited for once.
        using var gatewayless = await UnbegunAsync("Gateway");
        using var agentless = await UnbegunAsync("Agent");

        await EndsUnrunAsync(gatewayless);
        await EndsUnrunAsync(agentless);
    }

    /// <summary>A command that is in the log, one end of which was killed before its word, and is back.</summary>
    private async Task<Unbegun> UnbegunAsync(string killed)
    {
        var cluster = NewName($"unbegun-{killed}");
        var agent = await Stack.AgentAsync(cluster);
        var definition = await DefineAsync(cluster, Containers.Sleep);
        var task = Assert.Single(await RunAsync(cluster, definition));
        await WhenAsync(cluster, task, "RUNNING");
        var victim = killed is "Agent" ? agent.Process : Stack.Gateway;
        var opened = await Bus.NextAsync(Exchanges.Conversations, Arn.Parse(agent.InstanceArn).Name);
        var recorded = await Bus.NextAsync("ecs.commands.execute-command");

        // Nobody decides it before the end that gives or takes the word is gone. Asked without the tool, whose start may
        // take so long that the broker gives up a paused Agent.
        agent.Process.Pause();
        var socket = await ExecSocket.ConnectAsync(Stack, task, "main", ["touch", "/ran"], "", Cancel);
        await opened;
        Stack.Scheduler.Pause();
        agent.Process.Continue();
        await recorded;
        await victim.KillAsync();
        Stack.Scheduler.Continue();
        var begun = await OfAsync<ExecuteCommandStarted>(task, "it is in the log");
        await victim.StartReadyAsync();
        return new Unbegun(agent, task, begun.ExecutionId, socket);
    }

    private async Task EndsUnrunAsync(Unbegun unbegun)
    {
        var (agent, task, execution, _) = unbegun;
        var ended = await OfAsync<ExecuteCommandEnded>(task, "it has ended in the log");
        Assert.Equal((execution, null), (ended.ExecutionId, ended.ExitCode));
        Assert.Contains("it was never begun", ended.Reason, StringComparison.Ordinal);
        Assert.Equal("RUNNING", (string?)(await TaskAsync(agent.Cluster, task))["lastStatus"]);
        var ran = await Ecs.RunAsync("exec", task, "main", "--", "ls", "/ran");
        Assert.True(ran.ExitCode == 1 && ran.Errors.Contains("No such file", StringComparison.Ordinal), $"{ran}");
        await EverythingHeldAsync(agent.Cluster);
        await agent.Process.KillAsync();
    }

    private Task<T> OfAsync<T>(string task, string what)
        where T : TaskExecution => Eventually.GetAsync(
            what,
            async () => (await Promises.ReadAsync(Stack)).Select(e => e.Data).OfType<T>().FirstOrDefault(e => e.TaskArn == task)!,
            found => found is not null);

    /// <summary>A command whose word never came. Whoever asked for it stays at the line.</summary>
    private sealed record Unbegun(AgentProcess Agent, string Task, string Execution, ClientWebSocket Asker) : IDisposable
    {
        public void Dispose() => Asker.Dispose();
    }
}
