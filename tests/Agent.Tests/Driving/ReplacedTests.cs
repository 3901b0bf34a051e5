using Ecs.Agent.Docker;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ecs.Agent.Tests.Driving;

/// <summary>Messages of other connections than the Agent's own: older ones, and those of an Agent in its place.</summary>
public sealed class ReplacedTests
{
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_work_for_another_agent_of_a_newer_session_then_it_is_left_to_that_one_and_this_one_ends_its_work()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        var list = agent.Scheduler.List();
        var taken = list with { Session = list.Session + 1, IsFullList = false, Tasks = [Start(list.Number + 1)], Number = list.Number + 1 };

        Assert.False(await agent.Scheduler.HandAsync(taken));

        await StandsByAsync(agent);
        Assert.Equal(task, Assert.Single(await agent.ContainersAsync()).Labels[Labels.TaskArn]);
        Assert.True((await agent.InspectAsync(task, "web")).State!.Running);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Given_an_agent_that_was_replaced_when_it_asks_or_registers_then_it_ends_its_work(bool refused)
    {
        await using var agent = await AgentFixture.StartAsync();
        // By then it has had a list: before the first there is nothing that the next could go back from.
        await agent.Scheduler.WaitAsync(
            await agent.Scheduler.RunAsync(AgentFixture.Container("web")), LifecycleStatus.Running);
        var newer = agent.Scheduler.Session + 1;

        if (refused)
        {
            agent.Scheduler.Refusal = new CommandError("ClientException", "older") { Field = "session", LastSession = newer };
            agent.Scheduler.GoBack(); // A list that makes it register anew.
        }
        else
        {
            agent.Scheduler.Session = newer;
        }

        await StandsByAsync(agent);
        Assert.Equal(refused ? 2 : 1, agent.Scheduler.Registrations.Count);
    }

    [Fact]
    public async Task Given_lists_of_an_older_session_or_position_then_they_are_dropped_and_what_runs_is_left_alone()
    {
        await using var agent = await AgentFixture.StartAsync();
        var before = agent.Scheduler.List();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        var now = agent.Scheduler.List();

        // Each asks for something that must not be: one's task was never placed here, the other stops what runs.
        var stop = new TaskAssignment { TaskArn = task, Number = now.Number + 1, DesiredStatus = DesiredStatus.Stopped };
        Assert.True(await agent.Scheduler.HandAsync(before with { Session = before.Session - 1, Number = now.Number + 9, Tasks = [stop] }));
        Assert.True(await agent.Scheduler.HandAsync(now));
        Assert.True(await agent.Scheduler.HandAsync(before with { Tasks = [Start(1)] }));

        // By the time that another one runs, whatever those had begun would be seen.
        var next = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Scheduler.WaitAsync(next, LifecycleStatus.Running);
        Assert.Equal(
            new[] { task, next }.Order(), (await agent.ContainersAsync()).Select(c => c.Labels[Labels.TaskArn]).Order());
        Assert.All(agent.Scheduler.Told, told => Assert.True(told.Status <= LifecycleStatus.Running, $"{told.TaskArn} is {told.Status}"));
        Assert.True((await agent.InspectAsync(task, "web")).State!.Running);
        await agent.Scheduler.StopAsync(task);
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
    }

    private static TaskAssignment Start(long number) => new()
    {
        TaskArn = Some.Task(7),
        Number = number,
        DesiredStatus = DesiredStatus.Running,
        Family = "agent-test",
        Revision = 3,
        Containers = [AgentFixture.Container("web")],
    };

    private static async Task StandsByAsync(AgentFixture agent)
    {
        var health = agent.Services.GetRequiredService<HealthCheckService>();
        await AgentFixture.EventuallyAsync(async () => (await health.CheckHealthAsync(Ct)).Entries.Values
            .Any(entry => entry.Description?.Contains("another Agent, of session", StringComparison.Ordinal) is true));
        Assert.False(agent.Scheduler.IsHeard, "it still takes messages");
    }
}
