using Docker.DotNet.Models;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>Images that the machine has already: who asks a registry for them, and which of them stay.</summary>
public sealed class CachedImageTests
{
    private const string PreferCached = "--ECS_IMAGE_PULL_BEHAVIOR=prefer-cached";
    private const string Once = "--ECS_IMAGE_PULL_BEHAVIOR=once";
    private const string AtOnce = "--ECS_CLEANUP_AFTER=0";
    private static readonly string[] Rounds = ["--ECS_IMAGE_CLEANUP_INTERVAL=1", "--ECS_IMAGE_MINIMUM_CLEANUP_AGE=1"];

    [Fact]
    public async Task Given_an_image_that_somebody_pulled_when_its_tag_has_moved_on_then_prefer_cached_uses_it_and_once_asks_for_the_new_one()
    {
        await using var agent = await AgentFixture.StartAsync(PreferCached, AtOnce);
        await using var registry = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        await agent.Docker.Images.CreateImageAsync(
            new ImagesCreateParameters { FromImage = registry.Image[..^2], Tag = "1" }, new AuthConfig(), new Progress<JSONMessage>());
        var theirs = (await agent.Docker.Images.InspectImageAsync(registry.Image)).ID;
        var (digest, looks) = (registry.Digest, registry.Looks);
        await registry.MoveAsync(agent.Docker, AgentFixture.Image);

        Assert.Equal((false, digest), await RunAsync(agent, registry.Image));
        Assert.Equal(looks, registry.Looks);

        await agent.RestartAsync(Once, AtOnce);
        Assert.NotEqual(digest, registry.Digest);
        Assert.Equal((true, registry.Digest), await RunAsync(agent, registry.Image));
        Assert.True(registry.Looks > looks);

        (digest, looks) = (registry.Digest, registry.Looks);
        await registry.MoveAsync(agent.Docker, AgentFixture.Image);
        Assert.Equal((false, digest), await RunAsync(agent, registry.Image));
        Assert.Equal(looks, registry.Looks);

        await agent.EndAsync();
        await registry.ForgetAsync(agent.Docker);
        await agent.Docker.Images.DeleteImageAsync(theirs, new ImageDeleteParameters { Force = true });
    }

    [Fact]
    public async Task Given_a_missing_image_when_prefer_cached_has_pulled_it_then_it_is_used_and_stays_and_goes_where_that_word_is_not_said()
    {
        await using var agent = await AgentFixture.StartAsync(PreferCached, AtOnce);
        await using var registry = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        var digest = registry.Digest;
        Assert.Equal((true, digest), await RunAsync(agent, registry.Image));
        Assert.Equal(1, registry.Downloads);

        var looks = registry.Looks;
        await registry.MoveAsync(agent.Docker, AgentFixture.Image);
        Assert.Equal((false, digest), await RunAsync(agent, registry.Image));
        Assert.Equal(looks, registry.Looks);

        // A round comes to the images after the volumes: when the second volume is gone, one has been at both.
        await agent.RestartAsync([PreferCached, .. Rounds]);
        foreach (var round in (string[])["first", "second"])
        {
            var left = await agent.MakeVolumeAsync(round, AgentFixture.LabelsOfLeft(agent.InstanceId));
            await AgentFixture.EventuallyAsync(async () => !await agent.HasVolumeAsync(left));
        }

        Assert.True(await agent.HasImageAsync(registry.Image));

        await agent.RestartAsync(Rounds);
        await AgentFixture.EventuallyAsync(async () => !await agent.HasImageAsync(registry.Image));
    }

    // Whether it was pulled for the task, and what of.
    private static async Task<(bool IsPulled, string? Digest)> RunAsync(AgentFixture agent, string image)
    {
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "true") with { Image = image });
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(0, told.Containers[0].ExitCode);
        await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count == 0);
        return (told.PullStartedAt is not null, told.Containers[0].ImageDigest);
    }
}
