using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ecs.Agent.Tests.Driving;

public sealed class EngineAwayTests
{
    [Fact]
    public async Task Given_an_engine_that_goes_when_it_is_back_then_what_was_assigned_and_what_ended_meanwhile_is_told()
    {
        using var gate = new EngineGate();
        await using var agent = await AgentFixture.StartAsync(gate.Setting);
        var health = agent.Services.GetRequiredService<HealthCheckService>();
        var running = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Scheduler.WaitAsync(running, LifecycleStatus.Running);

        gate.Close();
        var waiting = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Docker.Containers.KillContainerAsync(
            AgentFixture.DockerName(running, "web"), new global::Docker.DotNet.Models.ContainerKillParameters());
        await AgentFixture.EventuallyAsync(async () =>
        {
            await Task.Delay(500); // Each check that fails is a line in the log.
            return (await health.CheckHealthAsync()).Entries["agent"].Status == HealthStatus.Unhealthy;
        });
        Assert.DoesNotContain(agent.Scheduler.Told, o => o.Status == LifecycleStatus.Stopped);
        gate.Open();

        Assert.Equal(137, (await agent.Scheduler.WaitAsync(running, LifecycleStatus.Stopped)).Containers[0].ExitCode);
        Assert.Equal(
            LifecycleStatus.Running, (await agent.Scheduler.WaitAsync(waiting, LifecycleStatus.Running)).Status);
    }
}
