using Docker.DotNet.Models;
using Ecs.Agent.Docker;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Driving;

public sealed class KeepingHouseTests
{
    [Fact]
    public async Task Given_a_task_that_ended_when_its_time_is_over_then_its_own_containers_are_removed_and_no_others()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_CLEANUP_AFTER=1");
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "sleep", "1"));
        // Some name the very task, as one of another Agent or of nobody.
        var ofTask = new Dictionary<string, string> { [Labels.TaskArn] = task, [Labels.ContainerName] = "web" };
        var others = new List<string>
        {
            await BystanderAsync(agent, "plain", []),
            await BystanderAsync(agent, "ecs", ofTask),
            await BystanderAsync(agent, "another-agent", new(ofTask) { [Labels.Instance] = new string('f', 32) }),
        };
        try
        {
            await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);

            await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count == 0);
            await AgentFixture.EventuallyAsync(() => Task.FromResult(
                Directory.GetFiles(agent.DataDir, task.Split('/')[^1] + "*", SearchOption.AllDirectories).Length == 0));
            foreach (var other in others)
            {
                Assert.Equal("created", (await agent.Docker.Containers.InspectContainerAsync(other)).State!.Status);
            }
        }
        finally
        {
            var force = new ContainerRemoveParameters { Force = true };
            foreach (var other in others) await agent.Docker.Containers.RemoveContainerAsync(other, force);
        }
    }

    [Fact]
    public async Task Given_a_container_of_our_name_that_we_did_not_make_then_it_is_left_alone_and_the_task_fails()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_CLEANUP_AFTER=0");
        await agent.EndAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        var other = await agent.Docker.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Name = AgentFixture.DockerName(task, "web"),
            Image = AgentFixture.Image,
        });
        try
        {
            await agent.BeginAsync("--ECS_CLEANUP_AFTER=0");
            var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
            Assert.StartsWith("CannotCreateContainerError: ", told.Containers[0].Reason);
            Assert.Equal("created", (await agent.Docker.Containers.InspectContainerAsync(other.ID)).State!.Status);
        }
        finally
        {
            var force = new ContainerRemoveParameters { Force = true };
            await agent.Docker.Containers.RemoveContainerAsync(other.ID, force);
        }
    }

    [Fact]
    public async Task Given_an_engine_when_the_agent_registers_then_its_resources_and_attributes_are_told()
    {
        await using var agent = await AgentFixture.StartAsync(
            "--ECS_INSTANCE_ATTRIBUTES=rack=a1,ssd=,ecs.availability-zone=cellar", "--ECS_RESERVED_MEMORY=64");
        var info = await agent.Docker.System.GetSystemInfoAsync();

        var told = agent.Scheduler.Registrations.First();

        Assert.Equal((int)info.NCPU * 1024, told.Resources!.Cpu);
        Assert.Equal((int)(info.MemTotal >> 20) - 64, told.Resources.Memory);
        Assert.Subset(told.Resources.Ports.ToHashSet(), new HashSet<int> { 22, 2375, 2376, 51678, 51679 });
        Assert.Contains(new NameValue("rack", "a1"), told.Attributes!);
        Assert.Null(told.Tags);
        Assert.Contains(new NameValue("ecs.os-type", "linux"), told.Attributes!);
        Assert.Equal("cellar", Assert.Single(told.Attributes!, a => a.Name == "ecs.availability-zone").Value);
        Assert.Contains(new NameValue("ecs.instance-type", "external"), told.Attributes!);
        Assert.Contains(new NameValue("ecs.capability.logging-driver.json-file", null), told.Attributes!);
        Assert.Contains(new NameValue("ecs.capability.task-settings", null), told.Attributes!);
        Assert.StartsWith("DockerVersion: ", told.VersionInfo!.DockerVersion);
        await AgentFixture.EventuallyAsync(() => Task.FromResult(agent.Scheduler.Beats.Count > 1));
    }

    [Fact]
    public async Task Given_a_registration_that_is_refused_then_the_agent_says_that_it_is_not_ready_and_tries_again()
    {
        await using var agent = await AgentFixture.StartAsync();
        await agent.EndAsync();
        agent.Scheduler.Refusal = new CommandError(ErrorTypes.Client, "not this engine");
        agent.Scheduler.Registrations.Clear();
        await agent.BeginAsync();
        var health = agent.Services.GetRequiredService<HealthCheckService>();

        await AgentFixture.EventuallyAsync(() => Task.FromResult(agent.Scheduler.Registrations.Count > 1));
        await AgentFixture.EventuallyAsync(async () =>
            (await CheckAsync()).Description?.Contains("not this engine", StringComparison.Ordinal) is true);

        agent.Scheduler.Refusal = null;
        await AgentFixture.EventuallyAsync(async () => (await CheckAsync()).Status == HealthStatus.Healthy);

        async Task<HealthReportEntry> CheckAsync()
        {
            await Task.Delay(250); // Each check that fails is a line in the log.
            return (await health.CheckHealthAsync()).Entries["agent"];
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Given_images_that_others_removed_when_the_round_comes_then_they_leave_the_book_whatever_the_agent_removes(
        bool removesImages)
    {
        await using var engine = await EngineDouble.ReplyingAsync("1.24", "1.41", new Dictionary<string, string>
        {
            ["GET /volumes"] = "{}",
            ["GET /images/json"] = """[{"Id":"sha256:kept"},{"Id":"sha256:newer"}]""",
            ["GET /images/moved:1/json"] = """{"Id":"sha256:newer"}""",
        });
        var path = Path.Combine(Path.GetTempPath(), $"ecs-images-{Guid.NewGuid():N}");
        var book = new ImageBook(path, NullLogger.Instance);
        foreach (var name in new[] { "kept", "moved", "gone", "ours-gone" })
        {
            book.Pulled(new PulledImage
            {
                Name = $"{name}:1", Id = $"sha256:{name}", IsOurs = name is "ours-gone", PulledAt = Some.Time, UsedAt = Some.Time,
            });
        }

        var clock = new HandClock();
        var settings = new ImageSettings { RemovesImages = removesImages };
        var own = new Instance("instance", "default", TimeSpan.Zero, AllowsPrivileged: false, PullBehavior.Once);
        using var end = new CancellationTokenSource();
        var rounds = new Housekeeping(engine.Engine, book, new Volumes(own), settings, clock, NullLogger.Instance)
            .RunAsync(_ => true, _ => false, end.Token);
        clock.PutForward(settings.CleanupEvery);
        await AgentFixture.EventuallyAsync(() => Task.FromResult(clock.Waiting == 1));

        Assert.Equal(["kept:1", "moved:1"], new ImageBook(path, NullLogger.Instance).All.Select(image => image.Name));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rounds);
        File.Delete(path);
    }

    private static async Task<string> BystanderAsync(AgentFixture agent, string name, Dictionary<string, string> labels) =>
        (await agent.Docker.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Name = $"agent-tests-{name}-{agent.InstanceId}",
            Image = AgentFixture.Image,
            Labels = labels,
        })).ID;
}
