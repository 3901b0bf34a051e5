using Ecs.Auditor.History;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.History;

/// <summary>The sentences about places, waiting and instances' states.</summary>
public sealed class TellingPlacementTests
{
    private static readonly PlacementAccount Account = new()
    {
        Considered = 4,
        Fitting = 0,
        Filters =
        [
            new PlacementFilter
            {
                Reason = "RESOURCE:MEMORY",
                Count = 3,
                First = [new Failure(Instance, "RESOURCE:MEMORY", "needs 512, has 300")],
            },
            new PlacementFilter
            {
                Reason = "MemberOf placement constraint unsatisfied.",
                Count = 1,
                First = [new Failure(Instance, "MemberOf placement constraint unsatisfied.")],
            },
        ],
    };

    [Fact]
    public void Given_a_task_that_finds_no_room_when_told_then_until_when_it_waits_and_why_is_said()
    {
        AssertTold(
            Queued() with { Account = Account },
            "web:1 found no room and waits for it until 2026-11-22 12:10:00Z: RESOURCE:MEMORY on 3 "
            + "(fedcba98…: needs 512, has 300), MemberOf placement constraint unsatisfied on 1");
        AssertTold(Queued(), "web:1 found no room and waits for it until 2026-11-22 12:10:00Z");
    }

    [Theory]
    [InlineData(1, "past 1 task that waits for more room"), InlineData(3, "past 3 tasks that wait for more room")]
    public void Given_a_task_that_passed_others_when_told_then_how_many_is_said(int passed, string words)
    {
        var placed = Placed();
        Assert.Contains(
            $"(first-fit, 1 looked at, {words})",
            Tell(placed with { Choice = placed.Choice with { Passed = passed } }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_refusal_when_told_then_its_account_or_where_that_stands_is_said()
    {
        AssertTold(
            Failed() with { Account = Account },
            "no room for 1 task of web:1: RESOURCE:MEMORY on 3 (fedcba98…: needs 512, has 300), "
            + "MemberOf placement constraint unsatisfied on 1");
        AssertTold(
            Failed() with { AccountIn = 7 },
            "no room for 1 task of web:1: as refused before, at version 7 of the cluster");
        AssertTold(
            Failed() with { Account = Account with { Considered = 0, Filters = [] } },
            "no room for 1 task of web:1: the cluster has no instances");
    }

    [Fact]
    public void Given_an_instance_that_is_drained_when_told_then_what_that_means_is_said()
    {
        AssertTold(
            new ContainerInstanceStateChanged(Instance, InstanceStatus.Draining, At),
            "is DRAINING: its tasks go on, no new ones are placed there");
        AssertTold(new ContainerInstanceStateChanged(Instance, InstanceStatus.Active, At), "is ACTIVE");
    }

    [Fact]
    public void Given_attributes_that_change_when_told_then_each_is_said() => AssertTold(
        new ContainerInstanceAttributesChanged
        {
            ContainerInstanceArn = Instance,
            Put = [new NameValue("zone", "a"), new NameValue("ssd", null)],
            Deleted = ["old"],
            At = At,
        },
        "attribute zone = a, attribute ssd set, attribute old taken away");

    [Fact]
    public void Given_an_instance_that_leaves_when_told_then_its_tasks_go_with_it_by_name()
    {
        AssertTold(new ContainerInstanceDeregistered { ContainerInstanceArn = Instance, Tasks = [], At = At }, "deregistered");
        AssertTold(
            new ContainerInstanceDeregistered { ContainerInstanceArn = Instance, Tasks = [Happenings.Task], At = At },
            "deregistered by force; 1 of its tasks ends with it: 01234567…");
        AssertTold(
            new ContainerInstanceDeregistered
            {
                ContainerInstanceArn = Instance,
                Tasks = [Happenings.Task, Happenings.Task],
                At = At,
            },
            "deregistered by force; 2 of its tasks end with it: 01234567…, 01234567…");
    }

    private static TaskQueued Queued()
    {
        var placed = Placed();
        return new TaskQueued
        {
            TaskArn = placed.TaskArn,
            ClusterArn = placed.ClusterArn,
            TaskDefinitionArn = placed.TaskDefinitionArn,
            DefinitionDigest = placed.DefinitionDigest,
            Group = placed.Group,
            Overrides = placed.Overrides,
            Reserved = placed.Reserved,
            Containers = [],
            WaitsUntil = At.AddMinutes(10),
            At = At,
        };
    }

    private static TaskPlacementFailed Failed() => new()
    {
        ClusterArn = Cluster,
        TaskDefinitionArn = Definition,
        Count = 1,
        Group = "family:web",
        Failures = [],
        At = At,
    };

    private static void AssertTold(IEvent e, string sentence) => Assert.Equal(sentence, Tell(e));

    private static string Tell(IEvent e) => Telling.Of(new StoredEvent(
        1, Guid.Empty, e.Stream, 1, EventTypes.NameOf(e), At, null, null, null, e));
}
