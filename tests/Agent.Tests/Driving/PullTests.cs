using Docker.DotNet.Models;
using Ecs.Contracts;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>Pulls by a real engine from a double of a registry, and what becomes of the images.</summary>
public sealed class PullTests
{
    [Fact]
    public async Task Given_two_tasks_of_an_image_when_it_is_pulled_then_it_is_once_with_the_agent_s_credentials_and_they_tell_how_far()
    {
        const string Password = "very-secret-indeed";
        await using var agent = await AgentFixture.StartAsync();
        await using var registry = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image, Password);
        await agent.RestartAsync(Credentials(agent, registry.Credentials()));
        registry.Hold();
        var container = AgentFixture.Container("web") with { Image = registry.Image };

        var first = await agent.Scheduler.RunAsync(container);
        await registry.Halfway.WaitAsync(TimeSpan.FromSeconds(60));
        var second = await agent.Scheduler.RunAsync(container);
        await AgentFixture.EventuallyAsync(() => Task.FromResult(
            agent.Scheduler.Told.Any(o => o.TaskArn == second && o.Containers[0].Pull is { StoppedAt: null })));
        registry.Release();

        var told = await agent.Scheduler.WaitAsync(first, LifecycleStatus.Running);
        await agent.Scheduler.WaitAsync(second, LifecycleStatus.Running);
        var pull = told.Containers[0].Pull!;
        // With containerd's store Docker tells of no layer that is here, and of a quick one no bytes.
        var tells = (await agent.Docker.System.GetSystemInfoAsync()).Driver is not "overlayfs";
        Assert.Equal((registry.Image, pull.Layers, true, true), (pull.Image, pull.LayersDone, pull.Layers >= (tells ? 2 : 1), pull.StoppedAt > pull.StartedAt));
        Assert.True((pull.Bytes >= 2_000_000 || !tells) && pull.BytesLoaded == pull.Bytes, $"{pull}");
        Assert.Equal((1, registry.Digest), (registry.Downloads, told.Containers[0].ImageDigest));
        Assert.True(told.PullStartedAt <= told.PullStoppedAt);
        Assert.Contains(agent.Scheduler.Told, o => o.TaskArn == first && o.Containers[0].Pull is { StoppedAt: null });

