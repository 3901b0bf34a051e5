using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;

namespace Ecs.Placement.Tests.Scanning;

public class ScanTests
{
    private static readonly Reservation Small = new() { Cpu = 100, Memory = 100 };

    [Fact]
    public void Each_filter_tells_its_number_and_what_fell_by_it_with_numbers()
    {
        var machines = new Machines();
        for (var i = 1; i <= 9; i++) machines.Register(i, cpu: i == 3 ? 300 : 2048, memory: i == 4 ? 100 : 4096, ports: i == 5 ? [80] : []);
        machines.Drain(1).Lose(2);
        machines.Place(Machines.Arn(6), Small, "web");
        machines.Put(7, "disk", "hdd").Put(8, "disk", "ssd").Put(8, "stack", "old").Put(9, "disk", "ssd");
        var request = Requests.Of(
            cpu: 512, memory: 512, ports: [80], constraints: ["distinct", "attribute:disk == ssd", "attribute:stack !exists"]);
        var seen = Scan.Explain(machines.Now, request);

        Assert.Equal(
            [
                ("INACTIVE", 1, Machines.Arn(1), "it is DRAINING and takes no new tasks"),
                ("AGENT", 1, Machines.Arn(2), "its Agent is not connected"),
                ("RESOURCE:CPU", 1, Machines.Arn(3), "needs 512, has 300"),
                ("RESOURCE:MEMORY", 1, Machines.Arn(4), "needs 512, has 100"),
                ("RESOURCE:PORTS", 1, Machines.Arn(5), "needs 80/tcp, which is taken"),
                ("DistinctInstance placement constraint unsatisfied.", 1, Machines.Arn(6), "has 1 of the group web"),
                ("MemberOf placement constraint unsatisfied.", 1, Machines.Arn(7), "is not attribute:disk == ssd"),
                ("MemberOf placement constraint unsatisfied.", 1, Machines.Arn(8), "is not attribute:stack !exists"),
            ],
            seen.Account.Filters.Select(f => (f.Reason, f.Count, f.First[0].Arn!, f.First[0].Detail!)));
        Assert.Equal((9, 1, null), (seen.Account.Considered, seen.Account.Fitting, seen.Account.TieBreak));
        Assert.Equal(Machines.Arn(9), seen.Place!.Instance.Arn);
        Assert.Empty(seen.Failures);
    }

    [Fact]
    public void A_refusal_lists_every_instance_once_by_name_up_to_a_limit()
    {
        var machines = new Machines();
        for (var i = 1; i <= Scan.MaxFailures + 20; i++) machines.Register(i, cpu: 100);
        var seen = Scan.Explain(machines.Now, Requests.Of(cpu: 256));
        Assert.Null(seen.Place);
        Assert.Equal(Enumerable.Range(1, Scan.MaxFailures).Select(Machines.Arn), seen.Failures.Select(f => f.Arn));
        Assert.All(seen.Failures, f => Assert.Equal(("RESOURCE:CPU", "needs 256, has 100"), (f.Reason, f.Detail)));
        var filter = Assert.Single(seen.Account.Filters);
        Assert.Equal((Scan.MaxFailures + 20, Scan.MaxNamed), (filter.Count, filter.First.Count));
    }

    [Fact]
    public void Without_strategies_the_first_by_name_that_has_room_gets_the_task()
    {
        var machines = new Machines().Register(3).Register(2).Register(1, cpu: 100);
        var place = Scan.Choose(machines.Now, Requests.Of())!;
        Assert.Equal(Machines.Arn(2), place.Instance.Arn);
        Assert.Equal(("first-fit", 3, "name"), (place.Choice.Rule, place.Choice.Considered, place.Choice.TieBreak));
        Assert.Null(place.Choice.Scores);
    }

    [Theory]
    [InlineData("cpu", 2, 300)]
    [InlineData("memory", 3, 700)]
    public void Binpack_takes_what_has_the_least_left(string field, int expected, long score)
    {
        var machines = new Machines()
            .Register(1, cpu: 1000, memory: 1000).Register(2, cpu: 300, memory: 900).Register(3, cpu: 800, memory: 700);
        var place = Scan.Choose(machines.Now, Requests.Of(strategies: $"binpack:{field}"))!;
        Assert.Equal(Machines.Arn(expected), place.Instance.Arn);
        Assert.Equal([new PlacementScore($"binpack({field})", score)], place.Choice.Scores!);
        Assert.Equal($"binpack({field})", place.Choice.TieBreak);
    }

