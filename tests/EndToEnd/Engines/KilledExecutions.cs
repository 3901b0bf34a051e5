using Ecs.Contracts.Events;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Engines;

/// <summary>kill -9 of an Agent that runs commands in containers: none stays open in the log, or goes on unheard.</summary>
[Collection(EngineTests.Name)]
public sealed class KilledExecutions(HardyStack stack) : EngineTest(stack)
{
    private Tool Ecs => Tool.Ecs(Stack);

    [Fact]
    public async Task Given_commands_in_a_container_whose_Agent_is_killed_when_it_is_back_then_each_has_ended_while_the_task_runs_on()
    {
        var cluster = NewName("entered");
        var agent = await Stack.AgentAsync(cluster);
        // With cpu of its own: what ends a command runs in its container, and has 10 s for it.
        var task = Assert.Single(await RunAsync(cluster, await DefineAsync(cluster, Containers.Sleep, cpu: 256)));
        await WhenAsync(cluster, task, "RUNNING");
        using var runsOn = await BeginAsync(task, "echo begun; sleep 4321");
        using var ends = await BeginAsync(task, "echo begun; until [ -e /go ]; do sleep 0.1; done; touch /gone; exit 9");
        Assert.True(await GoesOnAsync(task));

        await agent.Process.KillAsync();
        await DoAsync(task, "touch", "/go");
        await Eventually.HoldsAsync("the second command has ended", async () => (await DoAsync(task, "ls", "/gone")).ExitCode == 0);
        Assert.Empty(await EndsAsync(task));
        await agent.Process.StartReadyAsync();

        var told = await Eventually.GetAsync("both have ended", () => EndsAsync(task), all => all.Count == 2);
        Assert.Single(told, end => end is { ExitCode: 9, Reason: null });
        Assert.Single(told, end => end.ExitCode is null
            && end.Reason == "Its Agent was killed while it ran, and ended it when it was back.");
        await Eventually.HoldsAsync("nothing of the first goes on", async () => !await GoesOnAsync(task));
        Assert.Equal("RUNNING", (string?)(await TaskAsync(cluster, task))["lastStatus"]);
        await Eventually.HoldsAsync("nothing is owed any more", () => Directory
            .GetFiles(agent.DataFolder, "*.json", SearchOption.AllDirectories)
            .All(file => !file.Contains("/executions/", StringComparison.Ordinal)));
        await EverythingHeldAsync(cluster);
        Assert.Equal(2, (await EndsAsync(task)).Count);
        await agent.Process.KillAsync();
    }

    private async Task<System.Diagnostics.Process> BeginAsync(string task, string script)
    {
        var tool = Ecs.Start("exec", task, "main", "--", "sh", "-c", script);
        Assert.Equal("begun", await tool.StandardOutput.ReadLineAsync(Cancel));
        return tool;
    }

    /// <summary>Whether anything of the first command is in the container.</summary>
    private static async Task<bool> GoesOnAsync(string task)
    {
        var (exitCode, processes) = await DoAsync(task, "ps");
        Assert.Equal(0, exitCode);
        return processes.Contains("sleep 4321", StringComparison.Ordinal);
    }

    /// <summary>Runs a command in the task's container past the house.</summary>
    private static async Task<(long? ExitCode, string Output)> DoAsync(string task, params string[] command)
    {
        using var engine = new Engine();
        var container = Assert.Single(await engine.OfTaskAsync(task)).Id;
        return await engine.ExecAsync(container, command);
    }

    private async Task<IReadOnlyList<ExecuteCommandEnded>> EndsAsync(string task) =>
    [
        .. (await Promises.ReadAsync(Stack)).Select(e => e.Data).OfType<ExecuteCommandEnded>()
            .Where(end => end.TaskArn == task),
    ];
}
