using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Scheduler.Tests;

/// <summary>What reports of restarts make of a task.</summary>
public sealed class RestartTests
{
    private readonly Fleet _fleet = new();
    private readonly string _instance;
    private readonly string _task;

    public RestartTests()
    {
        _instance = _fleet.Instance();
        _task = _fleet.Task();
    }

    [Fact]
    public void Given_a_running_task_when_a_restart_is_told_then_it_is_one_event_and_the_task_runs_on()
    {
        Say(LifecycleStatus.Running);
        var told = Assert.IsType<TaskContainersRestarted>(Assert.Single(Say(LifecycleStatus.Running, Restart(1, 100))));

        Assert.Equal((1, LifecycleStatus.Running), (told.Containers[0].Restart!.Count, told.Containers[0].Status));
        Assert.Empty(Say(LifecycleStatus.Running, Restart(1, 100)));
        Assert.Equal((3, LifecycleStatus.Running), (_fleet.State.Tasks[_task].Version, _fleet.State.Tasks[_task].LastStatus));
    }

    [Fact]
    public void Given_a_task_that_ran_was_restarted_and_ended_unseen_when_it_is_told_then_all_is_told_in_order()
    {
        Assert.Equal(
            [typeof(TaskRunning), typeof(TaskContainersRestarted), typeof(TaskStopped)],
            Say(LifecycleStatus.Stopped, Restart(2, 100)).Select(e => e.GetType()));
        var restarted = Assert.IsType<TaskContainersRestarted>(_fleet.Log[^2]).Containers[0];
        Assert.Equal((LifecycleStatus.Running, null, 2), (restarted.Status, restarted.ExitCode, restarted.Restart!.Count));
        Assert.Equal(7, _fleet.State.Tasks[_task].Containers["web"].ExitCode);
    }

    [Fact]
    public void Given_a_task_that_runs_and_was_restarted_unseen_when_it_is_told_then_both_are_told_in_order() =>
        Assert.Equal(
            [typeof(TaskRunning), typeof(TaskContainersRestarted)],
            Say(LifecycleStatus.Running, Restart(1, 100)).Select(e => e.GetType()));

    [Fact]
    public void Given_an_agent_that_lost_its_count_when_it_tells_a_later_restart_then_the_log_counts_on()
    {
        Say(LifecycleStatus.Running, Restart(4, 100));
        Say(LifecycleStatus.Running, Restart(1, 200));

        Assert.Equal(5, _fleet.State.Tasks[_task].Containers["web"].Restart!.Count);
        Assert.Empty(Say(LifecycleStatus.Running, Restart(1, 200)));
    }

    [Fact]
    public void Given_a_report_of_before_a_restart_when_it_comes_after_it_then_the_log_keeps_the_restart()
    {
        Say(LifecycleStatus.Running, Restart(1, 100));

        Assert.IsType<TaskHealthChanged>(Assert.Single(Say(LifecycleStatus.Running, health: ContainerHealth.Unhealthy)));

        Assert.Equal(1, _fleet.State.Tasks[_task].Containers["web"].Restart?.Count);
    }

    [Fact]
    public void Given_a_host_port_of_dockers_choice_when_the_container_is_restarted_then_the_log_has_the_one_that_is_open_now()
    {
        Say(LifecycleStatus.Running, port: 32768);
        Say(LifecycleStatus.Running, Restart(1, 100), port: 32801);
        Assert.Equal(32801, Assert.Single(Seen.NetworkBindings).HostPort);

        Say(LifecycleStatus.Running, Restart(2, 200));
        Assert.Empty(Seen.NetworkBindings);
        Assert.IsType<TaskProgressed>(Assert.Single(Say(LifecycleStatus.Running, Restart(2, 200), port: 32900)));
        Assert.Equal(32900, Assert.Single(Seen.NetworkBindings).HostPort);
    }

    [Fact]
    public void Given_a_task_of_which_a_pull_is_known_when_its_restart_and_end_are_told_then_it_ran_when_it_was_started_again()
    {
        var pulling = Fleet.Seen(_task, LifecycleStatus.Pending);
        _fleet.When(_fleet.Report(_instance, _task, LifecycleStatus.Pending) with
        {
            Tasks = [pulling with { Containers = [pulling.Containers[0] with
            {
                RuntimeId = null, Pull = new ImagePull { Image = "web:1", StartedAt = Fleet.Noon },
            }] }],
        });

        Say(LifecycleStatus.Stopped, Restart(1, 100));

        var restarted = Assert.IsType<TaskContainersRestarted>(_fleet.Log[^2]).Containers[0];
        Assert.Equal((LifecycleStatus.Running, "docker-id"), (restarted.Status, restarted.RuntimeId));
    }

    private ContainerObservation Seen => _fleet.State.Tasks[_task].Containers["web"];

    private static ContainerRestart Restart(int count, int seconds) => new(count, Fleet.Noon.AddSeconds(seconds), 1);

    private IReadOnlyList<IEvent> Say(
        LifecycleStatus status, ContainerRestart? restart = null, ContainerHealth? health = null, int? port = null)
    {
        NetworkBinding[] ports = port is { } open ? [new() { BindIP = "0.0.0.0", ContainerPort = 80, HostPort = open, Protocol = "tcp" }] : [];
        var report = _fleet.Report(_instance, _task, status, status is LifecycleStatus.Stopped ? 7 : null);
        var seen = report.Tasks![0] with { StartedAt = Fleet.Noon };
        return _fleet.When(report with
        {
            Tasks = [seen with { Containers = [seen.Containers[0] with
            {
                Restart = restart, Health = health, NetworkBindings = ports,
            }] }],
        }).Events;
    }
}
