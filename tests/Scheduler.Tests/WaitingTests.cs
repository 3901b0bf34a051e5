using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Scheduler.Tests;

public class WaitingTests
{
    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_no_room_when_a_task_may_wait_then_it_is_provisioning_and_holds_nothing()
    {
        var instance = _fleet.Instance(cpu: 256);
        _fleet.Task();
        var task = Wait();

        Assert.Equal(
            (LifecycleStatus.Provisioning, DesiredStatus.Running, null),
            (task.LastStatus, task.DesiredStatus, task.ContainerInstanceArn));
        Assert.Equal(256, _fleet.State.FindInstance(instance)!.ReservedCpu);
        Assert.Equal(2, _fleet.State.Clusters.Values.Single().PendingTasks);
        Assert.NotNull(Assert.IsType<TaskQueued>(_fleet.Log[^1]).Account);
    }

    [Fact]
    public void Given_no_instance_at_all_when_a_task_may_wait_then_the_first_that_joins_gets_it()
    {
        _fleet.When(new CreateCluster());
        var task = Wait();
        _fleet.When(Fleet.Register(1));
        Assert.Equal(
            [typeof(ContainerInstanceRegistered), typeof(TaskPlaced)], _fleet.Last.Events.Select(e => e.GetType()));
        Assert.Equal(2, _fleet.State.Tasks[task.TaskArn].Version);
        Assert.Equal(task.CreatedAt, _fleet.State.Tasks[task.TaskArn].CreatedAt);
        Assert.True(_fleet.State.Clusters.Values.Single().Waiting.IsEmpty);
    }

    [Fact]
    public void Given_two_that_wait_when_room_for_one_is_freed_then_the_first_to_arrive_gets_it()
    {
        var instance = _fleet.Instance(cpu: 256);
        var running = _fleet.Task();
        var first = Wait();
        var second = Wait();
        _fleet.When(_fleet.Report(instance, running, LifecycleStatus.Stopped, 0));

        Assert.Equal(instance, _fleet.State.Tasks[first.TaskArn].ContainerInstanceArn);
        Assert.Equal(LifecycleStatus.Provisioning, _fleet.State.Tasks[second.TaskArn].LastStatus);
    }

    [Fact]
    public void Given_a_larger_one_that_waits_when_a_smaller_one_fits_then_it_passes_and_the_log_says_so()
    {
        _fleet.Instance(cpu: 512);
        _fleet.Task();
        var large = Wait(Fleet.Web(cpu: 512));
        _fleet.Task();

        Assert.Equal(1, Assert.IsType<TaskPlaced>(_fleet.Log[^1]).Choice.Passed);
        Assert.Equal(LifecycleStatus.Provisioning, _fleet.State.Tasks[large.TaskArn].LastStatus);
    }

    [Fact]
    public void Given_waiting_tasks_of_two_sizes_when_the_room_fits_only_the_later_one_then_it_passes_the_earlier()
    {
        var instance = _fleet.Instance(cpu: 512);
        var running = _fleet.Task();
        _fleet.Task();
        var large = Wait(Fleet.Web(cpu: 512));
        var small = Wait();
        _fleet.When(_fleet.Report(instance, running, LifecycleStatus.Stopped, 0));

        Assert.Equal(instance, _fleet.State.Tasks[small.TaskArn].ContainerInstanceArn);
        Assert.Equal(LifecycleStatus.Provisioning, _fleet.State.Tasks[large.TaskArn].LastStatus);
        Assert.Equal(1, Assert.IsType<TaskPlaced>(_fleet.Log[^1]).Choice.Passed);
    }

    [Theory]
    [InlineData("heard")]
    [InlineData("active")]
    [InlineData("bigger")]
    public void Given_a_task_that_waits_when_its_instance_can_have_it_again_then_it_is_placed(string cure)
    {
        var instance = _fleet.Instance(cpu: 512);
        Command kept = cure switch
        {
            "heard" => new ObserveAgents { Silent = [instance] },
            "active" => new UpdateContainerInstancesState { ContainerInstances = [instance], Status = "DRAINING" },
            _ => new RunTask { TaskDefinition = "web", Count = 2 },
        };
        _fleet.When(kept);
        var task = Wait();
        _fleet.When(cure switch
        {
            "heard" => new ObserveAgents { Heard = [instance] },
            "active" => new UpdateContainerInstancesState { ContainerInstances = [instance], Status = "ACTIVE" },
            _ => Fleet.Register(1, cpu: 1024, session: 2),
        });
        Assert.Equal(instance, _fleet.State.Tasks[task.TaskArn].ContainerInstanceArn);
    }

    [Fact]
    public void Given_a_task_that_waits_when_its_time_is_over_then_it_is_stopped_with_the_reason()
    {
        _fleet.When(new CreateCluster());
        var task = Wait(seconds: 30);
        _fleet.Now += TimeSpan.FromSeconds(29);
        Assert.Empty(_fleet.When(new ObserveTime()).Events);
        _fleet.Now += TimeSpan.FromSeconds(1);
        _fleet.When(new ObserveTime());

        var stopped = _fleet.State.Tasks[task.TaskArn];
        Assert.Equal((StopCode.TaskFailedToStart, true), (stopped.StopCode, stopped.IsStopped));
        Assert.StartsWith("No room was found within 30 s", stopped.StoppedReason, StringComparison.Ordinal);
        Assert.Equal(0, _fleet.State.Clusters.Values.Single().PendingTasks);
        Assert.Empty(_fleet.When(new ObserveTime()).Events);
    }

    [Fact]
    public void Given_a_task_that_waits_when_it_is_stopped_then_it_ends_at_once_and_is_never_placed()
    {
        _fleet.When(new CreateCluster());
        var task = Wait();
        _fleet.When(new StopTask { Task = task.TaskArn, Reason = "enough" });
        Assert.Equal("enough", Assert.IsType<TaskStopped>(Assert.Single(_fleet.Last.Events)).Reason);
        _fleet.Instance();
        Assert.Null(_fleet.State.Tasks[task.TaskArn].ContainerInstanceArn);
    }

    [Fact]
    public void Given_the_same_refusal_twice_when_it_is_recorded_then_the_second_names_the_first()
    {
        _fleet.Instance(cpu: 128);
        _fleet.When(new RunTask { TaskDefinition = "web" });
        var first = Assert.IsType<TaskPlacementFailed>(_fleet.Log[^1]);
        _fleet.When(new RunTask { TaskDefinition = "web" });
        var second = Assert.IsType<TaskPlacementFailed>(_fleet.Log[^1]);

        Assert.NotNull(first.Account);
        Assert.Null(second.Account);
        Assert.Equal(2, second.AccountIn);
        Assert.NotEmpty(_fleet.Result<TasksResult>().Failures);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(86_401)]
    public void Given_a_wait_out_of_range_when_it_is_asked_for_then_the_field_is_named(int seconds)
    {
        _fleet.Instance();
        var command = new RunTask { TaskDefinition = "web", WaitForCapacity = seconds };
        Assert.Equal("waitForCapacity", _fleet.When(command).Error?.Field);
    }

    private TaskDescription Wait(TaskDefinitionContent? definition = null, int seconds = 60)
    {
        _fleet.When(new RunTask { TaskDefinition = "web", WaitForCapacity = seconds }, definition);
        return Assert.Single(_fleet.Result<TasksResult>().Tasks);
    }
}
