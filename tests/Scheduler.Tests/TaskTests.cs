using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Scheduler.Tests;

public class TaskTests
{
    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_room_when_tasks_are_run_then_they_are_pending_and_hold_their_resources()
    {
        var instance = _fleet.Instance();
        _fleet.When(new RunTask { TaskDefinition = "web", Count = 3, StartedBy = "me" });

        var tasks = _fleet.Result<TasksResult>().Tasks;
        Assert.Equal(3, tasks.Select(t => t.TaskArn).Distinct().Count());
        Assert.All(tasks, t => Assert.Equal(
            (LifecycleStatus.Pending, DesiredStatus.Running, 1, "family:web", "me"),
            (t.LastStatus, t.DesiredStatus, t.Version, t.Group, t.StartedBy)));
        Assert.Equal((3 * 256, 3 * 512), (Held(instance).ReservedCpu, Held(instance).ReservedMemory));
    }

    [Fact]
    public void Given_the_same_command_id_when_it_is_decided_anew_then_it_makes_the_same_tasks()
    {
        _fleet.Instance();
        var other = new Fleet();
        other.Instance();
        var command = new RunTask { CommandId = "one", TaskDefinition = "web", Count = 2 };
        _fleet.When(command);
        other.When(command);
        Assert.Equal(
            _fleet.Result<TasksResult>().Tasks.Select(t => t.TaskArn),
            other.Result<TasksResult>().Tasks.Select(t => t.TaskArn));
    }

    [Fact]
    public void Given_no_instance_when_a_task_is_run_then_the_refusal_is_the_one_of_ecs()
    {
        _fleet.When(new CreateCluster());
        var error = _fleet.When(new RunTask { TaskDefinition = "web" }).Error;
        Assert.Equal("No Container Instances were found in your cluster.", error?.Message);
    }

    [Theory]
    [InlineData(4096, 512, "RESOURCE:CPU", "needs 4096, has 2048")]
    [InlineData(256, 8192, "RESOURCE:MEMORY", "needs 8192, has 4096")]
    public void Given_too_little_room_when_a_task_is_run_then_the_failure_has_the_numbers(
        int cpu, int memory, string reason, string detail)
    {
        var instance = _fleet.Instance();
        _fleet.When(new RunTask { TaskDefinition = "web" }, Fleet.Web(cpu, memory));

        var result = _fleet.Result<TasksResult>();
        Assert.Empty(result.Tasks);
        Assert.Equal(new Failure(instance, reason, detail), Assert.Single(result.Failures));
        Assert.IsType<TaskPlacementFailed>(Assert.Single(_fleet.Last.Events));
    }

    [Theory]
    [InlineData(8080)]
    [InlineData(22)]
    public void Given_a_port_that_is_taken_when_a_task_wants_it_then_it_goes_nowhere(int port)
    {
        _fleet.Instance();
        _fleet.Task(Fleet.Web(hostPort: 8080));
        _fleet.When(new RunTask { TaskDefinition = "web" }, Fleet.Web(hostPort: port));
        Assert.Equal("RESOURCE:PORTS", Assert.Single(_fleet.Result<TasksResult>().Failures).Reason);
    }

    [Fact]
    public void Given_room_for_two_when_three_are_run_then_two_run_and_the_third_is_a_failure()
    {
        _fleet.Instance(cpu: 512);
        _fleet.When(new RunTask { TaskDefinition = "web", Count = 3 });
        var result = _fleet.Result<TasksResult>();
        Assert.Equal((2, 1), (result.Tasks.Count, result.Failures.Count));
        Assert.Equal(1, Assert.IsType<TaskPlacementFailed>(_fleet.Log[^1]).Count);
    }