    [Fact]
    public void Spread_counts_the_group_on_the_instance_and_no_other_group()
    {
        var machines = new Machines().Register(1).Register(2);
        machines.Place(Machines.Arn(1), Small, "web");
        machines.Place(Machines.Arn(2), Small, "other");
        machines.Place(Machines.Arn(2), Small, "other");
        Assert.Equal(Machines.Arn(2), Scan.Choose(machines.Now, Requests.Of(strategies: "spread:instanceId"))!.Instance.Arn);
    }

    [Fact]
    public void Spread_over_hosts_counts_the_instances_of_one_machine_together()
    {
        var machines = new Machines()
            .Register(1, hostname: "a").Register(2, hostname: "a").Register(3, hostname: "b");
        machines.Place(Machines.Arn(1), Small, "web");
        var place = Scan.Choose(machines.Now, Requests.Of(strategies: "spread:host"))!;
        Assert.Equal(Machines.Arn(3), place.Instance.Arn);
        Assert.Equal([0L], place.Choice.Scores!.Select(s => s.Score));
    }

    [Fact]
    public void Spread_over_an_attribute_counts_all_instances_of_a_value_even_those_that_get_nothing()
    {
        var machines = new Machines()
            .Register(1, zone: "a").Register(2, zone: "a").Register(3, zone: "b").Register(4).Register(5);
        machines.Place(Machines.Arn(2), Small, "web");
        machines.Drain(2);
        machines.Place(Machines.Arn(4), Small, "web");
        machines.Place(Machines.Arn(5), Small, "web");
        var seen = Scan.Explain(machines.Now, Requests.Of(strategies: "spread:attribute:ecs.availability-zone"));
        Assert.Equal(
            [(3, 0L), (1, 1L), (4, 2L), (5, 2L)],
            seen.Account.Best.Select(b => (b.ContainerInstanceArn[^1] - '0', b.Scores[0].Score)));
        Assert.Equal("spread(attribute:ecs.availability-zone)", seen.Account.TieBreak);
    }

    [Fact]
    public void A_later_strategy_breaks_the_ties_of_an_earlier_one()
    {
        var machines = new Machines()
            .Register(1, zone: "a", memory: 3000).Register(2, zone: "b", memory: 2000).Register(3, zone: "c", memory: 1000);
        machines.Place(Machines.Arn(3), Small, "web");
        var place = Scan.Choose(
            machines.Now, Requests.Of(strategies: ["spread:attribute:ecs.availability-zone", "binpack:memory"]))!;
        Assert.Equal(Machines.Arn(2), place.Instance.Arn);
        Assert.Equal("binpack(memory)", place.Choice.TieBreak);
    }

    [Fact]
    public void Random_draws_by_its_seed_alone_and_every_instance_about_as_often()
    {
        var machines = new Machines();
        for (var i = 0; i < 10; i++) machines.Register(i);
        var drawn = Enumerable.Range(0, 10_000)
            .Select(i => Scan.Choose(machines.Now, Requests.Of(seed: $"seed-{i}", strategies: "random"))!)
            .ToList();
        Assert.All(drawn, place => Assert.Equal(0, place.Choice.Scores![0].Score));
        Assert.All(drawn.CountBy(place => place.Instance.Arn), n => Assert.InRange(n.Value, 850, 1150));
        Assert.Equal(10, drawn.DistinctBy(place => place.Instance.Arn).Count());
    }

    [Fact]
    public void The_draws_are_the_same_for_good()
    {
        // Choices are recorded: another hash would decide the recorded commands otherwise.
        Assert.Equal(
            [2, 0, 1],
            new[] { "", "seed", "arn:aws:ecs:us-east-1:000000000000:task/default/1" }
                .Select(seed => new PlacementRequest { Needs = Small, Group = "g", Seed = seed }.Draw(10)));
    }

    [Fact]
    public void A_rejection_can_be_asked_of_one_instance()
    {
        var machines = new Machines().Register(1, cpu: 100);
        Assert.Equal(
            new Failure(Machines.Arn(1), "RESOURCE:CPU", "needs 256, has 100"),
            Filters.Rejection(machines.Instance(1), Requests.Of(cpu: 256)));
        Assert.Null(Filters.Rejection(machines.Instance(1), Requests.Of(cpu: 100)));
    }
}
