using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Scheduler.Tests;

/// <summary>Members that clients of ECS go through without asking whether there is anything.</summary>
public class ShownTests
{
    private const string Architecture = "ecs.cpu-architecture";
    private const string Zone = "ecs.availability-zone";

    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_containers_with_and_without_overrides_when_shown_then_each_is_named_and_the_log_has_what_was_sent()
    {
        _fleet.Instance();
        ContainerOverride[] sent =
        [
            new() { Name = "web", Cpu = 1 }, new() { Name = "db", Command = ["a"] }, new() { Name = "web", Cpu = 2 },
        ];
        Run(new TaskOverrides { ContainerOverrides = sent, Memory = "1024" });

        var shown = Assert.Single(_fleet.Result<TasksResult>().Tasks).Overrides;
        Assert.Equal(
            [("web", 1), ("web", 2), ("log", null), ("db", (int?)null)],
            shown.ContainerOverrides.Select(change => (change.Name!, change.Cpu)));
        Assert.Equal(["a"], shown.ContainerOverrides[3].Command!);
        Assert.Equal(("1024", 0), (shown.Memory, shown.InferenceAcceleratorOverrides.Count));
        Assert.Equal(sent, Placed().Overrides.ContainerOverrides);
    }

    [Fact]
    public void Given_no_overrides_when_shown_then_the_containers_are_named_alone_and_the_log_has_none()
    {
        _fleet.Instance();
        Run(null);

        var shown = Assert.Single(_fleet.Result<TasksResult>().Tasks).Overrides;
        Assert.Equal(
            ["web", "log", "db"], shown.ContainerOverrides.Select(change => change == new ContainerOverride { Name = change.Name } ? change.Name : "more"));
        Assert.Empty(Placed().Overrides.ContainerOverrides);
    }

    [Fact]
    public void Given_an_instance_with_architecture_and_zone_when_a_task_of_it_is_shown_then_it_has_them_also_once_the_instance_is_gone()
    {
        _fleet.When(Fleet.Register(1) with { Attributes = [new(Architecture, "arm64"), new(Zone, "us-east-1b")] });
        var instance = _fleet.Result<ContainerInstanceResult>().ContainerInstance.ContainerInstanceArn;
        var task = _fleet.Task();
        Assert.Equal((Architecture, "arm64", "us-east-1b", "CONNECTED"), Shown());

        _fleet.When(new DeregisterContainerInstance { ContainerInstance = instance, Force = true });
        Assert.Equal((Architecture, "arm64", "us-east-1b", "DISCONNECTED"), Shown());

        (string?, string?, string?, string?) Shown()
        {
            var seen = _fleet.State.Describe(_fleet.State.Tasks[task]);
            var attribute = Assert.Single(seen.Attributes);
            Assert.Equal((null, null), (attribute.TargetType, attribute.TargetId));
            return (attribute.Name, attribute.Value, seen.AvailabilityZone, seen.Connectivity);
        }
    }

    [Fact]
    public void Given_a_task_without_a_place_or_on_an_instance_that_says_nothing_when_shown_then_nothing_is_made_up()
    {
        _fleet.Instance(1, cpu: 256);
        var placed = _fleet.Task();
        _fleet.When(new RunTask { TaskDefinition = "web", WaitForCapacity = 60 });
        var waiting = Assert.Single(_fleet.Result<TasksResult>().Tasks).TaskArn;

        foreach (var task in new[] { placed, waiting })
        {
            var seen = _fleet.State.Describe(_fleet.State.Tasks[task]);
            Assert.Equal((0, null), (seen.Attributes.Count, seen.AvailabilityZone));
        }
    }

    private void Run(TaskOverrides? overrides)
    {
        var web = Fleet.Web();
        _fleet.When(new RunTask { TaskDefinition = "web", Overrides = overrides }, web with
        {
            ContainerDefinitions =
            [
                .. web.ContainerDefinitions,
                new ContainerDefinition { Name = "log", Image = "log:1", Cpu = 1, Memory = 8, Essential = false },
                new ContainerDefinition { Name = "db", Image = "db:1", Cpu = 1, Memory = 8, Essential = false },
            ],
        });
        Assert.Null(_fleet.Last.Error);
    }

    private TaskPlaced Placed() => Assert.Single(_fleet.Log.OfType<TaskPlaced>());
}
