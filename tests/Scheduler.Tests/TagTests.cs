using CsCheck;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Tagging;
using Ecs.Rules.Queries;

namespace Ecs.Scheduler.Tests;

public class TagTests
{
    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_tags_at_creation_when_listed_then_they_are_those_of_the_cluster_by_key()
    {
        _fleet.When(new CreateCluster { ClusterName = "prod", Tags = [Tag("b", "2"), Tag("a", null)] });
        var cluster = _fleet.Result<ClusterResult>().Cluster;

        Assert.Equal([Tag("a", ""), Tag("b", "2")], cluster.Tags);
        Assert.Equal(cluster.Tags, TagsOf(cluster.ClusterArn));
    }

    [Fact]
    public void Given_a_cluster_when_tagged_and_untagged_then_only_what_changes_is_written()
    {
        _fleet.When(new CreateCluster { ClusterName = "prod", Tags = [Tag("team", "red"), Tag("keep", "1")] });
        var arn = _fleet.Result<ClusterResult>().Cluster.ClusterArn;

        _fleet.When(new TagResource { ResourceArn = arn, Tags = [Tag("team", "blue"), Tag("keep", "1")] });
        var changed = Assert.IsType<ResourceTagsChanged>(Assert.Single(_fleet.Last.Events));
        Assert.Equal([Tag("team", "blue")], changed.Put);
        Assert.Equal((arn, 2), (changed.Stream, _fleet.State.VersionOf(arn)));

        Assert.Empty(_fleet.When(new TagResource { ResourceArn = arn, Tags = [Tag("team", "blue")] }).Events);
        Assert.Empty(_fleet.When(new UntagResource { ResourceArn = arn, TagKeys = ["none"] }).Events);
        _fleet.When(new UntagResource { ResourceArn = arn, TagKeys = ["keep", "none"] });
        Assert.Equal(["keep"], Assert.IsType<ResourceTagsChanged>(Assert.Single(_fleet.Last.Events)).Taken);
        Assert.Equal([Tag("team", "blue")], TagsOf(arn));
    }

    [Fact]
    public void Given_a_task_and_an_instance_when_tagged_then_both_have_the_tags_and_a_version_more()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        foreach (var arn in (string[])[instance, task])
        {
            var before = _fleet.State.VersionOf(arn);
            Assert.Null(_fleet.When(new TagResource { ResourceArn = arn, Tags = [Tag("owner", "ann")] }).Error);
            Assert.Equal([Tag("owner", "ann")], TagsOf(arn));
            Assert.Equal(before + 1, _fleet.State.VersionOf(arn));
        }

