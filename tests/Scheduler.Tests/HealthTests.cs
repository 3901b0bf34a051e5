using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Scheduler.Tests;

/// <summary>What reports of health and of pulls make of a task.</summary>
public sealed class HealthTests
{
    private static readonly HealthCheck Check = new() { Command = ["CMD", "true"] };
    private readonly Fleet _fleet = new();
    private readonly string _instance;
    private readonly string _task;

    public HealthTests()
    {
        _instance = _fleet.Instance();
        _task = _fleet.Task(new TaskDefinitionContent
        {
            ContainerDefinitions =
            [
                Container("web") with { HealthCheck = Check },
                Container("db") with { HealthCheck = Check },
                Container("side") with { HealthCheck = Check, Essential = false },
                Container("plain"),
            ],
        });
    }

    [Fact]
    public void Given_containers_with_checks_when_their_health_changes_then_the_essential_ones_decide_the_tasks()
    {
        Say(LifecycleStatus.Running, ContainerHealth.Unknown, ContainerHealth.Unknown, ContainerHealth.Unknown);
        Assert.Equal(ContainerHealth.Unknown, Seen().HealthStatus);
        Told(ContainerHealth.Unknown, "web", ContainerHealth.Healthy, ContainerHealth.Unknown, ContainerHealth.Unknown);
        Told(ContainerHealth.Healthy, "db", ContainerHealth.Healthy, ContainerHealth.Healthy, ContainerHealth.Unknown);
        Told(ContainerHealth.Healthy, "side", ContainerHealth.Healthy, ContainerHealth.Healthy, ContainerHealth.Unhealthy);
        Told(ContainerHealth.Unhealthy, "web", ContainerHealth.Unhealthy, ContainerHealth.Healthy, ContainerHealth.Unhealthy);
        Told(ContainerHealth.Healthy, "web", ContainerHealth.Healthy, ContainerHealth.Healthy, ContainerHealth.Unhealthy);

        Assert.Equal(LifecycleStatus.Running, Seen().LastStatus);
        Assert.Equal(
            [ContainerHealth.Healthy, ContainerHealth.Healthy, ContainerHealth.Unhealthy, ContainerHealth.Unknown],
            Seen().Containers.Select(c => c.HealthStatus));
    }

    [Fact]
    public void Given_a_health_that_is_known_when_it_is_told_again_then_nothing_is_written()
    {
        Say(LifecycleStatus.Running, ContainerHealth.Healthy, ContainerHealth.Healthy, ContainerHealth.Unknown);

        Assert.Empty(Say(
            LifecycleStatus.Running, ContainerHealth.Healthy, ContainerHealth.Healthy, ContainerHealth.Unknown));
        Assert.Equal(2, Seen().Version);
        Assert.Equal(ContainerHealth.Healthy, Seen().HealthStatus);
    }

    [Fact]
    public void Given_a_report_of_an_older_agent_when_it_tells_no_health_then_what_is_known_stands()
    {
        Say(LifecycleStatus.Running, ContainerHealth.Healthy, ContainerHealth.Healthy, ContainerHealth.Unknown);

        Assert.Empty(Say(LifecycleStatus.Running, null, null, null));
    }

    [Fact]
    public void Given_a_task_without_checks_then_its_health_is_unknown_and_nothing_of_it_is_stored()
    {
        var task = _fleet.Task();
        var placed = (TaskPlaced)_fleet.Log[^1];

        Assert.Equal(ContainerHealth.Unknown, _fleet.State.Tasks[task].Health);
        Assert.DoesNotContain("ealth", JsonSerializer.Serialize(placed, EcsJson.Options), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_two_pulls_one_after_another_when_they_are_told_then_the_first_start_and_the_last_end_hold()
    {
        Pull(Fleet.Noon, null);
        Pull(Fleet.Noon, Fleet.Noon.AddSeconds(1));
        Pull(Fleet.Noon, Fleet.Noon.AddSeconds(5));
        Assert.Empty(Pull(Fleet.Noon, Fleet.Noon.AddSeconds(5)));

        Assert.Equal((Fleet.Noon, Fleet.Noon.AddSeconds(5)), (Seen().PullStartedAt, Seen().PullStoppedAt));
        Assert.Equal(4, Seen().Version);
    }

    [Fact]
    public void Given_a_pull_that_failed_at_once_when_only_the_end_is_told_then_its_times_are_there()
    {
        Pull(Fleet.Noon, Fleet.Noon.AddSeconds(1), LifecycleStatus.Stopped);

        Assert.Equal((Fleet.Noon, Fleet.Noon.AddSeconds(1)), (Seen().PullStartedAt, Seen().PullStoppedAt));
    }

    private static ContainerDefinition Container(string name) =>
        new() { Name = name, Image = "busybox:1", Cpu = 1, Memory = 16, Essential = true };

    private TaskDescription Seen() => _fleet.State.Describe(_fleet.State.Tasks[_task]);

    private void Told(ContainerHealth task, string container, params ContainerHealth?[] health)
    {
        var version = Seen().Version;
        var told = Assert.IsType<TaskHealthChanged>(Assert.Single(Say(LifecycleStatus.Running, health)));
        Assert.Equal((task, container), (told.HealthStatus, Assert.Single(told.Containers).Name));
        Assert.Equal((version + 1, task), (Seen().Version, Seen().HealthStatus));
    }

    private IReadOnlyList<IEvent> Say(LifecycleStatus status, params ContainerHealth?[] health) => Report(new TaskObservation
    {
        TaskArn = _task,
        Status = status,
        StartedAt = Fleet.Noon,
        ObservedAt = Fleet.Noon,
        Containers =
        [
            .. new[] { "web", "db", "side", "plain" }.Select((name, i) => new ContainerObservation
            {
                Name = name,
                Status = status,
                RuntimeId = $"id-{name}",
                Health = i < health.Length ? health[i] : null,
            }),
        ],
    });

    private IReadOnlyList<IEvent> Pull(
        DateTimeOffset from, DateTimeOffset? to, LifecycleStatus status = LifecycleStatus.Pending) =>
        Report(new TaskObservation
        {
            TaskArn = _task,
            Status = status,
            PullStartedAt = from,
            PullStoppedAt = to,
            ObservedAt = Fleet.Noon,
            Containers = [new ContainerObservation { Name = "web", Status = status }],
        });

    private IReadOnlyList<IEvent> Report(TaskObservation seen) => _fleet.When(new SubmitTaskStates
    {
        ContainerInstance = _instance,
        Session = 1,
        Tasks = [seen],
    }).Events;
}
