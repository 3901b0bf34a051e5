using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Rules.Queries;

namespace Ecs.Scheduler.Tests;

public class ClusterSettingTests
{
    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_nothing_said_when_a_cluster_is_made_then_insights_are_off_and_only_shown_where_asked_for()
    {
        _fleet.When(new CreateCluster());
        Assert.Equal([Insights("disabled")], _fleet.Result<ClusterResult>().Cluster.Settings);

        var plain = Shown();
        Assert.Empty(plain.Settings);
        Assert.Empty(plain.Statistics);
        Assert.Null(plain.Attachments);
        var all = Shown("SETTINGS", "STATISTICS", "CONFIGURATIONS", "ATTACHMENTS", "TAGS");
        Assert.Equal([Insights("disabled")], all.Settings);
        Assert.Empty(all.Attachments!);
        Assert.Null(all.Configuration);
    }

    [Fact]
    public void Given_settings_and_configuration_when_changed_then_what_is_not_given_stays()
    {
        var first = Configuration("DEFAULT");
        _fleet.When(new CreateCluster { Settings = [Insights("enabled")], Configuration = first });
        Assert.Equal(first, _fleet.Result<ClusterResult>().Cluster.Configuration);

        _fleet.When(new UpdateCluster { Cluster = "default", Configuration = Configuration("NONE") });
        var updated = Assert.IsType<ClusterUpdated>(Assert.Single(_fleet.Last.Events));
        Assert.Null(updated.Settings);
        var shown = Shown("SETTINGS", "CONFIGURATIONS");
        Assert.Equal([Insights("enabled")], shown.Settings);
        Assert.Equal(Configuration("NONE"), shown.Configuration);

        _fleet.When(new UpdateClusterSettings { Cluster = "default", Settings = [Insights("enhanced")] });
        Assert.Null(Assert.IsType<ClusterUpdated>(Assert.Single(_fleet.Last.Events)).Configuration);
        Assert.Empty(_fleet.When(new UpdateClusterSettings { Cluster = "default", Settings = [Insights("enhanced")] }).Events);
        Assert.Equal(3, _fleet.State.VersionOf(updated.Stream));
    }

    [Fact]
    public void Given_a_deleted_cluster_when_made_again_then_it_has_nothing_of_before()
    {
        _fleet.When(new CreateCluster { Settings = [Insights("enabled")], Configuration = Configuration("NONE") });
        _fleet.When(new DeleteCluster { Cluster = "default" });
        _fleet.When(new CreateCluster());

        var cluster = _fleet.Result<ClusterResult>().Cluster;
        Assert.Equal([Insights("disabled")], cluster.Settings);
        Assert.Null(cluster.Configuration);
    }

    [Fact]
    public void Given_tasks_of_both_launch_types_when_counted_then_each_counts_for_its_own()
    {
        var instance = _fleet.Instance();
        var task = _fleet.Task();
        _fleet.When(new RunTask { TaskDefinition = "web", LaunchType = "EXTERNAL" });
        Assert.Equal("EXTERNAL", Assert.Single(_fleet.Result<TasksResult>().Tasks).LaunchType);
        _fleet.When(_fleet.Report(instance, task, LifecycleStatus.Running));

        var counts = Shown("STATISTICS").Statistics.ToDictionary(one => one.Name, one => one.Value);
        Assert.Equal(("1", "0"), (counts["runningEC2TasksCount"], counts["pendingEC2TasksCount"]));
        Assert.Equal(("0", "1"), (counts["runningExternalTasksCount"], counts["pendingExternalTasksCount"]));
        Assert.Equal(12, counts.Count);
    }

    public static TheoryData<Command, string> Wrong() => new()
    {
        { new CreateCluster { Settings = [new NameValue("other", "enabled")] }, "settings[0].name" },
        { new CreateCluster { Settings = [new NameValue("containerInsights", "on")] }, "settings[0].value" },
        { new CreateCluster { Configuration = Configuration("ALL") }, "configuration.executeCommandConfiguration.logging" },
        { new CreateCluster { Configuration = Configuration("OVERRIDE") }, "configuration.executeCommandConfiguration.logConfiguration" },
        { new UpdateCluster { Settings = [] }, "cluster" },
        { new UpdateClusterSettings { Cluster = "default" }, "settings" },
        { new PutClusterCapacityProviders { Cluster = "default" }, "capacityProviders" },
        { new PutClusterCapacityProviders { Cluster = "default", CapacityProviders = [] }, "defaultCapacityProviderStrategy" },
        {
            new PutClusterCapacityProviders { Cluster = "default", CapacityProviders = ["FARGATE"], DefaultCapacityProviderStrategy = [] },
            "capacityProviders"
        },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void Given_what_a_cluster_cannot_have_when_asked_for_then_the_member_is_named(Command command, string field)
    {
        _fleet.When(new CreateCluster());
        var refused = _fleet.When(command is CreateCluster create ? create with { ClusterName = "other" } : command);
        Assert.Equal(("InvalidParameterException", field), (refused.Error?.Type, refused.Error?.Field));
        Assert.Empty(refused.Events);
    }

    [Fact]
    public void Given_no_capacity_providers_when_put_then_the_cluster_is_answered_as_it_is()
    {
        _fleet.When(new CreateCluster());
        var put = _fleet.When(new PutClusterCapacityProviders
        {
            Cluster = "default",
            CapacityProviders = [],
            DefaultCapacityProviderStrategy = [],
        });
        Assert.Null(put.Error);
        Assert.Empty(_fleet.Result<ClusterResult>().Cluster.CapacityProviders);
    }

    private ClusterDescription Shown(params string[] include) => Assert.Single(
        Assert.IsType<DescribeClustersResult>(
            FleetQueries.Answer(_fleet.State, new DescribeClusters { Include = include }).Result).Clusters);

    private static NameValue Insights(string value) => new("containerInsights", value);

    private static ClusterConfiguration Configuration(string logging) =>
        new() { ExecuteCommandConfiguration = new ExecuteCommandConfiguration { Logging = logging } };
}
