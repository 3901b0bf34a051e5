using Docker.DotNet.Models;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>Volumes without a name, of which Docker makes one for each container of an image that asks for it.</summary>
public sealed class AnonymousVolumeTests
{
    [Fact]
    public async Task Given_an_image_that_asks_for_a_volume_when_its_task_is_cleaned_up_then_that_goes_and_no_one_else_s_nor_one_with_a_name()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_CLEANUP_AFTER=0");
        var image = await MakeImageAsync(agent, "VOLUME /data");
        var named = await agent.MakeVolumeAsync("named");
        var bystander = (await agent.Docker.Containers.CreateContainerAsync(new CreateContainerParameters { Image = image })).ID;
        try
        {
            var theirs = VolumeOf(await agent.Docker.Containers.InspectContainerAsync(bystander));
            var task = await agent.Scheduler.RunAsync(
                new TaskSettings { Volumes = [new() { Name = named, DockerVolumeConfiguration = new() { Scope = "shared" } }] },
                AgentFixture.Container("app") with
                {
                    Image = image, MountPoints = [new() { SourceVolume = named, ContainerPath = "/named" }],
                });
            await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
            var made = await agent.InspectAsync(task, "app");
            var own = VolumeOf(made);
            Assert.Contains(made.Mounts!, mount => mount.Name == named);
            Assert.True(await agent.HasVolumeAsync(own));

            await agent.Scheduler.StopAsync(task);
            await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count == 0);

            await AgentFixture.EventuallyAsync(async () => !await agent.HasVolumeAsync(own));
            Assert.True(await agent.HasVolumeAsync(theirs));
            Assert.True(await agent.HasVolumeAsync(named));
        }
        finally
        {
            await agent.EndAsync();
            var all = new ContainerRemoveParameters { Force = true, RemoveVolumes = true };
            foreach (var container in await agent.ContainersAsync()) await agent.Docker.Containers.RemoveContainerAsync(container.ID, all);

            await agent.Docker.Containers.RemoveContainerAsync(bystander, all);
            await agent.Docker.Volumes.RemoveAsync(named, force: null);
            await agent.Docker.Images.DeleteImageAsync(image, new ImageDeleteParameters { Force = true });
        }
    }

    // Of a container that no Agent made: an Agent's labels would be in the image.
    private static async Task<string> MakeImageAsync(AgentFixture agent, string change)
    {
        var image = $"agent-tests/{Guid.NewGuid():N}";
        var made = await agent.Docker.Containers.CreateContainerAsync(new CreateContainerParameters { Image = AgentFixture.Image });
        await agent.Docker.Images.CommitContainerChangesAsync(
            new CommitContainerChangesParameters { ContainerID = made.ID, RepositoryName = image, Changes = [change] });
        await agent.Docker.Containers.RemoveContainerAsync(made.ID, new ContainerRemoveParameters());
        return image;
    }

    private static string VolumeOf(ContainerInspectResponse container) =>
        Assert.Single(container.Mounts!, mount => mount.Destination == "/data").Name!;
}
