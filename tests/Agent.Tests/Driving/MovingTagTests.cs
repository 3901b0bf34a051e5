using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Agent.Docker;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Driving;

/// <summary>What becomes of the images that a tag leaves behind when it moves on.</summary>
public sealed class MovingTagTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"ecs-images-{Guid.NewGuid():N}");

    [Fact]
    public async Task Given_a_tag_that_moved_on_when_the_round_comes_then_what_it_left_goes_unless_it_is_used_or_named()
    {
        await using var agent = await AgentFixture.StartAsync();
        await using var registry = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        string[] settings = ["--ECS_IMAGE_PULL_BEHAVIOR=always", "--ECS_CLEANUP_AFTER=0"];
        await RestartAsync(agent, settings);
        var named = await RunAsync(agent, registry);
        // In the same repository: to Docker it is then one that may go with its only name.
        var repository = registry.Image[..^2];
        await agent.Docker.Images.TagImageAsync(named, new ImageTagParameters { RepositoryName = repository, Tag = "kept" });
        var used = await RunAsync(agent, registry);
        var user = await agent.Docker.Containers.CreateContainerAsync(new CreateContainerParameters { Image = used });
        var left = await RunAsync(agent, registry);
        var newest = await RunAsync(agent, registry);
        Assert.Equal(4, new[] { named, used, left, newest }.Distinct().Count());
        await RestartAsync(agent, [.. settings, "--ECS_IMAGE_CLEANUP_INTERVAL=1", "--ECS_IMAGE_MINIMUM_CLEANUP_AGE=1"]);
        try
        {
            await AgentFixture.EventuallyAsync(async () => !await HasAsync(agent, left) && !await HasAsync(agent, newest));
            Assert.True(await HasAsync(agent, used));
        }
        finally
        {
            await agent.Docker.Containers.RemoveContainerAsync(user.ID, new ContainerRemoveParameters { Force = true });
        }

        await AgentFixture.EventuallyAsync(async () => !await HasAsync(agent, used));
        Assert.True(await HasAsync(agent, named));
        await agent.EndAsync();
        await agent.Docker.Images.DeleteImageAsync($"{repository}:kept", new ImageDeleteParameters { Force = true });
    }

    [Fact]
    public void Given_pulls_of_a_name_when_they_bring_other_images_then_the_book_keeps_those_that_the_agent_brought()
    {
        var book = new ImageBook(_path, NullLogger.Instance);
        book.Pulled(Image("sha256:theirs", isOurs: false));
        book.Pulled(Image("sha256:a", isOurs: true));
        book.Pulled(Image("sha256:a", isOurs: false));
        book.Pulled(Image("sha256:b", isOurs: true) with { UsedAt = Some.Time.AddHours(1) });

        var kept = new ImageBook(_path, NullLogger.Instance).All;

        Assert.Equal(
            [("sha256:a", "sha256:a", true, Some.Time), ("web:1", "sha256:b", false, Some.Time.AddHours(1))],
            kept.Select(image => (image.Name, image.Id, image.IsNameless, image.UsedAt)));
        Assert.All(kept, image => Assert.True(image.IsOurs));
    }

    [Fact]
    public void Given_a_book_of_an_earlier_version_when_it_is_read_then_all_that_it_says_is_there()
    {
        File.WriteAllText(_path, """
            [{"name":"web:1","id":"sha256:a","isOurs":true,"pulledAt":"2026-11-22T12:00:00Z","usedAt":"2026-11-22T13:00:00Z"}]
            """);

        Assert.Equal(
            [Image("sha256:a", isOurs: true) with { UsedAt = Some.Time.AddHours(1) }], new ImageBook(_path, NullLogger.Instance).All);
    }

    public void Dispose() => File.Delete(_path);

    private static PulledImage Image(string id, bool isOurs) =>
        new() { Name = "web:1", Id = id, IsOurs = isOurs, PulledAt = Some.Time, UsedAt = Some.Time };

    private static async Task RestartAsync(AgentFixture agent, string[] settings)
    {
        await agent.EndAsync();
        await agent.BeginAsync(settings);
    }

    // The id of what the tag was moved to, after a task of it ended and was cleaned up.
    private static async Task<string> RunAsync(AgentFixture agent, RegistryDouble registry)
    {
        await registry.MoveAsync(agent.Docker, AgentFixture.Image);
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "true") with { Image = registry.Image });
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count == 0);
        return (await agent.Docker.Images.InspectImageAsync(registry.Image)).ID;
    }

    private static async Task<bool> HasAsync(AgentFixture agent, string image)
    {
        try
        {
            await agent.Docker.Images.InspectImageAsync(image);
            return true;
        }
        catch (DockerApiException fault) when (fault.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return false;
        }
    }
}
