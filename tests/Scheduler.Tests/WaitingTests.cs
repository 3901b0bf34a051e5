using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;
using Ecs.Rules.Placement;

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

    [Fact]
    public void Given_a_task_that_wants_to_be_near_another_when_that_is_placed_then_it_is_woken_by_it()
    {
        var instance = _fleet.Instance();
        _fleet.When(new RunTask
        {
            TaskDefinition = "web",
            WaitForCapacity = 60,
            PlacementConstraints = [new() { Type = "memberOf", Expression = "task:group == database" }],
        });
        var near = Assert.Single(_fleet.Result<TasksResult>().Tasks);
        _fleet.When(new RunTask { TaskDefinition = "web" });
        Assert.Null(_fleet.State.Tasks[near.TaskArn].ContainerInstanceArn);

        _fleet.When(new RunTask { TaskDefinition = "web", Group = "database" });
        Assert.Equal(instance, _fleet.State.Tasks[near.TaskArn].ContainerInstanceArn);
    }

    [Fact]
    public void Given_tasks_that_wait_in_two_clusters_when_room_is_freed_in_one_then_only_its_own_are_woken()
    {
        _fleet.When(new CreateCluster { ClusterName = "other" });
        var elsewhere = Wait(cluster: "other");
        _fleet.When(new CreateCluster());
        var here = Wait();
        _fleet.When(Fleet.Register(1));

        Assert.NotNull(_fleet.State.Tasks[here.TaskArn].ContainerInstanceArn);
        Assert.Null(_fleet.State.Tasks[elsewhere.TaskArn].ContainerInstanceArn);
    }

    [Fact]
    public void Given_many_kinds_of_request_that_wait_when_an_instance_is_freed_then_only_those_it_can_have_are_sought_for()
    {
        var counting = new CountingPlacer();
        var fleet = new Fleet { Placer = counting };
        var instance = fleet.Instance(cpu: 512);
        fleet.When(new RunTask { TaskDefinition = "web" });
        var running = Assert.Single(fleet.Result<TasksResult>().Tasks).TaskArn;
        fleet.When(new RunTask { TaskDefinition = "web" });
        for (var i = 0; i < 20; i++)
        {
            var large = new RunTask { TaskDefinition = "web", Group = $"g{i}", WaitForCapacity = 60 };
            fleet.When(large, Fleet.Web(cpu: 512));
        }

        fleet.When(new RunTask { TaskDefinition = "web", Group = "small", WaitForCapacity = 60 });
        counting.Asked = 0;
        fleet.When(fleet.Report(instance, running, LifecycleStatus.Stopped, 0));

        Assert.Single(fleet.Last.Events.OfType<TaskPlaced>());
        Assert.Equal(1, counting.Asked);
    }

    // The digest is part of the state: whoever changes what it is made of changes what old events fold to, and must
    // change the name of the snapshots' form with it.
    [Fact]
    public void What_a_waiting_task_asks_for_has_the_digest_that_it_always_had()
    {
        _fleet.When(new CreateCluster());
        Wait();
        Assert.Equal(PinnedRequest, Assert.Single(_fleet.State.Clusters.Values.Single().Waiting.ByRequest.Keys));
    }

    private const string PinnedRequest = "0bed6973ddc2c5b6c431722aff542b3fe83e6f8ec0c07aeade7944ee59bf1090";

    private sealed class CountingPlacer : IPlacer
    {
        private readonly IndexPlacer _real = new();

        public int Asked { get; set; }

        public Place? Choose(ClusterState cluster, PlacementRequest request)
        {
            Asked++;
            return _real.Choose(cluster, request);
        }
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

    private TaskDescription Wait(
        TaskDefinitionContent? definition = null, int seconds = 60, string? cluster = null)
    {
        var command = new RunTask { Cluster = cluster, TaskDefinition = "web", WaitForCapacity = seconds };
        _fleet.When(command, definition);
        return Assert.Single(_fleet.Result<TasksResult>().Tasks);
    }
}