        await agent.EndAsync();
        Assert.All(agent.Scheduler.Told, o => Assert.DoesNotContain(
            Password, System.Text.Encoding.UTF8.GetString(CanonicalJson.Bytes(o))));
        Assert.All(
            Directory.GetFiles(agent.DataDir, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("config.json", StringComparison.Ordinal)),
            file => Assert.DoesNotContain(Password, File.ReadAllText(file)));
        await ForgetAsync(agent, registry);
    }

    [Fact]
    public async Task Given_wrong_or_unreadable_credentials_when_an_image_is_pulled_then_the_task_fails_and_nothing_of_them_is_told()
    {
        await using var agent = await AgentFixture.StartAsync();
        await using var registry = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image, "right");
        var container = AgentFixture.Container("web") with { Image = registry.Image };

        await agent.RestartAsync(Credentials(agent, registry.Credentials("wrong-one")));
        var refused = await FailAsync(agent, container);
        Assert.StartsWith("CannotPullContainerError: Error response from daemon: ", refused);
        Assert.DoesNotContain("wrong-one", refused);

        await agent.RestartAsync(Credentials(agent, "{\"auths\": secret-text"));
        Assert.Equal(
            "CannotPullContainerError: The Agent's ECS_REGISTRY_CREDENTIALS names a file that cannot be read as Docker's config.json.",
            await FailAsync(agent, container));
    }

    [Fact]
    public async Task Given_a_machine_with_the_image_when_its_registry_goes_then_each_behavior_does_as_its_word_says()
    {
        await using var agent = await AgentFixture.StartAsync();
        await using var registry = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        var container = AgentFixture.Container("web") with { Image = registry.Image };

        await agent.RestartAsync("--ECS_IMAGE_PULL_BEHAVIOR=never");
        Assert.Equal(
            $"CannotPullContainerError: {registry.Image} is not on this machine, and this Agent pulls none: ECS_IMAGE_PULL_BEHAVIOR is never",
            await FailAsync(agent, container));

        await agent.RestartAsync("--ECS_IMAGE_PULL_BEHAVIOR=once");
        Assert.NotNull(await RunAsync(agent, container));
        var looks = registry.Looks;
        await agent.RestartAsync("--ECS_IMAGE_PULL_BEHAVIOR=once");
        Assert.Null(await RunAsync(agent, container));
        Assert.Equal(looks, registry.Looks);

        await agent.RestartAsync("--ECS_IMAGE_PULL_BEHAVIOR=always");
        Assert.NotNull(await RunAsync(agent, container));
        Assert.Equal((true, 1), (registry.Looks > looks, registry.Downloads));

        await registry.CloseAsync();
        Assert.StartsWith("CannotPullContainerError: ", await FailAsync(agent, container));
        await agent.RestartAsync("--ECS_IMAGE_PULL_BEHAVIOR=default");
        Assert.NotNull(await RunAsync(agent, container));
        await agent.RestartAsync("--ECS_IMAGE_PULL_BEHAVIOR=never");
        Assert.Null(await RunAsync(agent, container));

        await agent.EndAsync();
        await ForgetAsync(agent, registry);
    }

    [Fact]
    public async Task Given_what_is_left_behind_when_the_round_comes_then_what_the_agent_brought_goes_and_nothing_else()
    {
        await using var agent = await AgentFixture.StartAsync();
        await using var unused = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        await using var used = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        await using var theirs = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        await agent.Docker.Images.CreateImageAsync(
            new ImagesCreateParameters { FromImage = theirs.Image[..^2], Tag = "1" }, new AuthConfig(), new Progress<JSONMessage>());
        var volume = await agent.MakeVolumeAsync("left", AgentFixture.LabelsOfLeft(agent.InstanceId));
        var foreign = await agent.MakeVolumeAsync("foreign", AgentFixture.LabelsOfLeft("another"));
        await agent.RestartAsync("--ECS_IMAGE_PULL_BEHAVIOR=always", "--ECS_CLEANUP_AFTER=0");
        foreach (var image in new[] { unused.Image, used.Image, theirs.Image })
        {
            var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "true") with { Image = image });
            await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        }

        await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count == 0);
        var user = await agent.Docker.Containers.CreateContainerAsync(new CreateContainerParameters { Image = used.Image });
        await agent.RestartAsync("--ECS_IMAGE_CLEANUP_INTERVAL=1", "--ECS_IMAGE_MINIMUM_CLEANUP_AGE=1");
        try
        {
            await AgentFixture.EventuallyAsync(async () => !await agent.HasImageAsync(unused.Image));
            await AgentFixture.EventuallyAsync(async () => !await agent.HasVolumeAsync(volume));
            Assert.True(await agent.HasImageAsync(used.Image));
        }
        finally
        {
            await agent.Docker.Containers.RemoveContainerAsync(user.ID, new ContainerRemoveParameters { Force = true });
        }

        await AgentFixture.EventuallyAsync(async () => !await agent.HasImageAsync(used.Image));
        Assert.True(await agent.HasImageAsync(theirs.Image));
        Assert.True(await agent.HasVolumeAsync(foreign));
        await agent.EndAsync();
        await ForgetAsync(agent, theirs);
        await agent.Docker.Volumes.RemoveAsync(foreign, force: null);
    }

    private static string Credentials(AgentFixture agent, string content)
    {
        var file = Path.Combine(agent.DataDir, "config.json");
        File.WriteAllText(file, content);
        return $"--ECS_REGISTRY_CREDENTIALS={file}";
    }

    // When the pull began; null where there was none.
    private static async Task<DateTimeOffset?> RunAsync(AgentFixture agent, ContainerDefinition container)
    {
        var task = await agent.Scheduler.RunAsync(container);
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        Assert.Equal(LifecycleStatus.Running, told.Status);
        return told.PullStartedAt;
    }

    private static async Task<string?> FailAsync(AgentFixture agent, ContainerDefinition container)
    {
        var task = await agent.Scheduler.RunAsync(container);
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(StopCode.TaskFailedToStart, told.StopCode);
        return told.Containers[0].Reason;
    }

    private static async Task ForgetAsync(AgentFixture agent, RegistryDouble registry)
    {
        foreach (var container in await agent.ContainersAsync())
        {
            await agent.Docker.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true });
        }

        await registry.ForgetAsync(agent.Docker);
    }
}
