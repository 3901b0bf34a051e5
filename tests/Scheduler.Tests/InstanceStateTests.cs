using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Scheduler.Tests;

public class InstanceStateTests
{
    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_an_instance_when_it_is_drained_then_its_tasks_stay_and_it_gets_no_new_ones()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        _fleet.When(State("DRAINING", instance));
        Assert.Equal("DRAINING", Assert.Single(_fleet.Result<ContainerInstancesResult>().ContainerInstances).Status);

        _fleet.When(new RunTask { TaskDefinition = "web" });
        Assert.Empty(_fleet.Result<TasksResult>().Tasks);
        Assert.False(_fleet.State.Tasks[task].IsStopped);

        _fleet.When(State("ACTIVE", instance));
        _fleet.Task();
    }

    [Fact]
    public void Given_a_drained_instance_when_it_is_drained_again_then_nothing_is_written()
    {
        var instance = _fleet.Instance();
        _fleet.When(State("DRAINING", instance));
        Assert.Empty(_fleet.When(State("DRAINING", instance)).Events);
    }

    [Fact]
    public void Given_names_that_mean_nothing_when_they_are_drained_then_the_others_are_and_these_are_failures()
    {
        var instance = _fleet.Instance();
        _fleet.When(State("DRAINING", instance, "ffffffffffffffffffffffffffffffff"));
        var result = _fleet.Result<ContainerInstancesResult>();
        Assert.Equal("MISSING", Assert.Single(result.Failures).Reason);
        Assert.Single(result.ContainerInstances);
    }

    [Theory]
    [InlineData("INACTIVE")]
    [InlineData("draining")]
    [InlineData(null)]
    public void Given_another_status_when_it_is_asked_for_then_the_rule_is_named(string? status)
    {
        var instance = _fleet.Instance();
        var error = _fleet.When(State(status, instance)).Error;
        Assert.Equal((ErrorTypes.InvalidParameter, "status"), (error?.Type, error?.Field));
    }

    [Fact]
    public void Given_tasks_when_their_instance_is_deregistered_without_force_then_it_is_refused()
    {
        var instance = _fleet.Instance();
        _fleet.Task();
        var error = _fleet.When(new DeregisterContainerInstance { ContainerInstance = instance }).Error;
        Assert.Equal("force", error?.Field);
        Assert.Single(_fleet.State.Instances);
    }

    [Fact]
    public void Given_tasks_when_their_instance_is_deregistered_by_force_then_they_are_stopped_with_ecs_s_reason()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        _fleet.When(_fleet.Report(instance, task, LifecycleStatus.Running));
        _fleet.When(new DeregisterContainerInstance { ContainerInstance = instance, Force = true });

        var gone = _fleet.Result<ContainerInstanceResult>().ContainerInstance;
        Assert.Equal(("INACTIVE", 0, 0), (gone.Status, gone.RunningTasksCount, gone.PendingTasksCount));
        Assert.Equal(
            gone.RegisteredResources.Select(r => r.IntegerValue), gone.RemainingResources.Select(r => r.IntegerValue));
        Assert.Equal(
            LifecycleStatus.Stopped, Assert.Single(_fleet.State.Describe(_fleet.State.Tasks[task]).Containers).LastStatus);
        var stopped = _fleet.State.Tasks[task];
        Assert.True(stopped.IsStopped);
        Assert.Equal("Container instance deregistration forced by user", stopped.StoppedReason);
        Assert.Empty(_fleet.State.Instances);
        var cluster = _fleet.State.Clusters.Values.Single();
        Assert.Equal((0, 0, 0), (cluster.RunningTasks, cluster.PendingTasks, cluster.UnstoppedTasks));
        Assert.Null(_fleet.When(new DeleteCluster { Cluster = "default" }).Error);
    }

    [Fact]
    public void Given_a_deregistered_instance_when_its_agent_reports_then_it_is_told_to_stop_what_it_has()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        _fleet.When(new DeregisterContainerInstance { ContainerInstance = instance, Force = true });
        _fleet.When(new SubmitTaskStates
        {
            ContainerInstance = instance,
            Session = 1,
            Tasks = [Fleet.Seen(task, LifecycleStatus.Running)],
        });
        Assert.Equal([task], _fleet.Result<SubmitTaskStatesResult>().Stop);
        Assert.Empty(_fleet.Last.Events);
    }

    [Fact]
    public void Given_a_deregistered_instance_when_its_agent_only_reconnects_then_it_is_refused_until_it_starts_anew()
    {
        var instance = _fleet.Instance(session: 3);
        _fleet.When(new PutAttributes { Attributes = [new() { Name = "a", Value = "b", TargetId = instance }] });
        _fleet.When(new DeregisterContainerInstance { ContainerInstance = instance });
        Assert.Equal("session", _fleet.When(Fleet.Register(1, session: 3)).Error?.Field);

        var version = _fleet.State.VersionOf(instance);
        Assert.Equal(instance, _fleet.Instance(session: 4));
        Assert.IsType<ContainerInstanceRegistered>(_fleet.Log[^1]);
        var again = Assert.Single(_fleet.State.Instances);
        Assert.Equal((version + 1, InstanceStatus.Active, 0), (again.Version, again.Status, again.Attributes.Count));
        Assert.Empty(_fleet.State.Deregistered);
    }

    [Fact]
    public void Given_attributes_when_they_are_put_and_taken_then_the_instance_has_what_remains()
    {
        var instance = _fleet.Instance();
        _fleet.When(Put(instance, ("stack", "prod"), ("rack", null)));
        _fleet.When(Put(instance, ("stack", "test")));
        _fleet.When(new DeleteAttributes { Attributes = [new() { Name = "rack", TargetId = instance }] });

        var attributes = _fleet.State.FindInstance(instance)!.Attributes;
        Assert.Equal("test", attributes["stack"]);
        Assert.False(attributes.ContainsKey("rack"));
        Assert.Empty(_fleet.When(Put(instance, ("stack", "test"))).Events);
    }

    [Theory]
    [InlineData("ecs.os-type", "linux", "attributes[0].name")]
    [InlineData("a b", "x", "attributes[0].name")]
    [InlineData("", "x", "attributes[0].name")]
    [InlineData("a", " x", "attributes[0].value")]
    [InlineData("a", "x;", "attributes[0].value")]
    public void Given_an_attribute_that_breaks_a_rule_when_it_is_put_then_the_field_is_named(
        string name, string value, string field)
    {
        var instance = _fleet.Instance();
        Assert.Equal(field, _fleet.When(Put(instance, (name, value))).Error?.Field);
    }

    [Fact]
    public void Given_ten_attributes_when_an_eleventh_is_put_then_the_limit_is_ecs_s_and_nothing_is_written()
    {
        var instance = _fleet.Instance();
        _fleet.When(Put(instance, [.. Enumerable.Range(0, 10).Select(i => ($"a{i}", (string?)"x"))]));
        Assert.Equal(ErrorTypes.AttributeLimitExceeded, _fleet.When(Put(instance, ("b", "x"))).Error?.Type);
        Assert.Equal(10, _fleet.State.FindInstance(instance)!.Attributes.Count);
    }

    [Fact]
    public void Given_no_such_instance_when_an_attribute_is_put_then_the_target_is_not_found()
    {
        _fleet.Instance();
        Assert.Equal(ErrorTypes.TargetNotFound, _fleet.When(Put("none", ("a", "x"))).Error?.Type);
    }

    [Fact]
    public void Given_named_instances_when_tasks_are_started_there_then_what_does_not_fit_or_exist_is_a_failure()
    {
        var roomy = _fleet.Instance(1);
        var small = _fleet.Instance(2, cpu: 128);
        var drained = _fleet.Instance(3);
        _fleet.When(State("DRAINING", drained));
        _fleet.When(new StartTask { TaskDefinition = "web", ContainerInstances = [roomy, roomy[^32..], small, drained, "nowhere"] });

        var result = _fleet.Result<TasksResult>();
        Assert.Equal(roomy, Assert.Single(result.Tasks).ContainerInstanceArn);
        Assert.Equal(["RESOURCE:CPU", "INACTIVE", "MISSING"], result.Failures.Select(f => f.Reason));
        Assert.Equal("named", Assert.IsType<TaskPlaced>(_fleet.Log[^1]).Choice.Rule);
    }

    private static UpdateContainerInstancesState State(string? status, params string[] instances) =>
        new() { ContainerInstances = instances, Status = status };

    private static PutAttributes Put(string instance, params (string Name, string? Value)[] attributes) => new()
    {
        Attributes = [.. attributes.Select(a => new InstanceAttribute
        {
            Name = a.Name,
            Value = a.Value,
            TargetType = "container-instance",
            TargetId = instance,
        })],
    };
}
