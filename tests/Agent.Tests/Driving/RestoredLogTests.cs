using Ecs.Agent.Joining;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace Ecs.Agent.Tests.Driving;

/// <summary>A Scheduler whose log was restored from a backup while the Agent lived on.</summary>
public sealed class RestoredLogTests
{
    [Fact]
    public async Task Given_a_restored_log_when_it_names_a_task_that_had_ended_then_its_end_is_told_once_more()
    {
        await using var agent = await AgentFixture.StartAsync();
        var container = AgentFixture.Container("web", "sh", "-c", "exit 9");
        var task = await agent.Scheduler.RunAsync(container);
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        var file = Path.Combine(agent.DataDir, agent.InstanceId, "tasks", task.Split('/')[^1] + ".soon");
        await AgentFixture.EventuallyAsync(async () =>
            File.Exists(file) && (await File.ReadAllTextAsync(file)).Contains("\"acknowledged\":true", StringComparison.Ordinal));
        agent.Scheduler.Told.Clear();

        agent.Scheduler.Restore(task, container);

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(9, told.Containers[0].ExitCode);
        Assert.Equal(2, agent.Scheduler.Registrations.Count);
    }

    [Fact]
    public async Task Given_a_restored_log_when_nothing_is_left_of_a_task_then_it_is_not_made_a_second_time()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_CLEANUP_AFTER=0");
        await using var starts = await HeardStarts.BeginAsync(agent);
        var container = AgentFixture.Container("web", "true");
        var task = await agent.Scheduler.RunAsync(container);
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count == 0);
        await agent.EndAsync();
        agent.LoseJournal();
        agent.Scheduler.Told.Clear();

        agent.Scheduler.Restore(task, container);
        await agent.BeginAsync("--ECS_CLEANUP_AFTER=0");

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(Reasons.MayHaveRun, told.Containers[0].Reason);
        Assert.Single(await starts.AllAsync());
    }

    [Fact]
    public async Task Given_a_restored_log_when_the_container_is_there_then_it_is_gone_on_with()
    {
        await using var agent = await AgentFixture.StartAsync();
        var container = AgentFixture.Container("web");
        var task = await agent.Scheduler.RunAsync(container);
        var before = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        await agent.EndAsync();
        agent.LoseJournal();
        agent.Scheduler.Told.Clear();

        agent.Scheduler.Restore(task, container);
        await agent.BeginAsync();

        var after = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        Assert.Equal(before.Containers[0].RuntimeId, after.Containers[0].RuntimeId);
        Assert.Single(await agent.ContainersAsync());
    }

    [Fact]
    public async Task Given_a_log_that_went_back_when_nobody_has_said_so_then_the_agent_says_what_is_to_be_done()
    {
        await using var agent = await AgentFixture.StartAsync();
        var membership = agent.Services.GetRequiredService<Membership>();
        await AgentFixture.EventuallyAsync(() => Task.FromResult(membership.Fault is null));

        agent.Scheduler.GoBack();

        await AgentFixture.EventuallyAsync(() => Task.FromResult(
            membership.Fault?.Contains("'ecs-scheduler restored'", StringComparison.Ordinal) is true));
    }
}
