using Docker.DotNet;
using Ecs.Agent.Docker;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Driving;

/// <summary>Pulls that a registry's fault ends: which are tried again, when, and how often.</summary>
public sealed class PullRetryTests
{
    private const string Fault = "received unexpected HTTP status: 503 Service Unavailable";

    [Fact]
    public async Task Given_a_registry_that_fails_for_a_moment_when_a_task_s_image_is_pulled_then_it_runs_and_tells_of_one_pull()
    {
        await using var agent = await AgentFixture.StartAsync();
        await using var registry = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        registry.IsBroken = true;
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web") with { Image = registry.Image });
        await FirstTryAsync(agent);
        registry.IsBroken = false;

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        Assert.Equal((LifecycleStatus.Running, registry.Digest), (told.Status, told.Containers[0].ImageDigest));
        var pull = told.Containers[0].Pull!;
        Assert.True(pull.StoppedAt - pull.StartedAt >= Limits.FirstPullPause, $"{pull}");
        Assert.Single(agent.Scheduler.Told.Select(o => o.Containers[0].Pull?.StartedAt).OfType<DateTimeOffset>().Distinct());
        await agent.EndAsync();
        await agent.Docker.Containers.RemoveContainerAsync(AgentFixture.DockerName(task, "web"), new() { Force = true });
        await registry.ForgetAsync(agent.Docker);
    }

    [Fact]
    public async Task Given_a_pull_that_waits_for_its_next_try_when_the_task_is_stopped_then_there_is_none()
    {
        await using var agent = await AgentFixture.StartAsync();
        await using var registry = await RegistryDouble.StartAsync(agent.Docker, AgentFixture.Image);
        registry.IsBroken = true;
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web") with { Image = registry.Image });
        await FirstTryAsync(agent);

        await agent.Scheduler.StopAsync(task);

        Assert.Null((await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped)).Containers[0].Reason);
        var asked = await QuietAsync(registry);
        await Task.Delay(Limits.PullPause(1) + Limits.PullPause(2));
        Assert.Equal(asked, registry.Broken);
    }

    [Fact]
    public async Task Given_a_fault_that_stays_when_an_image_is_pulled_then_it_is_asked_for_as_often_and_as_long_as_ECS_does()
    {
        var (asked, refused) = await PullAsync(500, Fault);

        Assert.Equal([0, 1.1, 3.3, 7.7, 12.7], asked);
        Assert.Contains(Fault, refused.Message);
    }

    [Theory]
    [InlineData(500, "Get https://registry-1.docker.io/v2/: net/http: TLS handshake timeout", 5)]
    [InlineData(500, "toomanyrequests: You have reached your pull rate limit", 5)]
    [InlineData(429, "toomanyrequests: Rate exceeded", 5)]
    [InlineData(404, "manifest for busybox:1 not found: manifest unknown: manifest unknown", 1)]
    [InlineData(404, "pull access denied for busybox, repository does not exist or may require 'docker login'", 1)]
    [InlineData(500, "Head https://ghcr.io/v2/a/b/manifests/1: denied", 1)]
    [InlineData(500, "Head https://127.0.0.1:5000/v2/a/manifests/1: no basic auth credentials", 1)]
    [InlineData(500, "unauthorized: authentication required", 1)]
    [InlineData(500, "no matching manifest for linux/amd64 in the manifest list entries", 1)]
    [InlineData(400, "invalid reference format", 1)]
    [InlineData(500, "write /var/lib/docker/tmp/GetImageBlob1: no space left on device", 1)]
    public async Task Given_a_fault_when_an_image_is_pulled_then_it_is_asked_for_again_only_where_that_may_help(
        int status, string message, int tries) => Assert.Equal(tries, (await PullAsync(status, message)).Asked.Count);

    private static async Task<(List<double> Asked, DockerApiException Refused)> PullAsync(int status, string message)
    {
        var clock = new HandClock();
        var begin = clock.GetUtcNow();
        var asked = new List<double>();
        await using var engine = await EngineDouble.AnsweringAsync((_, _) =>
        {
            asked.Add((clock.GetUtcNow() - begin).TotalSeconds);
            return Task.FromResult((status, $$"""{"message":"{{message}}"}"""));
        });
        var book = new ImageBook(Path.Combine(Path.GetTempPath(), $"ecs-images-{Guid.NewGuid():N}"), NullLogger.Instance);
        var images = new Images(engine.Engine, new(null), book, clock, NullLogger.Instance);
        var pull = images.PullAsync("busybox:1", _ => { }, CancellationToken.None);
        using var patience = new CancellationTokenSource(AgentFixture.Patience);
        while (!pull.IsCompleted)
        {
            // One timer is that of the next report, the other the pause; a try has a longer one, for its turn.
            var left = clock.Left;
            var pauses = left.Count > 1 && left.All(time => time <= Limits.PullReportEvery);
            if (pauses) clock.PutForward(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, patience.Token);
        }

        return (asked, await Assert.ThrowsAsync<DockerApiException>(() => pull));
    }

    // What Docker had begun, it may still ask after the Agent has let go of it.
    private static async Task<int> QuietAsync(RegistryDouble registry)
    {
        while (true)
        {
            var asked = registry.Broken;
            await Task.Delay(500);
            if (asked == registry.Broken) return asked;
        }
    }

    // Docker asks a registry more than once in one try: only the Agent knows that it has failed.
    private static Task FirstTryAsync(AgentFixture agent) => AgentFixture.EventuallyAsync(() => Task.FromResult(
        agent.Log.Lines.Any(line => line.Contains("could not be pulled (try 1 of ", StringComparison.Ordinal))));
}
