using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using Ecs.Agent.Docker;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Driving;

/// <summary>What becomes of the images that a tag leaves behind when it moves on.</summary>
public sealed class MovingTagTests : IDisposable
{
    private const string ByDigest = "@";
    private static readonly string[] Pulling = ["--ECS_IMAGE_PULL_BEHAVIOR=always", "--ECS_CLEANUP_AFTER=0"];
    private static readonly string[] Removing = ["--ECS_IMAGE_CLEANUP_INTERVAL=1", "--ECS_IMAGE_MINIMUM_CLEANUP_AGE=1"];
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"ecs-images-{Guid.NewGuid():N}");

    [Fact]
    public async Task Given_a_tag_that_moved_on_when_the_round_comes_then_what_it_left_goes_unless_it_is_used_or_named()
    {
        await using var agent = await AgentFixture.StartAsync();
        await using var registry = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        await agent.RestartAsync(Pulling);
        var named = await RunAsync(agent, registry.Image);
        // In the same repository: to Docker it is then one that may go with its only name.
        await agent.Docker.Images.TagImageAsync(
            named, new ImageTagParameters { RepositoryName = Repository(registry), Tag = "kept" });
        var used = await MoveAsync(agent, registry);
        var user = await agent.Docker.Containers.CreateContainerAsync(new CreateContainerParameters { Image = used });
        var left = await MoveAsync(agent, registry);
        var newest = await MoveAsync(agent, registry);
        Assert.Equal(4, new[] { named, used, left, newest }.Distinct().Count());
        await agent.RestartAsync([.. Pulling, .. Removing]);
        try
        {
            await AgentFixture.EventuallyAsync(async () => !await agent.HasImageAsync(left) && !await agent.HasImageAsync(newest));
            Assert.True(await agent.HasImageAsync(used));
        }
        finally
        {
            await agent.Docker.Containers.RemoveContainerAsync(user.ID, new ContainerRemoveParameters { Force = true });
        }

        await AgentFixture.EventuallyAsync(async () => !await agent.HasImageAsync(used));
        Assert.True(await agent.HasImageAsync(named));
        await agent.EndAsync();
        await agent.Docker.Images.DeleteImageAsync($"{Repository(registry)}:kept", new ImageDeleteParameters { Force = true });
    }

    [Fact]
    public async Task Given_an_image_that_somebody_pulled_by_its_digest_when_a_tag_of_it_moves_on_then_it_stays()
    {
        await using var agent = await AgentFixture.StartAsync();
        await using var registry = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        await agent.RestartAsync(Pulling);
        await agent.Docker.Images.CreateImageAsync(
            new ImagesCreateParameters { FromImage = Repository(registry), Tag = registry.Digest }, new AuthConfig(), new Progress<JSONMessage>());
        Assert.True(await agent.HasImageAsync($"{Repository(registry)}@{registry.Digest}"));
        var theirs = await RunAsync(agent, registry.Image);
        var newest = await MoveAsync(agent, registry);
        await agent.RestartAsync([.. Pulling, .. Removing]);

        await AgentFixture.EventuallyAsync(async () => !await agent.HasImageAsync(newest));

        Assert.True(await agent.HasImageAsync(theirs));
        await agent.EndAsync();
        await agent.Docker.Images.DeleteImageAsync(theirs, new ImageDeleteParameters { Force = true });
    }

    [Theory]
    [InlineData(ByDigest, true, false)]
    [InlineData(ByDigest, false, false)]
    [InlineData(ByDigest, true, true)]
    [InlineData(":2", true, false)]
    public async Task Given_an_image_of_two_names_when_one_is_old_or_left_then_it_stays_as_long_as_the_other_is_young_or_another_s(
        string second, bool moves, bool isTheirs)
    {
        await using var agent = await AgentFixture.StartAsync();
        await using var registry = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        await using var other = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        await agent.RestartAsync(Pulling);
        var name = Repository(registry) + (second == ByDigest ? $"@{registry.Digest}" : second);
        var image = await RunAsync(agent, registry.Image);
        Assert.Equal(image, await RunAsync(agent, name));
        var control = await RunAsync(agent, other.Image);
        if (moves) await MoveAsync(agent, registry);
        string[] hourly = ["--ECS_IMAGE_CLEANUP_INTERVAL=1", "--ECS_IMAGE_MINIMUM_CLEANUP_AGE=3600"];
        await agent.EndAsync();
        Rewrite(agent, entry => SetUsed(entry, entry["id"]!.GetValue<string>() == image ? 3 : 2));
        Rewrite(agent, entry =>
        {
            if (entry["name"]!.GetValue<string>() != name) return;
            if (isTheirs) entry["isOurs"] = false;
            else SetUsed(entry, 0);
        });
        await agent.BeginAsync(hourly);

        await AgentFixture.EventuallyAsync(async () => !await agent.HasImageAsync(control));

        Assert.True(await agent.HasImageAsync(name));
        await agent.EndAsync();
        Rewrite(agent, entry => SetUsed(entry, 3));
        if (isTheirs) Rewrite(agent, entry => entry["isOurs"] = true);
        await agent.BeginAsync(hourly);
        await AgentFixture.EventuallyAsync(async () => !await agent.HasImageAsync(image));
    }

    [Fact]
    public async Task Given_a_task_that_has_pulled_nothing_yet_when_a_tag_has_left_the_image_that_it_names_by_its_digest_then_it_stays_for_it()
    {
        await using var agent = await AgentFixture.StartAsync();
        await using var registry = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        await agent.RestartAsync(Pulling);
        var name = $"{Repository(registry)}@{registry.Digest}";
        var left = await RunAsync(agent, registry.Image);
        var newest = await MoveAsync(agent, registry);
        await agent.RestartAsync();
        var task = await agent.Scheduler.RunAsync(
            AgentFixture.Container("job"),
            AgentFixture.Container("web") with { Image = name, DependsOn = [new() { ContainerName = "job", Condition = "SUCCESS" }] });
        await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count == 1);
        await agent.RestartAsync(Removing);

        await AgentFixture.EventuallyAsync(async () => !await agent.HasImageAsync(newest));

        Assert.True(await agent.HasImageAsync(left));
        await agent.Scheduler.StopAsync(task);
        await AgentFixture.EventuallyAsync(async () => !await agent.HasImageAsync(left));
    }

    [Fact]
    public void Given_two_names_that_brought_one_image_when_both_move_on_then_the_later_use_of_it_holds()
    {
        var book = new ImageBook(_path, NullLogger.Instance);
        var late = Image("sha256:a", isOurs: true) with { Name = "web:2", UsedAt = Some.Time.AddHours(1) };
        book.Pulled(Image("sha256:a", isOurs: true));
        book.Pulled(late);
        book.Pulled(late with { Id = "sha256:b" });
        book.Pulled(Image("sha256:b", isOurs: true));

        Assert.Equal(Some.Time.AddHours(1), new ImageBook(_path, NullLogger.Instance).All[0].UsedAt);
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

    private static string Repository(RegistryDouble registry) => registry.Image[..^2];

    private static void SetUsed(JsonObject entry, int hoursAgo) => entry["usedAt"] = DateTimeOffset.UtcNow.AddHours(-hoursAgo);

    private static void Rewrite(AgentFixture agent, Action<JsonObject> change)
    {
        var path = Path.Combine(agent.DataDir, agent.InstanceId, "images.json");
        var entries = JsonNode.Parse(File.ReadAllText(path))!.AsArray();
        foreach (var entry in entries) change(entry!.AsObject());
        File.WriteAllText(path, entries.ToJsonString());
    }

    // The id of what the tag was moved to, after a task of it ended and was cleaned up.
    private static async Task<string> MoveAsync(AgentFixture agent, RegistryDouble registry)
    {
        await registry.MoveAsync(agent.Docker, AgentFixture.Image);
        return await RunAsync(agent, registry.Image);
    }

    private static async Task<string> RunAsync(AgentFixture agent, string image)
    {
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "true") with { Image = image });
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count == 0);
        return (await agent.Docker.Images.InspectImageAsync(image)).ID;
    }
}
