using Docker.DotNet.Models;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ecs.Agent.Tests.Driving;

/// <summary>A disk that does not take what must be kept of one task: its file is a directory that is not empty.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task Given_a_task_that_waits_for_its_disk_when_another_ends_then_that_is_told_and_its_own_word_is_taken()
    {
        await using var agent = await AgentFixture.StartAsync();
        var waits = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        var ends = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Scheduler.WaitAsync(waits, LifecycleStatus.Running);
        await agent.Scheduler.WaitAsync(ends, LifecycleStatus.Running);
        var file = Directory.GetFiles(agent.DataDir, waits.Split('/')[^1] + ".json", SearchOption.AllDirectories).Single();
        File.Delete(file);
        Directory.CreateDirectory(Path.Combine(file, "in the way"));
        await KillAsync(agent, waits);
        await AgentFixture.EventuallyAsync(async () => await SaysAsync(agent, "the journal cannot be written"));

        // On a new connection all is told, that of the task which stands still, too; and answered.
        agent.Scheduler.ListRefusal = CommandError.Wrong("containerInstance", "must name a registered instance");
        await AgentFixture.EventuallyAsync(() => Task.FromResult(agent.Scheduler.Registrations.Count > 1));
        agent.Scheduler.ListRefusal = null;
        await agent.Scheduler.WaitAsync(waits, LifecycleStatus.Stopped);
        await KillAsync(agent, ends);

        await agent.Scheduler.WaitAsync(ends, LifecycleStatus.Stopped);
        var further = agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Scheduler.WaitAsync(await further, LifecycleStatus.Running);
        Directory.Delete(file, recursive: true);
    }

    private static async Task<bool> SaysAsync(AgentFixture agent, string what)
    {
        var health = agent.Services.GetRequiredService<AgentHealth>();
        var now = await health.CheckHealthAsync(new HealthCheckContext(), CancellationToken.None);
        return now.Description?.StartsWith(what, StringComparison.Ordinal) is true;
    }

    private static Task KillAsync(AgentFixture agent, string task) => agent.Docker.Containers.KillContainerAsync(
        AgentFixture.DockerName(task, "web"), new ContainerKillParameters());
}
