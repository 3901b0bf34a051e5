using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

public sealed class ComingAndGoingTests
{
    /// <summary>Tasks in a round.</summary>
    private const int Tasks = 8;

    /// <summary>What the Agent's own rounds may hold more at one look than at another.</summary>
    private const int Swing = 3;

    [Fact]
    public async Task Given_tasks_with_start_timeouts_and_health_checks_that_come_and_go_then_no_timer_of_theirs_stays()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_CLEANUP_AFTER=0");
        await RoundAsync(agent);
        var before = agent.Clock.Timers;

        await RoundAsync(agent);
        await RoundAsync(agent);

        await AgentFixture.EventuallyAsync(() => Task.FromResult(agent.Clock.Timers <= before + Swing));
    }

    private static async Task RoundAsync(AgentFixture agent)
    {
        var app = AgentFixture.Container("app") with
        {
            DependsOn = [new() { ContainerName = "db", Condition = "HEALTHY" }],
        };
        var db = AgentFixture.Container("db") with
        {
            StartTimeout = 24 * 60 * 60,
            HealthCheck = new() { Command = ["CMD", "false"], Interval = 5 },
            Essential = false,
        };
        var tasks = new List<string>();
        for (var i = 0; i < Tasks; i++) tasks.Add(await agent.Scheduler.RunAsync(app, db));
        // Before its database runs a task waits for no start timeout.
        await AgentFixture.EventuallyAsync(() => Task.FromResult(tasks.TrueForAll(task => agent.Scheduler.Told.Any(told =>
            told.TaskArn == task && told.Containers.Any(c => c is { Name: "db", Status: LifecycleStatus.Running })))));
        Assert.True(agent.Clock.Timers >= Tasks, "no start timeout was waited for");
        foreach (var task in tasks) await agent.Scheduler.StopAsync(task);
        foreach (var task in tasks) await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count == 0);
    }
}
