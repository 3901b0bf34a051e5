using Docker.DotNet.Models;
using Ecs.Agent.Docker;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>
/// Images that somebody makes of a task's container: Docker puts the container's labels into them, and into whatever
/// runs of them.
/// </summary>
public sealed class CommittedTests
{
    [Fact]
    public async Task Given_a_container_of_such_an_image_when_the_agent_sweeps_and_cleans_up_then_it_is_left_alone()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_CLEANUP_AFTER=0");
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        var image = await CommitAsync(agent, task);
        try
        {
            var ends = await RunAsync(agent, image, "ends", "sh", "-c", "exit 7");
            var stays = await RunAsync(agent, image, "stays", "sh", "-c", "trap 'exit 0' TERM; while true; do sleep 0.1; done");
            Assert.Equal(task, (await agent.Docker.Containers.InspectContainerAsync(stays)).Config!.Labels[Labels.TaskArn]);

            // An Agent that comes back sweeps over all that there is at once, also what ended.
            await agent.EndAsync();
            await agent.BeginAsync("--ECS_CLEANUP_AFTER=0");
            await agent.Scheduler.StopAsync(task);
            var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
            Assert.Equal(137, told.Containers[0].ExitCode);
            await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count <= 2);

            // The log knows both tasks as over. By the time that the Agent has found and removed what is its own,
            // which takes it longer to stop, it would have removed the other too.
            var lost = task[..^4] + "0000";
            agent.Scheduler.Lose(task);
            agent.Scheduler.Lose(lost);
            await agent.EndAsync();
            var own = await StartAsync(agent, new()
            {
                Name = AgentFixture.DockerName(lost, "web"),
                Image = AgentFixture.Image,
                Cmd = ["sleep", "600"],
                Labels = AgentFixture.LabelsOf(agent.InstanceId, lost, "web"),
            });
            await agent.BeginAsync("--ECS_CLEANUP_AFTER=0");
            await AgentFixture.EventuallyAsync(async () => !(await agent.ContainersAsync()).Any(c => c.ID == own));
            Assert.Equal(
                new[] { ("exited", ends), ("running", stays) }.OrderBy(seen => seen.Item1),
                (await agent.ContainersAsync()).Select(c => (c.State, c.ID)).OrderBy(seen => seen.State));
        }
        finally
        {
            await RemoveAsync(agent, image);
        }
    }

    [Fact]
    public async Task Given_a_task_of_such_an_image_when_it_runs_then_ports_that_the_image_s_labels_tell_are_not_its_own()
    {
        await using var agent = await AgentFixture.StartAsync();
        var ranged = await agent.Scheduler.RunAsync(
            AgentFixture.Container("web") with { PortMappings = [new() { ContainerPortRange = "80-81", Protocol = "tcp" }] });
        Assert.Single((await agent.Scheduler.WaitAsync(ranged, LifecycleStatus.Running)).Containers[0].NetworkBindings);
        var image = await CommitAsync(agent, ranged);
        try
        {
            var task = await agent.Scheduler.RunAsync(
                AgentFixture.Container("web") with { Image = image, PortMappings = [new() { ContainerPort = 80, Protocol = "tcp" }] });

            var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
            Assert.Equal(80, Assert.Single(told.Containers[0].NetworkBindings).ContainerPort);
        }
        finally
        {
            await RemoveAsync(agent, image);
        }
    }

    private static async Task<string> CommitAsync(AgentFixture agent, string task)
    {
        var repository = $"agent-tests/{Guid.NewGuid():N}";
        await agent.Docker.Images.CommitContainerChangesAsync(new CommitContainerChangesParameters
        {
            ContainerID = AgentFixture.DockerName(task, "web"), RepositoryName = repository, Tag = "1",
        });
        return $"{repository}:1";
    }

    private static Task<string> RunAsync(AgentFixture agent, string image, string name, params string[] command) =>
        StartAsync(agent, new() { Name = $"agent-tests-{name}-{agent.InstanceId}", Image = image, Cmd = command });

    private static async Task<string> StartAsync(AgentFixture agent, CreateContainerParameters spec)
    {
        var made = await agent.Docker.Containers.CreateContainerAsync(spec);
        await agent.Docker.Containers.StartContainerAsync(made.ID, new ContainerStartParameters());
        return made.ID;
    }

    private static async Task RemoveAsync(AgentFixture agent, string image)
    {
        foreach (var container in (await agent.ContainersAsync()).Where(container => container.Image == image))
        {
            await agent.Docker.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true });
        }

        await agent.Docker.Images.DeleteImageAsync(image, new ImageDeleteParameters { Force = true });
    }
}
