using Ecs.Contracts.Agents;
using Ecs.Auditor.History;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.History;

public sealed class TellingTests
{
    [Fact]
    public void Given_a_placement_when_told_then_place_choice_and_reservation_are_said() => AssertTold(
        Placed(),
        "web:1 placed on instance fedcba98… (first-fit, 1 looked at), "
        + "reserves 256 cpu, 512 MiB, port 8088/tcp, started by nightly");

    [Fact]
    public void Given_two_ports_when_a_placement_is_told_then_both_are_said() => AssertTold(
        Placed() with
        {
            Reserved = new Reservation { Cpu = 0, Memory = 64, Ports = [80], PortsUdp = [53] },
            StartedBy = null,
        },
        "web:1 placed on instance fedcba98… (first-fit, 1 looked at), reserves 0 cpu, 64 MiB, ports 80/tcp, 53/udp");

    [Fact]
    public void Given_a_running_task_when_told_then_its_ports_are_said() =>
        AssertTold(Running(), "RUNNING: web at 0.0.0.0:8088 -> 80/tcp");

    [Fact]
    public void Given_a_container_with_a_range_of_ports_when_told_then_the_ranges_are_said()
    {
        var range = new NetworkBinding
        {
            BindIP = "0.0.0.0", ContainerPortRange = "80-84", HostPortRange = "40000-40004", Protocol = "udp",
        };
        AssertTold(
            Running() with { Containers = [Running().Containers[0] with { NetworkBindings = [range] }] },
            "RUNNING: web at 0.0.0.0:40000-40004 -> 80-84/udp");
    }

    [Fact]
    public void Given_progress_when_told_then_pull_time_and_containers_are_said() => AssertTold(
        new TaskProgressed
        {
            TaskArn = Happenings.Task,
            At = At,
            PullStartedAt = At,
            PullStoppedAt = At.AddSeconds(1.25),
            Containers = [Container(LifecycleStatus.Running)],
        },
        "images pulled in 1.3 s; web is RUNNING");

    [Fact]
    public void Given_another_health_when_told_then_the_container_and_what_follows_for_the_task_are_said() => AssertTold(
        new TaskHealthChanged
        {
            TaskArn = Happenings.Task,
            At = At,
            HealthStatus = ContainerHealth.Unhealthy,
            Containers = [Container(LifecycleStatus.Running) with { Health = ContainerHealth.Unhealthy }],
        },
        "web is UNHEALTHY; the task's health is UNHEALTHY");

    [Fact]
    public void Given_a_health_that_came_with_something_else_when_told_then_it_is_said_too()
    {
        var healthy = Container(LifecycleStatus.Running) with { Health = ContainerHealth.Healthy };
        var starting = Container(LifecycleStatus.Running) with { Name = "db", Health = ContainerHealth.Unknown };

        AssertTold(
            new TaskProgressed { TaskArn = Happenings.Task, At = At, Containers = [healthy, starting] },
            "web is RUNNING, db is RUNNING; web is HEALTHY");
        AssertTold(
            Running() with { Containers = [Running().Containers[0] with { Health = ContainerHealth.Healthy }] },
            "RUNNING: web at 0.0.0.0:8088 -> 80/tcp; web is HEALTHY");
    }

    [Fact]
    public void Given_a_pull_when_told_then_it_is_said_how_far_it_is_and_how_long_it_took()
    {
        var pull = new ImagePull
        {
            Image = "web:1", StartedAt = At, Layers = 7, LayersDone = 3, Bytes = 40_000_000, BytesLoaded = 12_340_000,
        };
        TaskProgressed Told(ImagePull level) => new()
        {
            TaskArn = Happenings.Task,
            At = At,
            Containers = [Container(LifecycleStatus.Pending) with { Pull = level }],
        };

        AssertTold(Told(pull), "web pulls web:1: 3 of 7 layers, 12.3 of 40.0 MB");
        AssertTold(
            Told(pull with { StoppedAt = At.AddSeconds(12.5) }), $"web pulled web:1: 7 layers, 40.0 MB in 12.5 s");
    }

