using Ecs.Agent.Assigning;
using Ecs.Agent.Docker;
using Ecs.Agent.Joining;
using Ecs.Agent.Journal;
using Ecs.Agent.Running;
using Ecs.Agent.Tasks;
using Ecs.Agent.Tests.Driving;
using Ecs.Contracts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Running;

public sealed class AgentHealthTests
{
    private static readonly EngineFacts Facts = new()
    {
        Id = "engine", Hostname = "host", Version = "1", Cores = 1, MemoryBytes = 1 << 30,
        OsType = "linux", Architecture = "x86_64", OperatingSystem = "some", ApiVersion = "1.41",
        LogDrivers = [], VolumeDrivers = [], PublishedPorts = new HashSet<int>(),
    };

    private readonly AgentHealth _health = new();

    [Fact]
    public async Task Given_each_thing_that_an_agent_needs_when_it_is_missing_then_health_names_it_and_a_task_that_stands_still_degrades()
    {
        using var ending = new CancellationTokenSource();
        var (driver, disk) = (new Driver(), new Disk());
        var world = new TaskWorld
        {
            Driver = driver,
            Turns = new Turns(TimeProvider.System),
            Journal = disk,
            Report = _ => { },
            Clock = new HandClock(),
            CleanupAfter = TimeSpan.Zero,
            Log = NullLogger.Instance,
            Ended = ending.Token,
        };
        var loops = new TaskLoops(world);
        var watch = new Watch(driver, loops, new AssignmentDesk(Some.Instance, loops, world.Report, world), world);
        var scheduler = new SchedulerDouble();
        var membership = new Membership(
            scheduler, scheduler, AgentSettings.Read(new ConfigurationBuilder().Build()), TimeProvider.System,
            NullLogger<Membership>.Instance);

        await SaysAsync(HealthStatus.Unhealthy, "no Docker engine found yet");
        _health.Watch(watch, membership, disk, world.StandingStill);
        await SaysAsync(HealthStatus.Unhealthy, "Docker does not answer: not asked yet");
        var sweeping = watch.SweepAsync();
        await SaysAsync(HealthStatus.Unhealthy, "not registered: not registered yet");
        var joining = membership.KeepAsync(
            new(Arn.Parse(Some.Instance), ""), new(1, _ => { }), _ => Task.FromResult(new MachineFacts(Facts, [])),
            (_, _, _) => Task.CompletedTask, () => { }, ending.Token);
        await SaysAsync(HealthStatus.Healthy, null);

        world.StandingStill.Add("two", new InvalidOperationException("a bug"));
        world.StandingStill.Add("one", new InvalidOperationException("another"));
        await SaysAsync(
            HealthStatus.Degraded, "task one stands still, by a bug: another; task two stands still, by a bug: a bug");
        disk.Fault = "it is full";
        await SaysAsync(HealthStatus.Unhealthy, "the journal cannot be written: it is full");
        _health.Waits("another speaks for it");
        await SaysAsync(HealthStatus.Unhealthy, "another speaks for it");

        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(sweeping, joining));
    }

    private async Task SaysAsync(HealthStatus status, string? why)
    {
        HealthCheckResult said = default;
        try
        {
            await AgentFixture.EventuallyAsync(async () =>
            {
                said = await _health.CheckHealthAsync(new HealthCheckContext(), CancellationToken.None);
                return said.Status == status && said.Description == why;
            });
        }
        catch (TimeoutException)
        {
            Assert.Equal((status, why), (said.Status, said.Description));
        }
    }

    private sealed class Disk : ITaskJournal
    {
        public string? Fault { get; set; }

        public IReadOnlyList<TaskState> Load() => [];

        public Task SaveAsync(TaskState task, CancellationToken ct) => Task.CompletedTask;

        public Task SaveSoonAsync(TaskState task, CancellationToken ct) => Task.CompletedTask;

        public Task RemoveAsync(TaskState task, CancellationToken ct) => Task.CompletedTask;
    }

    private sealed class Driver : IContainerDriver
    {
        public Task<Outcome> DoAsync(TaskState task, ContainerState container, Step step, CancellationToken ct) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<SeenContainer>> ListAsync(Listing which, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<SeenContainer>>([]);

        public Task WatchAsync(Action<ContainerSign> heard, CancellationToken ct) => throw new NotSupportedException();

        public Task<EngineFacts> DescribeAsync(CancellationToken ct) => throw new NotSupportedException();
    }
}
