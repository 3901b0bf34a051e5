using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>
/// An Agent whose instance is refused when it comes back, say for memory that its machine has no more: it gets no tasks, and those
/// that it has are looked after.
/// </summary>
public sealed class RefusedInstanceTests
{
    private static readonly CommandError TooSmall = CommandError.Wrong("resources", "are less than its tasks hold");

    [Fact]
    public async Task Given_a_container_that_ended_meanwhile_when_the_instance_is_refused_then_its_end_is_told()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "sh", "-c", "sleep 1; exit 9"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        await agent.EndAsync();
        await AgentFixture.EventuallyAsync(async () => !(await agent.InspectAsync(task, "web")).State!.Running);
        agent.Scheduler.Refusal = TooSmall;

        await agent.BeginAsync();

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(9, told.Containers[0].ExitCode);
        Assert.Empty(await BeatsAsync(agent));
    }

    [Fact]
    public async Task Given_a_task_that_is_stopped_when_the_instance_is_refused_then_it_ends_and_that_is_told()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        await agent.EndAsync();
        agent.Scheduler.Refusal = TooSmall;
        await agent.BeginAsync();

        await agent.Scheduler.StopAsync(task);

        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.False((await agent.InspectAsync(task, "web")).State!.Running);
    }

    [Theory]
    [InlineData("session")]
    [InlineData("signature")]
    [InlineData("cluster")]
    [InlineData(null)]
    public async Task Given_a_doubt_whether_it_is_the_instance_s_agent_then_it_tells_nothing(string? field)
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        await agent.EndAsync();
        agent.Scheduler.Refusal = TooSmall with { Field = field };
        agent.Scheduler.Told.Clear();
        var registrations = agent.Scheduler.Registrations.Count;

        await agent.BeginAsync();

        await AgentFixture.EventuallyAsync(() => Task.FromResult(agent.Scheduler.Registrations.Count >= registrations + 3));
        Assert.Empty(agent.Scheduler.Told);
    }

    // One that was on its way when the Agent ended may have come meanwhile: those of the new one count.
    private static async Task<IReadOnlyList<long?>> BeatsAsync(AgentFixture agent)
    {
        var registrations = agent.Scheduler.Registrations.Count;
        await AgentFixture.EventuallyAsync(() => Task.FromResult(agent.Scheduler.Registrations.Count >= registrations + 2));
        var session = agent.Scheduler.Registrations.Last().Session;
        return [.. agent.Scheduler.Beats.Select(beat => beat.Session).Where(beat => beat == session)];
    }
}
