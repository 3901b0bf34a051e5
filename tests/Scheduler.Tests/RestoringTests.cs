using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Rules.Clusters;

namespace Ecs.Scheduler.Tests;

public class RestoringTests
{
    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_clusters_when_the_log_was_restored_then_each_that_is_there_is_told_from_where_it_goes_on()
    {
        _fleet.When(new CreateCluster { ClusterName = "one" });
        _fleet.When(new CreateCluster { ClusterName = "two" });
        _fleet.When(new CreateCluster { ClusterName = "gone" });
        _fleet.When(new DeleteCluster { Cluster = "gone" });

        _fleet.When(Restored());

        Assert.Equal(
            ["one", "two"],
            _fleet.Last.Events.Cast<ClusterRestored>().Select(e => _fleet.State.Clusters[e.ClusterArn].Name));
        Assert.All(_fleet.Last.Events.Cast<ClusterRestored>(), e => Assert.Equal((7, 1_000), (e.Position, e.From)));
        Assert.Equal(
            [null, 1_000, 1_000], _fleet.State.Clusters.Values.OrderBy(c => c.Name).Select(c => c.RestoredFrom));
    }

    [Fact]
    public void Given_a_task_with_a_place_when_the_log_was_restored_then_it_may_have_run_and_later_ones_have_not()
    {
        var instance = _fleet.Instance();
        var (placed, ended) = (_fleet.Task(), _fleet.Task());
        _fleet.When(_fleet.Report(instance, ended, LifecycleStatus.Stopped, 0));

        _fleet.When(Restored());

        Assert.True(_fleet.State.Tasks[placed].MayHaveRun);
        Assert.False(_fleet.State.Tasks[ended].MayHaveRun);
        var later = _fleet.Task();
        Assert.False(_fleet.State.Tasks[later].MayHaveRun);
    }

    [Fact]
    public void Given_a_task_that_waits_for_room_when_the_log_was_restored_then_it_ends_and_says_why()
    {
        _fleet.Instance(cpu: 256);
        _fleet.Task();
        _fleet.When(new RunTask { TaskDefinition = "web", WaitForCapacity = 600 });
        var waits = Assert.Single(_fleet.Result<TasksResult>().Tasks).TaskArn;

        _fleet.When(Restored());

        var task = _fleet.State.Tasks[waits];
        Assert.Equal(
            (LifecycleStatus.Stopped, StopCode.TaskFailedToStart, RestoreDecisions.WaitedReason),
            (task.LastStatus, task.StopCode, task.StoppedReason));
        Assert.True(_fleet.State.Waiting.IsEmpty);
        Assert.Equal(new ObserveRestoreResult(1, 1), _fleet.Result<ObserveRestoreResult>());
    }

    [Fact]
    public void Given_a_restore_that_goes_on_where_it_was_when_told_then_it_is_refused_and_names_the_rule()
    {
        _fleet.When(Restored() with { From = 7 });

        Assert.Equal("from", _fleet.Last.Error!.Field);
        Assert.Empty(_fleet.Last.Events);
    }

    private static ObserveRestore Restored() =>
        new() { Position = 7, Hash = "a hash", LogTime = Fleet.Noon, From = 1_000 };
}