    [Fact]
    public void Given_a_restart_when_told_then_its_number_and_how_the_run_before_ended_are_said() => AssertTold(
        new TaskContainersRestarted
        {
            TaskArn = Happenings.Task,
            At = At,
            Containers = [Container(LifecycleStatus.Running) with { Restart = new(2, At, 137, "OutOfMemoryError: x") }],
        },
        "web was started again after exit code 137 (OutOfMemoryError: x), restart 2 of it");

    [Fact]
    public void Given_a_stop_when_told_then_code_reason_and_exit_are_said()
    {
        AssertTold(Stopping(), "is to stop, UserInitiated: Task stopped by user");
        AssertTold(
            Stopped(),
            "STOPPED, EssentialContainerExited: Essential container in task exited; web is STOPPED with exit code 3");
    }

    [Fact]
    public void Given_a_container_that_could_not_start_when_its_stop_is_told_then_its_reason_is_said() => AssertTold(
        Stopped() with
        {
            StopCode = StopCode.TaskFailedToStart,
            Reason = "Task failed to start",
            Containers =
            [
                Container(LifecycleStatus.Stopped) with { Reason = "CannotPullContainerError: no such image" },
            ],
        },
        "STOPPED, TaskFailedToStart: Task failed to start; web is STOPPED (CannotPullContainerError: no such image)");

    [Fact]
    public void Given_no_room_when_told_then_the_reasons_are_said_and_many_are_counted()
    {
        var failed = new TaskPlacementFailed
        {
            ClusterArn = Cluster,
            TaskDefinitionArn = Definition,
            Count = 2,
            Group = "family:web",
            Failures = [.. Enumerable.Repeat(new Failure(Instance, "RESOURCE:CPU", "needs 512, 256 left"), 7)],
            At = At,
        };

        var told = Tell(failed);

        Assert.StartsWith(
            "no room for 2 tasks of web:1: fedcba98…: RESOURCE:CPU (needs 512, 256 left); ",
            told,
            StringComparison.Ordinal);
        Assert.EndsWith("; and 2 more", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_an_instance_when_its_events_are_told_then_what_it_has_is_said()
    {
        AssertTold(
            InstanceRegistered(),
            "box joined cluster default with 2048 cpu, 7000 MiB, Agent 0.1.0, DockerVersion: 20.10.24");
        AssertTold(
            new ContainerInstanceConnected { ContainerInstanceArn = Instance, At = At }, "its Agent is heard again");
        Assert.Contains("fell silent", Tell(new ContainerInstanceDisconnected(Instance, At)), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_definitions_when_told_then_revision_label_and_images_are_said()
    {
        AssertTold(Registered(2, "v2"), "revision 2 registered as 'v2': web (busybox:1); digest aaaaaaaaaaaa");
        AssertTold(
            new TaskDefinitionDeregistered(Definition, 1, At),
            "revision 1 is INACTIVE: its tasks go on, no new ones start");
    }

    [Fact]
    public void Given_an_event_of_a_newer_version_when_told_then_its_name_is_said() => Assert.Equal(
        "'task-dreamt', which this version does not know; its data is in the log",
        Telling.Of(Stored(null) with { Name = "task-dreamt" }));

    [Fact]
    public void Given_every_event_of_this_version_when_told_then_none_is_unknown()
    {
        foreach (var type in EventTypes.All.Values)
        {
            var empty = (IEvent)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
            string told;
            try
            {
                told = Tell(empty);
            }
            catch (Exception e) when (e is NullReferenceException or ArgumentNullException)
            {
                // It has words of its own, and only misses the data that this empty event does not have.
                continue;
            }

            Assert.DoesNotContain("does not know", told, StringComparison.Ordinal);
        }
    }

    private static void AssertTold(IEvent e, string sentence) => Assert.Equal(sentence, Tell(e));

    private static string Tell(IEvent e) => Telling.Of(Stored(e));

    private static StoredEvent Stored(IEvent? e) =>
        new(1, Guid.Empty, Happenings.Task, 1, e is null ? "" : EventTypes.NameOf(e), At, null, null, null, e);
}
