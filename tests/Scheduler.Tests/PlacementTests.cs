using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Rules.Queries;

namespace Ecs.Scheduler.Tests;

public class PlacementTests
{
    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_a_strategy_when_tasks_are_run_then_each_goes_where_it_says_and_the_log_has_the_scores()
    {
        var instances = new[] { _fleet.Instance(1), _fleet.Instance(2), _fleet.Instance(3) };
        _fleet.When(new RunTask
        {
            TaskDefinition = "web",
            Count = 6,
            PlacementStrategy = [new() { Type = "spread", Field = "instanceId" }],
        });

        var placed = _fleet.Last.Events.Cast<TaskPlaced>().ToList();
        Assert.Equal([.. instances, .. instances], placed.Select(e => e.ContainerInstanceArn));
        Assert.Equal([0, 0, 0, 1, 1, 1], placed.Select(e => e.Choice.Scores!.Single().Score));
        Assert.Equal("spread(instanceId)", placed[0].Choice.Rule);
    }

    [Fact]
    public void Given_binpack_when_tasks_are_run_then_the_fullest_that_still_has_room_gets_them()
    {
        _fleet.Instance(1, cpu: 2048);
        var small = _fleet.Instance(2, cpu: 1024);
        _fleet.When(new RunTask
        {
            TaskDefinition = "web",
            Count = 4,
            PlacementStrategy = [new() { Type = "binpack", Field = "cpu" }],
        });
        Assert.All(_fleet.Last.Events.Cast<TaskPlaced>(), e => Assert.Equal(small, e.ContainerInstanceArn));
    }

    [Fact]
    public void Given_constraints_of_definition_and_command_when_a_task_is_run_then_both_hold()
    {
        var first = _fleet.Instance(1);
        var second = _fleet.Instance(2);
        var third = _fleet.Instance(3);
        Zone("a", first, second);
        Zone("b", third);
        Rack("x", second, third);
        var inZoneA = new PlacementConstraint { Type = "memberOf", Expression = "attribute:zone == a" };
        _fleet.When(
            new RunTask
            {
                TaskDefinition = "web",
                PlacementConstraints = [new() { Type = "memberOf", Expression = "attribute:rack == x" }],
            },
            Fleet.Web() with { PlacementConstraints = [inZoneA] });

        Assert.Equal(second, Assert.Single(_fleet.Result<TasksResult>().Tasks).ContainerInstanceArn);
    }

    [Fact]
    public void Given_a_privileged_container_when_it_is_run_then_only_an_instance_that_allows_it_gets_it_and_the_log_says_so()
    {
        const string Expression = "attribute:com.amazonaws.ecs.capability.privileged-container exists";
        var careful = _fleet.Instance(1);
        var web = Fleet.Web();
        var privileged = web with { ContainerDefinitions = [web.ContainerDefinitions[0] with { Privileged = true }] };

        _fleet.When(new RunTask { TaskDefinition = "web" }, privileged);
        Assert.Equal((careful, "ATTRIBUTE"), _fleet.Result<TasksResult>().Failures
            .Select(f => (f.Arn!, f.Reason)).Single());

        var generous = _fleet.Instance(2);
        _fleet.When(new PutAttributes
        {
            Attributes = [new() { Name = "com.amazonaws.ecs.capability.privileged-container", TargetId = generous }],
        });
        _fleet.When(new RunTask { TaskDefinition = "web" }, privileged);
        var placed = Assert.IsType<TaskPlaced>(Assert.Single(_fleet.Last.Events));
        Assert.Equal((generous, Expression), (placed.ContainerInstanceArn, Assert.Single(placed.Constraints!).Expression));
    }

