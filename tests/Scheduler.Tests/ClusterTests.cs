using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;

namespace Ecs.Scheduler.Tests;

public class ClusterTests
{
    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_nothing_when_a_cluster_is_created_then_it_is_empty_and_has_an_arn()
    {
        _fleet.When(new CreateCluster { ClusterName = "prod", Region = "eu-west-1", Account = "111122223333" });

        var cluster = _fleet.Result<ClusterResult>().Cluster;
        Assert.Equal("arn:aws:ecs:eu-west-1:111122223333:cluster/prod", cluster.ClusterArn);
        Assert.Equal("ACTIVE", cluster.Status);
        Assert.Equal(0, cluster.RegisteredContainerInstancesCount + cluster.RunningTasksCount + cluster.PendingTasksCount);
    }

    [Fact]
    public void Given_no_name_when_a_cluster_is_created_then_it_is_default()
    {
        _fleet.When(new CreateCluster());
        Assert.Equal("default", _fleet.Result<ClusterResult>().Cluster.ClusterName);
    }

    [Fact]
    public void Given_a_cluster_when_it_is_created_again_then_it_is_answered_and_nothing_is_written()
    {
        _fleet.When(new CreateCluster { ClusterName = "prod" });
        Assert.Empty(_fleet.When(new CreateCluster { ClusterName = "prod" }).Events);
        Assert.Equal("prod", _fleet.Result<ClusterResult>().Cluster.ClusterName);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("ü")]
    public void Given_a_bad_name_when_a_cluster_is_created_then_the_field_is_named(string name)
    {
        var error = _fleet.When(new CreateCluster { ClusterName = name }).Error;
        Assert.Equal((ErrorTypes.InvalidParameter, "clusterName"), (error?.Type, error?.Field));
    }

    [Fact]
    public void Given_a_cluster_with_an_instance_when_it_is_deleted_then_it_is_refused()
    {
        _fleet.Instance();
        Assert.Equal(
            ErrorTypes.ClusterContainsContainerInstances,
            _fleet.When(new DeleteCluster { Cluster = "default" }).Error?.Type);
    }

    [Fact]
    public void Given_a_deleted_cluster_when_it_is_created_again_then_its_stream_goes_on()
    {
        _fleet.When(new CreateCluster { ClusterName = "prod" });
        _fleet.When(new DeleteCluster { Cluster = "prod" });
        Assert.Equal("INACTIVE", _fleet.Result<ClusterResult>().Cluster.Status);
        Assert.Equal(
            ErrorTypes.ClusterNotFound, _fleet.When(new DeleteCluster { Cluster = "prod" }).Error?.Type);

        var created = Assert.IsType<ClusterCreated>(
            Assert.Single(_fleet.When(new CreateCluster { ClusterName = "prod" }).Events));
        Assert.Equal(3, _fleet.State.VersionOf(created.Stream));
    }

    [Fact]
    public void Given_a_cluster_of_another_account_when_it_is_named_by_arn_then_it_is_not_found()
    {
        _fleet.When(new CreateCluster { ClusterName = "prod", Account = "111122223333" });
        var arn = _fleet.Result<ClusterResult>().Cluster.ClusterArn;
        Assert.Equal(ErrorTypes.ClusterNotFound, _fleet.When(new DeleteCluster { Cluster = arn }).Error?.Type);
    }
}
