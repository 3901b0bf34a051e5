using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Rules.Queries;

namespace Ecs.Scheduler.Tests;

public class AddedInstanceTests
{
    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_an_instance_that_no_agent_sent_when_added_then_it_is_there_not_connected_and_gets_no_task()
    {
        var instance = Add();

        Assert.Equal(("ACTIVE", false), (instance.Status, instance.AgentConnected));
        Assert.Equal([Tag("owner", "ann")], instance.Tags);
        Assert.Equal("r1", Assert.Single(instance.Attributes).Value);
        Assert.Equal(["22", "80"], instance.RegisteredResources.Single(one => one.Name == "PORTS").StringSetValue!);
        Assert.Equal(
            ["cluster-created", "container-instance-registered", "container-instance-disconnected"],
            _fleet.Log.Select(EventTypes.NameOf));

        _fleet.When(new RunTask { TaskDefinition = "web" });
        Assert.Equal("AGENT", Assert.Single(_fleet.Result<TasksResult>().Failures).Reason);
        var health = Described(instance.ContainerInstanceArn, "CONTAINER_INSTANCE_HEALTH").HealthStatus;
        Assert.Equal("INSUFFICIENT_DATA", health!.OverallStatus);
        Assert.Null(Described(instance.ContainerInstanceArn).HealthStatus);
    }

    [Fact]
    public void Given_an_added_instance_when_an_agent_joins_as_it_then_it_speaks_for_it_from_then_on()
    {
        var added = Add();
        var id = added.ContainerInstanceArn[(added.ContainerInstanceArn.LastIndexOf('/') + 1)..];

        _fleet.When(Fleet.Register(1) with { InstanceId = id, SignedBy = "key" });
        Assert.True(_fleet.Result<ContainerInstanceResult>().ContainerInstance.AgentConnected);
        Assert.Equal("OK", Described(added.ContainerInstanceArn, "CONTAINER_INSTANCE_HEALTH").HealthStatus!.OverallStatus);

        var again = _fleet.When(Body() with { ContainerInstanceArn = added.ContainerInstanceArn });
        Assert.Equal(("ClientException", "containerInstanceArn"), (again.Error?.Type, again.Error?.Field));
        var forged = _fleet.When(Fleet.Register(1, session: 2) with { InstanceId = id, SignedBy = "other" });
        Assert.Equal("signature", forged.Error?.Field);
    }

    [Fact]
    public void Given_an_added_instance_when_told_anew_then_it_has_the_new_resources_and_its_tags_of_before()
    {
        var added = Add();

        _fleet.When(Body(cpu: 4096) with { ContainerInstanceArn = added.ContainerInstanceArn, Tags = null });

        var now = _fleet.Result<ContainerInstanceResult>().ContainerInstance;
        Assert.Equal((added.ContainerInstanceArn, false), (now.ContainerInstanceArn, now.AgentConnected));
        Assert.Equal(4096, now.RegisteredResources.Single(one => one.Name == "CPU").IntegerValue);
        Assert.Equal([Tag("owner", "ann")], now.Tags);
        Assert.Single(_fleet.State.Instances);
    }

    [Fact]
    public void Given_an_added_instance_when_drained_and_deregistered_then_it_goes_as_any_other()
    {
        var arn = Add().ContainerInstanceArn;
        Assert.Null(_fleet.When(new UpdateContainerInstancesState { ContainerInstances = [arn], Status = "DRAINING" }).Error);
        Assert.Null(_fleet.When(new DeregisterContainerInstance { ContainerInstance = arn }).Error);
        Assert.Empty(_fleet.State.Instances);
        Assert.Equal(
            "containerInstanceArn", _fleet.When(Body() with { ContainerInstanceArn = arn }).Error?.Field);
    }

    public static TheoryData<AddContainerInstance, string> Wrong() => new()
    {
        { new AddContainerInstance(), "totalResources" },
        { new AddContainerInstance { TotalResources = [Number("CPU", 1024)] }, "totalResources" },
        { new AddContainerInstance { TotalResources = [Number("CPU", 0)] }, "totalResources[0].integerValue" },
        { new AddContainerInstance { TotalResources = [Number("GPU", 1)] }, "totalResources[0].name" },
        { new AddContainerInstance { TotalResources = [Number("CPU", 1), Number("CPU", 2)] }, "totalResources[1].name" },
        { new AddContainerInstance { TotalResources = [Ports("x")] }, "totalResources[0].stringSetValue" },
        { new AddContainerInstance { TotalResources = [Ports("0")] }, "totalResources[0].stringSetValue" },
        { new AddContainerInstance { TotalResources = [Ports([.. Enumerable.Range(1, 101).Select(n => $"{n}")])] }, "totalResources[0].stringSetValue" },
        { new AddContainerInstance { TotalResources = [new ReportedResource { Name = "CPU", Type = "STRINGSET" }] }, "totalResources[0].type" },
        { Body() with { Attributes = [new InstanceAttribute { Name = "a b" }] }, "attributes[0].name" },
        { Body() with { Attributes = [new InstanceAttribute { Name = "a", TargetId = "x" }] }, "attributes[0].targetId" },
        { Body() with { Tags = [Tag("aws:x", "")] }, "tags[0].key" },
        { Body() with { Cluster = "none" }, "cluster" },
        { Body() with { ContainerInstanceArn = "none" }, "containerInstanceArn" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void Given_what_no_instance_can_be_when_added_then_the_member_is_named_and_nothing_is_written(
        AddContainerInstance command, string field)
    {
        var refused = _fleet.When(command);
        Assert.Equal(field, refused.Error?.Field);
        Assert.Empty(refused.Events);
    }

    [Theory]
    [InlineData("EC2", null, null, "startedBy")]
    [InlineData("LAMBDA", null, "", "launchType")]
    [InlineData(null, "web", "", "serviceName")]
    public void Given_filters_that_cannot_be_when_tasks_are_listed_then_the_member_is_named(
        string? launchType, string? service, string? startedBy, string field)
    {
        _fleet.When(new CreateCluster());
        var query = new ListTasks
        {
            LaunchType = launchType,
            ServiceName = service,
            StartedBy = startedBy is "" ? null : "ann",
        };
        Assert.Equal(field, FleetQueries.Answer(_fleet.State, query).Error?.Field);
    }

    private ContainerInstanceDescription Add()
    {
        Assert.Null(_fleet.When(Body()).Error);
        return _fleet.Result<ContainerInstanceResult>().ContainerInstance;
    }

    private ContainerInstanceDescription Described(string arn, params string[] include) => Assert.Single(
        Assert.IsType<DescribeContainerInstancesResult>(FleetQueries.Answer(
            _fleet.State, new DescribeContainerInstances { ContainerInstances = [arn], Include = include }).Result)
        .ContainerInstances);

    private static AddContainerInstance Body(int cpu = 1024) => new()
    {
        TotalResources = [Number("CPU", cpu), Number("MEMORY", 2048), Ports("80", "22")],
        Attributes = [new InstanceAttribute { Name = "rack", Value = "r1" }],
        Tags = [Tag("owner", "ann")],
    };

    private static ReportedResource Number(string name, int value) =>
        new() { Name = name, Type = "INTEGER", IntegerValue = value };

    private static ReportedResource Ports(params string[] ports) =>
        new() { Name = "PORTS", Type = "STRINGSET", StringSetValue = ports };

    private static Tag Tag(string key, string value) => new() { Key = key, Value = value };
}