    [Fact]
    public void Given_images_for_another_processor_when_run_then_no_other_machine_gets_them_by_either_operation()
    {
        _fleet.When(Fleet.Register(1) with { Attributes = [new("ecs.cpu-architecture", "x86_64"), new("ecs.os-type", "linux")] });
        _fleet.When(Fleet.Register(2) with { Attributes = [new("ecs.cpu-architecture", "aarch64"), new("ecs.os-type", "linux")] });
        var arm = Fleet.Web() with { RuntimePlatform = new() { CpuArchitecture = "ARM64", OperatingSystemFamily = "LINUX" } };
        var (first, second) = ($"{1:x32}", $"{2:x32}");

        _fleet.When(new StartTask { TaskDefinition = "web", ContainerInstances = [first, second] }, arm);
        Assert.EndsWith(second, Assert.Single(_fleet.Result<TasksResult>().Tasks).ContainerInstanceArn!, StringComparison.Ordinal);
        var failure = Assert.Single(_fleet.Result<TasksResult>().Failures);
        Assert.Equal("ATTRIBUTE", failure.Reason);
        Assert.EndsWith(first, failure.Arn!, StringComparison.Ordinal);

        _fleet.When(new RunTask { TaskDefinition = "web" }, arm);
        Assert.EndsWith(second, Assert.Single(_fleet.Result<TasksResult>().Tasks).ContainerInstanceArn!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ecs.capability.logging-driver.syslog")]
    [InlineData("com.amazonaws.ecs.capability.logging-driver.syslog")]
    public void Given_a_log_driver_when_run_then_an_agent_of_either_version_that_has_it_gets_the_task(string attribute)
    {
        _fleet.When(Fleet.Register(1) with { Attributes = [new("ecs.capability.logging-driver.json-file", null)] });
        var web = Fleet.Web();
        var logging = web with
        {
            ContainerDefinitions = [web.ContainerDefinitions[0] with { LogConfiguration = new() { LogDriver = "syslog" } }],
        };
        _fleet.When(new RunTask { TaskDefinition = "web" }, logging);
        Assert.Equal("ATTRIBUTE", Assert.Single(_fleet.Result<TasksResult>().Failures).Reason);

        _fleet.When(Fleet.Register(2) with { Attributes = [new(attribute, null)] });
        _fleet.When(new RunTask { TaskDefinition = "web" }, logging);
        Assert.EndsWith($"{2:x32}", Assert.Single(_fleet.Result<TasksResult>().Tasks).ContainerInstanceArn!, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_ten_constraints_and_required_attributes_when_run_then_those_do_not_count_and_one_more_is_too_many()
    {
        _fleet.When(Fleet.Register(1) with { Attributes = [new("a", "b"), new("com.amazonaws.ecs.capability.privileged-container", null)] });
        var web = Fleet.Web();
        var privileged = web with
        {
            ContainerDefinitions = [web.ContainerDefinitions[0] with { Privileged = true }],
            PlacementConstraints = [.. Members(4)],
        };

        _fleet.When(new RunTask { TaskDefinition = "web", PlacementConstraints = [.. Members(6)] }, privileged);
        Assert.Single(_fleet.Result<TasksResult>().Tasks);
        _fleet.When(new RunTask { TaskDefinition = "web", PlacementConstraints = [.. Members(7)] }, privileged);
        Assert.Equal("placementConstraints", _fleet.Last.Error!.Field);

        static IEnumerable<PlacementConstraint> Members(int count) => Enumerable.Repeat(
            new PlacementConstraint { Type = "memberOf", Expression = "attribute:a == b" }, count);
    }

    [Fact]
    public void Given_roles_in_overrides_when_run_then_the_task_shows_them()
    {
        _fleet.Instance(1);
        _fleet.When(new RunTask
        {
            TaskDefinition = "web",
            Overrides = new() { TaskRoleArn = "arn:aws:iam::0:role/a", ExecutionRoleArn = "arn:aws:iam::0:role/b" },
        });

        var shown = Assert.Single(_fleet.Result<TasksResult>().Tasks).Overrides;
        Assert.Equal(("arn:aws:iam::0:role/a", "arn:aws:iam::0:role/b"), (shown.TaskRoleArn, shown.ExecutionRoleArn));
    }

    [Fact]
    public void Given_distinct_instances_when_more_are_run_than_there_are_then_the_rest_is_a_failure_in_ecs_s_words()
    {
        _fleet.Instance(1);
        _fleet.Instance(2);
        _fleet.When(new RunTask
        {
            TaskDefinition = "web",
            Count = 3,
            PlacementConstraints = [new() { Type = "distinctInstance" }],
        });

        var result = _fleet.Result<TasksResult>();
        Assert.Equal((2, 2), (result.Tasks.Count, result.Failures.Count));
        var account = Assert.IsType<TaskPlacementFailed>(_fleet.Log[^1]).Account!;
        Assert.Equal((2, 0), (account.Considered, account.Fitting));
        Assert.Equal(2, account.Filters.Single().Count);
    }

    [Fact]
    public void Given_random_when_the_same_command_is_decided_anew_then_it_goes_to_the_same_places()
    {
        var other = new Fleet();
        for (var i = 1; i <= 9; i++)
        {
            _fleet.Instance(i);
            other.Instance(10 - i);
        }

        var command = new RunTask
        {
            CommandId = "one",
            TaskDefinition = "web",
            Count = 10,
            PlacementStrategy = [new() { Type = "random" }],
        };
        _fleet.When(command);
        other.When(command);
        var places = _fleet.Result<TasksResult>().Tasks.Select(t => t.ContainerInstanceArn).ToList();
        Assert.Equal(places, other.Result<TasksResult>().Tasks.Select(t => t.ContainerInstanceArn));
        Assert.True(places.Distinct().Count() > 2);
    }

    [Fact]
    public void Given_an_expression_that_cannot_be_read_when_a_task_is_run_then_the_error_points_at_the_character()
    {
        _fleet.Instance();
        var error = _fleet.When(new RunTask
        {
            TaskDefinition = "web",
            PlacementConstraints = [new() { Type = "memberOf", Expression = "attribute:zone = a" }],
        }).Error;
        Assert.Equal(
            (ErrorTypes.InvalidParameter, "placementConstraints[0].expression"), (error?.Type, error?.Field));
        Assert.Contains("\nattribute:zone = a\n               ^", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_filter_when_instances_are_listed_then_only_those_that_match_are()
    {
        var first = _fleet.Instance(1);
        _fleet.Instance(2);
        Zone("a", first);
        var list = new ListContainerInstances { Filter = "attribute:zone == a", Status = "ACTIVE" };
        var decision = FleetQueries.Answer(_fleet.State, list);
        Assert.Equal([first], Assert.IsType<ListContainerInstancesResult>(decision.Result).ContainerInstanceArns);

        var wrong = FleetQueries.Answer(_fleet.State, list with { Filter = "zone == a" });
        Assert.Equal("filter", wrong.Error?.Field);
    }

    [Fact]
    public void Given_a_drained_instance_when_its_status_is_listed_then_it_is_found_by_it()
    {
        var drained = _fleet.Instance(1);
        _fleet.Instance(2);
        _fleet.When(new UpdateContainerInstancesState { ContainerInstances = [drained], Status = "DRAINING" });
        var decision = FleetQueries.Answer(_fleet.State, new ListContainerInstances { Status = "DRAINING" });
        Assert.Equal([drained], Assert.IsType<ListContainerInstancesResult>(decision.Result).ContainerInstanceArns);
    }

    private void Zone(string zone, params string[] instances) => Attribute("zone", zone, instances);

    private void Rack(string rack, params string[] instances) => Attribute("rack", rack, instances);

    private void Attribute(string name, string value, string[] instances) => _fleet.When(new PutAttributes
    {
        Attributes = [.. instances.Select(i => new InstanceAttribute { Name = name, Value = value, TargetId = i })],
    });
}
