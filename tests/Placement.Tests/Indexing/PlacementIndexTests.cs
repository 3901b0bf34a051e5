using Ecs.Placement.Indexing;
using Ecs.Placement.Scanning;

namespace Ecs.Placement.Tests.Indexing;

public class PlacementIndexTests
{
    [Fact]
    public void Without_instances_there_is_no_place() =>
        Assert.Null(new PlacementIndex().Choose(new Machines().Now, Requests.Of(strategies: "random")));

    [Fact]
    public void No_more_views_are_kept_than_the_limit_and_those_that_went_answer_again()
    {
        var machines = new Machines().Register(1).Register(2);
        var index = new PlacementIndex();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < PlacementIndex.MaxViews + 10; i++)
            {
                var request = Requests.Of(group: $"group-{i}", strategies: "spread:instanceId");
                Assert.Equal(round == 0 ? Machines.Arn(1) : Machines.Arn(2), index.Choose(machines.Now, request)!.Instance.Arn);
                machines.Place(Machines.Arn(1), new() { Cpu = 0, Memory = 0 }, request.Group);
                Assert.InRange(index.Views, 1, PlacementIndex.MaxViews);
            }
        }
    }

    [Fact]
    public void A_request_that_comes_when_all_views_are_taken_is_answered_before_and_after_it_gets_one()
    {
        var machines = new Machines().Register(1).Register(2);
        var index = new PlacementIndex();
        for (var i = 0; i < PlacementIndex.MaxViews + PlacementIndex.KeptUnused + 10; i++)
        {
            var group = $"group-{Math.Min(i, PlacementIndex.MaxViews)}";
            var request = Requests.Of(group: group, strategies: "spread:instanceId");
            var place = index.Choose(machines.Now, request)!;
            Assert.Equal(Scan.Choose(machines.Now, request)!.Instance.Arn, place.Instance.Arn);
            machines.Place(place.Instance.Arn, new() { Cpu = 0, Memory = 0 }, group);
        }

        Assert.Equal(PlacementIndex.MaxViews, index.Views);
    }

    [Fact]
    public void Requests_that_differ_in_cpu_memory_and_seed_alone_share_a_view()
    {
        var machines = new Machines().Register(1, cpu: 300).Register(2);
        var index = new PlacementIndex();
        Assert.Equal(Machines.Arn(1), index.Choose(machines.Now, Requests.Of(cpu: 300))!.Instance.Arn);
        Assert.Equal(Machines.Arn(2), index.Choose(machines.Now, Requests.Of(cpu: 301, seed: "other"))!.Instance.Arn);
        Assert.Equal(1, index.Views);
    }

    [Fact]
    public void A_value_that_grows_beyond_what_it_was_taken_for_is_counted_right()
    {
        var machines = new Machines();
        var index = new PlacementIndex();
        var request = Requests.Of(cpu: 1, memory: 1, strategies: ["spread:attribute:ecs.availability-zone", "binpack:cpu"]);
        for (var i = 0; i < 4 * SharedValue.MaxSmall; i++)
        {
            machines.Register(i, cpu: 100 + i, zone: i % 3 == 0 ? "a" : "b");
            var place = index.Choose(machines.Now, request)!;
            Assert.Equivalent(Scan.Choose(machines.Now, request), place, strict: true);
            machines.Place(place.Instance.Arn, request.Needs, request.Group);
        }
    }

    [Fact]
    public void Two_clusters_with_the_same_instances_are_kept_apart()
    {
        var (one, other, index) = (new Machines().Register(1), new Machines().Register(2), new PlacementIndex());
        Assert.Equal(Machines.Arn(1), index.Choose(one.Now, Requests.Of())!.Instance.Arn);
        Assert.Equal(Machines.Arn(2), index.Choose(other.Now with { Arn = "another" }, Requests.Of())!.Instance.Arn);
        Assert.Equal(2, index.Views);
    }
}