        Assert.Equal(task, Assert.Single(_fleet.State.FindInstance(instance)!.Tasks));
    }

    [Fact]
    public void Given_tags_of_command_definition_and_house_when_a_task_is_run_then_it_has_them_all_and_the_command_wins()
    {
        _fleet.Instance();
        _fleet.DefinitionTags = [Tag("team", "red"), Tag("cost", "7")];

        _fleet.When(new RunTask
        {
            TaskDefinition = "web",
            Tags = [Tag("team", "blue")],
            PropagateTags = "TASK_DEFINITION",
            EnableECSManagedTags = true,
        });
        var task = Assert.Single(_fleet.Result<TasksResult>().Tasks);
        Assert.Equal([Tag("aws:ecs:clusterName", "default"), Tag("cost", "7"), Tag("team", "blue")], task.Tags);

        _fleet.When(new RunTask { TaskDefinition = "web", PropagateTags = "NONE" });
        Assert.Empty(Assert.Single(_fleet.Result<TasksResult>().Tasks).Tags);
    }

    [Fact]
    public void Given_a_task_that_waits_when_it_is_tagged_and_then_placed_then_it_keeps_what_it_has()
    {
        var instance = _fleet.Instance(cpu: 256);
        var first = _fleet.Task();
        _fleet.When(new RunTask { TaskDefinition = "web", WaitForCapacity = 60, Tags = [Tag("a", "1")] });
        var waits = Assert.Single(_fleet.Result<TasksResult>().Tasks).TaskArn;
        _fleet.When(new TagResource { ResourceArn = waits, Tags = [Tag("b", "2")] });

        _fleet.When(_fleet.Report(instance, first, LifecycleStatus.Stopped, 0));

        Assert.NotNull(_fleet.State.Tasks[waits].ContainerInstanceArn);
        Assert.Equal([Tag("a", "1"), Tag("b", "2")], TagsOf(waits));
    }

    [Fact]
    public void Given_what_has_ended_when_tagged_then_the_refusal_says_so_and_nothing_follows_in_its_stream()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        _fleet.When(_fleet.Report(instance, task, LifecycleStatus.Stopped, 0));
        Assert.Equal(
            "The specified task is stopped. Specify a running task and try again.", Refusal(task, "InvalidParameterException"));

        _fleet.When(new DeregisterContainerInstance { ContainerInstance = instance });
        Assert.StartsWith(
            "The specified container instance is inactive.", Refusal(instance, "InvalidParameterException"),
            StringComparison.Ordinal);

        _fleet.When(new DeleteCluster { Cluster = "default" });
        Assert.Equal(
            "The specified cluster is inactive. Specify an active cluster and try again.",
            Refusal("arn:aws:ecs:us-east-1:000000000000:cluster/default", "InvalidParameterException"));
    }

    [Fact]
    public void Given_an_agent_with_tags_when_it_joins_then_they_hold_until_the_instance_is_new_again()
    {
        _fleet.When(Fleet.Register(1) with { Tags = [Tag("rack", "a")] });
        var arn = _fleet.Result<ContainerInstanceResult>().ContainerInstance.ContainerInstanceArn;
        Assert.Equal([Tag("rack", "a")], TagsOf(arn));

        _fleet.When(Fleet.Register(1, session: 2) with { Tags = [Tag("rack", "b")] });
        Assert.Equal([Tag("rack", "a")], TagsOf(arn));

        _fleet.When(new DeregisterContainerInstance { ContainerInstance = arn });
        _fleet.When(Fleet.Register(1, session: 3) with { Tags = [Tag("rack", "c")] });
        Assert.Equal([Tag("rack", "c")], TagsOf(arn));
        Assert.Equal("tags[0].key", _fleet.When(Fleet.Register(2) with { Tags = [Tag("aws:a", "b")] }).Error?.Field);
    }

    [Theory]
    [InlineData("cluster/none", "ClusterNotFoundException")]
    [InlineData("task/default/none", "ResourceNotFoundException")]
    [InlineData("container-instance/default/none", "ResourceNotFoundException")]
    [InlineData("task-definition/web:1", "InvalidParameterException")]
    [InlineData("service/default/web", "InvalidParameterException")]
    public void Given_what_is_not_there_when_tagged_then_the_type_is_the_one_of_ecs(string path, string type)
    {
        _fleet.Instance();
        Refusal($"arn:aws:ecs:us-east-1:000000000000:{path}", type);
    }

    [Fact]
    public void Given_the_arn_of_another_account_when_tagged_then_the_refusal_names_both_accounts()
    {
        _fleet.When(new CreateCluster { ClusterName = "prod", Account = "111122223333" });
        var message = Refusal(_fleet.Result<ClusterResult>().Cluster.ClusterArn, "InvalidParameterException");
        Assert.Contains("is for 111122223333. Your accountId is 000000000000", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_fifty_tags_when_one_more_is_set_then_the_limit_is_named_and_a_known_key_still_fits()
    {
        _fleet.When(new CreateCluster { Tags = [.. Enumerable.Range(0, 50).Select(n => Tag($"key-{n}", "x"))] });
        var arn = _fleet.Result<ClusterResult>().Cluster.ClusterArn;

        var refused = _fleet.When(new TagResource { ResourceArn = arn, Tags = [Tag("one-more", "x")] });
        Assert.Equal(("LimitExceededException", "tags"), (refused.Error?.Type, refused.Error?.Field));
        Assert.Empty(refused.Events);
        Assert.Null(_fleet.When(new TagResource { ResourceArn = arn, Tags = [Tag("key-7", "y")] }).Error);
    }

    public static TheoryData<Tag[], string> BadTags() => new()
    {
        { [Tag(null, "x")], "tags[0].key" },
        { [Tag("", "x")], "tags[0].key" },
        { [Tag(new string('k', 129), "x")], "tags[0].key" },
        { [Tag("a", new string('v', 257))], "tags[0].value" },
        { [Tag("aws:mine", "x")], "tags[0].key" },
        { [Tag("AWS:mine", "x")], "tags[0].key" },
        { [Tag("a", "1"), Tag("a", "2")], "tags[1].key" },
        { [Tag("a#b", "1")], "tags[0].key" },
        { [Tag("a", "line\nfeed")], "tags[0].value" },
        { [.. Enumerable.Range(0, 51).Select(n => Tag($"{n}", ""))], "tags" },
    };

    [Theory, MemberData(nameof(BadTags))]
    public void Given_tags_that_break_a_rule_when_a_cluster_is_made_or_a_task_run_then_the_member_is_named(
        Tag[] tags, string field)
    {
        _fleet.Instance();
        foreach (var command in (Command[])
            [new CreateCluster { ClusterName = "c", Tags = tags }, new RunTask { TaskDefinition = "web", Tags = tags }])
        {
            var error = _fleet.When(command).Error;
            Assert.Equal(("InvalidParameterException", field), (error?.Type, error?.Field));
        }
    }

    [Theory]
    [InlineData("Kostenstelle Süd", "4711+a=b.c_d:e/f@g-h")]
    [InlineData("名前", "値")]
    public void Given_letters_of_any_script_when_tagged_then_they_are_taken(string key, string value)
    {
        _fleet.When(new CreateCluster { Tags = [Tag(key, value), Tag(new string('k', 128), new string('v', 256))] });
        Assert.Null(_fleet.Last.Error);
    }

    [Fact]
    public void Whatever_is_set_and_taken_a_resource_has_what_a_plain_map_has() => Gen.Select(
        Gen.Bool, Gen.Int[0, 5], Gen.Int[0, 3]).Array[0, 30].Sample(steps =>
    {
        var fleet = new Fleet();
        fleet.When(new CreateCluster());
        var arn = fleet.Result<ClusterResult>().Cluster.ClusterArn;
        var plain = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (isSet, key, value) in steps)
        {
            var before = plain.ToList();
            if (isSet) plain[$"k{key}"] = $"v{value}";
            else plain.Remove($"k{key}");
            fleet.When(isSet
                ? new TagResource { ResourceArn = arn, Tags = [Tag($"k{key}", $"v{value}")] }
                : new UntagResource { ResourceArn = arn, TagKeys = [$"k{key}"] });
            Assert.Equal(before.SequenceEqual(plain) ? 0 : 1, fleet.Last.Events.Count);
        }

        Assert.Equal(plain.Select(pair => Tag(pair.Key, pair.Value)), fleet.State.Clusters[arn].Tags);
    });

    [Fact]
    public void Given_no_include_when_described_then_tags_are_left_out_and_an_unknown_word_is_refused()
    {
        _fleet.When(new CreateCluster { Tags = [Tag("a", "1")] });

        Assert.Empty(Clusters(null).Tags);
        Assert.Equal([Tag("a", "1")], Clusters(["TAGS"]).Tags);
        var wrong = FleetQueries.Answer(_fleet.State, new DescribeClusters { Include = ["TAGS", "ALL"] });
        Assert.Equal(("InvalidParameterException", "include"), (wrong.Error?.Type, wrong.Error?.Field));
    }

    private ClusterDescription Clusters(string[]? include) => Assert.Single(
        Assert.IsType<DescribeClustersResult>(
            FleetQueries.Answer(_fleet.State, new DescribeClusters { Include = include }).Result).Clusters);

    private IReadOnlyList<Tag> TagsOf(string arn) => Assert.IsType<TagsResult>(
        FleetQueries.Answer(_fleet.State, new ListTagsForResource { ResourceArn = arn }).Result).Tags;

    private string Refusal(string arn, string type)
    {
        var before = _fleet.Log.Count;
        var set = _fleet.When(new TagResource { ResourceArn = arn, Tags = [Tag("a", "1")] }).Error;
        var taken = _fleet.When(new UntagResource { ResourceArn = arn, TagKeys = ["a"] }).Error;
        Assert.Equal((type, type), (set?.Type, taken?.Type));
        Assert.Equal(before, _fleet.Log.Count);
        return set!.Message;
    }

    private static Tag Tag(string? key, string? value) => new() { Key = key, Value = value };
}
