using Docker.DotNet.Models;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>Containers that have stopped while their task goes on.</summary>
public sealed class StoppedContainerTests
{
    [Fact]
    public async Task Given_a_container_that_could_not_be_made_when_the_journal_is_lost_and_its_image_has_come_then_it_is_never_made()
    {
        const string Never = "--ECS_IMAGE_PULL_BEHAVIOR=never";
        var repository = $"agent-tests-{Guid.NewGuid():N}";
        await using var agent = await AgentFixture.StartAsync(Never);
        var failing = AgentFixture.Container("b") with { Essential = false, Image = $"{repository}:1" };
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"), failing);
        var before = (await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running)).Containers[1];
        Assert.Equal(LifecycleStatus.Stopped, before.Status);
        Assert.StartsWith("CannotPullContainerError: ", before.Reason);
        await agent.EndAsync();
        agent.LoseJournal();
        agent.Scheduler.Know(task, before);
        agent.Scheduler.Told.Clear();
        await agent.Docker.Images.TagImageAsync(
            AgentFixture.Image, new ImageTagParameters { RepositoryName = repository, Tag = "1" });

        await agent.BeginAsync(Never);

        // It is RUNNING when each of its containers runs or has ended.
        var after = (await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running)).Containers[1];
        Assert.Equal((LifecycleStatus.Stopped, before.Reason, null), (after.Status, after.Reason, after.RuntimeId));
        Assert.Single(await agent.ContainersAsync());
        await agent.EndAsync();
        await agent.Docker.Images.DeleteImageAsync($"{repository}:1", new ImageDeleteParameters());
    }
}