    [Fact]
    public void Given_a_disconnected_agent_when_a_task_is_run_then_it_gets_none()
    {
        var instance = _fleet.Instance();
        _fleet.When(new ObserveAgents { Silent = [instance] });
        _fleet.When(new RunTask { TaskDefinition = "web" });
        Assert.Equal("AGENT", Assert.Single(_fleet.Result<TasksResult>().Failures).Reason);
    }

    [Fact]
    public void Given_a_task_when_it_runs_and_its_essential_container_ends_then_every_step_is_told()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        _fleet.When(_fleet.Report(instance, task, LifecycleStatus.Running));
        _fleet.When(_fleet.Report(instance, task, LifecycleStatus.Stopping, 3, StopCode.EssentialContainerExited));
        _fleet.When(_fleet.Report(instance, task, LifecycleStatus.Stopped, 3));

        Assert.Equal(
            [typeof(TaskPlaced), typeof(TaskRunning), typeof(TaskStopping), typeof(TaskStopped)],
            _fleet.Log.Where(e => e.Stream == task).Select(e => e.GetType()));
        var seen = _fleet.State.Describe(_fleet.State.Tasks[task]);
        Assert.Equal("Essential container in task exited", seen.StoppedReason);
        Assert.Equal((StopCode.EssentialContainerExited, 3, 4), (seen.StopCode, seen.Containers[0].ExitCode, seen.Version));
        Assert.Equal((0, 0, 0), (Held(instance).ReservedCpu, Held(instance).ReservedMemory, Held(instance).Tasks.Count));
    }

    [Fact]
    public void Given_a_stopped_task_when_older_reports_arrive_then_nothing_is_written_and_the_agent_is_told_to_stop()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        _fleet.When(_fleet.Report(instance, task, LifecycleStatus.Stopped, 0));
        Assert.Empty(_fleet.When(_fleet.Report(instance, task, LifecycleStatus.Running)).Events);
        Assert.Equal([task], _fleet.Result<SubmitTaskStatesResult>().Stop);
    }

    [Fact]
    public void Given_another_instances_task_when_an_agent_reports_it_then_it_is_told_to_stop_it()
    {
        _fleet.Instance(1);
        var task = _fleet.Task();
        var other = _fleet.Instance(2);
        var said = Assert.IsType<ContainerInstanceTasksDisowned>(
            Assert.Single(_fleet.When(_fleet.Report(other, task, LifecycleStatus.Running)).Events));
        Assert.Equal((other, task), (said.ContainerInstanceArn, Assert.Single(said.Tasks)));
        Assert.Equal([task], _fleet.Result<SubmitTaskStatesResult>().Stop);

        Assert.Empty(_fleet.When(_fleet.Report(other, task, LifecycleStatus.Stopping)).Events);
        Assert.Empty(_fleet.When(_fleet.Report(other, task, LifecycleStatus.Stopped, 143)).Events);
    }

    [Fact]
    public void Given_a_pull_when_it_is_reported_then_each_rise_is_one_event_and_what_is_older_is_none()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        var pull = new ImagePull { Image = "web:1", StartedAt = Fleet.Noon, Layers = 3, LayersDone = 1, BytesLoaded = 10 };
        IReadOnlyList<IEvent> Report(ImagePull seen)
        {
            var report = _fleet.Report(instance, task, LifecycleStatus.Pending);
            var containers = report.Tasks![0].Containers.Select(c => c with { RuntimeId = null, Pull = seen });
            return _fleet.When(report with { Tasks = [report.Tasks[0] with { Containers = [.. containers] }] }).Events;
        }

        Assert.Equal(pull, Assert.IsType<TaskProgressed>(Assert.Single(Report(pull))).Containers[0].Pull);
        Assert.Empty(Report(pull));
        Assert.Empty(Report(pull with { LayersDone = 0, BytesLoaded = 0 }));
        Assert.Single(Report(pull with { BytesLoaded = 11 }));
        Assert.Single(Report(pull with { LayersDone = 3, BytesLoaded = 20, StoppedAt = Fleet.Noon }));
        Assert.Empty(Report(pull));
    }

    [Fact]
    public void Given_a_running_task_when_the_digest_of_an_image_is_learned_late_then_it_is_written_once()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        var report = _fleet.Report(instance, task, LifecycleStatus.Running);
        _fleet.When(Told(null));

        Assert.Equal("sha256:1", Assert.IsType<TaskProgressed>(Assert.Single(_fleet.When(Told("sha256:1")).Events))
            .Containers[0].ImageDigest);
        Assert.Empty(_fleet.When(Told("sha256:1")).Events);
        Assert.Empty(_fleet.When(Told(null)).Events);

        SubmitTaskStates Told(string? digest) => report with
        {
            Tasks = [report.Tasks![0] with
            {
                Containers = [.. report.Tasks[0].Containers.Select(c => c with { ImageDigest = digest })],
            }],
        };
    }

    [Fact]
    public void Given_a_task_that_ran_and_ended_unseen_when_it_is_reported_then_both_are_told_in_order()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        var report = _fleet.Report(instance, task, LifecycleStatus.Stopped, 0);
        _fleet.When(report with { Tasks = [report.Tasks![0] with { StartedAt = Fleet.Noon }] });
        Assert.Equal([typeof(TaskRunning), typeof(TaskStopped)], _fleet.Last.Events.Select(e => e.GetType()));
    }

    [Fact]
    public void Given_a_running_task_when_a_user_stops_it_then_the_users_reason_stays_to_the_end()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        _fleet.When(_fleet.Report(instance, task, LifecycleStatus.Running));
        _fleet.When(new StopTask { Task = task.Split('/')[^1], Reason = "too loud" });
        Assert.Equal(DesiredStatus.Stopped, _fleet.Result<TaskResult>().Task.DesiredStatus);
        Assert.Empty(_fleet.When(new StopTask { Task = task }).Events);

        _fleet.When(_fleet.Report(instance, task, LifecycleStatus.Stopped, 143, StopCode.EssentialContainerExited));
        var stopped = Assert.IsType<TaskStopped>(_fleet.Log[^1]);
        Assert.Equal((StopCode.UserInitiated, "too loud"), (stopped.StopCode, stopped.Reason));
    }

    [Fact]
    public void Given_a_task_that_stopped_over_an_hour_ago_when_life_goes_on_then_the_working_state_forgets_it()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        _fleet.When(_fleet.Report(instance, task, LifecycleStatus.Stopped, 0));
        _fleet.Now += FleetState.StoppedTaskRetention + TimeSpan.FromSeconds(1);
        _fleet.Task();
        Assert.False(_fleet.State.Tasks.ContainsKey(task));
        Assert.DoesNotContain(task, _fleet.State.Clusters.Values.Single().Tasks.Keys);
    }

    [Theory]
    [InlineData("count")]
    [InlineData("taskDefinition")]
    [InlineData("launchType")]
    [InlineData("startedBy")]
    [InlineData("group")]
    [InlineData("clientToken")]
    [InlineData("overrides.containerOverrides[0].name")]
    public void Given_a_bad_member_when_a_task_is_run_then_the_field_is_named(string field)
    {
        _fleet.Instance();
        var good = new RunTask { TaskDefinition = "web" };
        var bad = field switch
        {
            "count" => good with { Count = 11 },
            "taskDefinition" => good with { TaskDefinition = "" },
            "launchType" => good with { LaunchType = "FARGATE" },
            "startedBy" => good with { StartedBy = new string('x', 129) },
            "group" => good with { Group = "service:web" },
            "clientToken" => good with { ClientToken = "with space" },
            _ => good with { Overrides = new() { ContainerOverrides = [new() { Name = "nobody" }] } },
        };
        var error = _fleet.When(bad).Error;
        Assert.Equal(field, error?.Field);
    }

    private InstanceState Held(string arn) => _fleet.State.FindInstance(arn)!;
}
