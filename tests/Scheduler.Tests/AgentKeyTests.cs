using CsCheck;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;
using Ecs.Scheduler.Agents;

namespace Ecs.Scheduler.Tests;

public class AgentKeyTests
{
    private const string Own = "SHA256:own";
    private const string Other = "SHA256:other";

    private readonly Fleet _fleet = new();

    private string Join(string? key, long session = 1)
    {
        _fleet.When(Fleet.Register(1, session: session) with { SignedBy = key });
        Assert.Null(_fleet.Last.Error);
        return _fleet.Result<ContainerInstanceResult>().ContainerInstance.ContainerInstanceArn;
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Other)]
    public void Given_an_instance_with_a_key_when_another_speaks_for_it_then_it_is_refused_and_told_what_to_do(string? key)
    {
        var arn = Join(Own);
        var task = _fleet.Task();
        var report = _fleet.Report(arn, task, LifecycleStatus.Running) with { SignedBy = key };

        foreach (AgentCommand command in new AgentCommand[] { report, Fleet.Register(1, session: 2) })
        {
            var decision = _fleet.When(command with { SignedBy = key });
            Assert.Empty(decision.Events);
            Assert.Equal("signature", decision.Error?.Field);
            Assert.Contains("ecs deregister-container-instance", decision.Error!.Message, StringComparison.Ordinal);
            Assert.Contains("--force --cluster default", decision.Error.Message, StringComparison.Ordinal);
            Assert.Contains("ECS_INSTANCE_ID", decision.Error.Message, StringComparison.Ordinal);
        }

        Assert.IsType<TaskRunning>(Assert.Single(_fleet.When(report with { SignedBy = Own }).Events));
    }

    [Fact]
    public void Given_an_agent_of_before_keys_then_it_is_heard_as_ever_and_its_upgrade_brings_the_key()
    {
        var arn = Join(null);
        var task = _fleet.Task();
        Assert.Null(_fleet.When(_fleet.Report(arn, task, LifecycleStatus.Running)).Error);

        // In the same session too: so it is where the Scheduler is upgraded after the Agent.
        Join(Own);
        Assert.Equal(Own, _fleet.State.FindInstance(arn)!.Profile.Key);
        Assert.NotNull(_fleet.When(_fleet.Report(arn, task, LifecycleStatus.Stopped)).Error);
        Join(Own);
        Assert.Empty(_fleet.Last.Events);
    }

    [Fact]
    public void Given_a_key_when_a_scheduler_of_before_keys_writes_a_connection_then_the_instance_keeps_it()
    {
        var arn = Join(Own);
        var profile = _fleet.State.FindInstance(arn)!.Profile with { Key = null, Session = 7 };
        var after = _fleet.State.Apply(
            new ContainerInstanceConnected { ContainerInstanceArn = arn, Profile = profile, At = Fleet.Noon });
        Assert.Equal((Own, 7), (after.FindInstance(arn)!.Profile.Key, after.FindInstance(arn)!.Profile.Session));
    }

    [Fact]
    public void Given_a_lost_key_when_the_instance_is_deregistered_by_force_then_it_joins_anew_and_old_tasks_must_stop()
    {
        var arn = Join(Own, session: 5);
        var task = _fleet.Task();
        Assert.Equal("signature", _fleet.When(Fleet.Register(1, session: 3) with { SignedBy = Other }).Error?.Field);

        _fleet.When(new DeregisterContainerInstance { ContainerInstance = arn, Force = true });
        Assert.NotNull(_fleet.When(Fleet.Register(1, session: 5) with { SignedBy = Own }).Error);
        Assert.Equal(arn, Join(Other, session: 3));

        var seen = _fleet.Report(arn, task, LifecycleStatus.Running) with { SignedBy = Other };
        _fleet.When(seen);
        Assert.Equal([task], _fleet.Result<SubmitTaskStatesResult>().Stop);
        Assert.Equal("signature", _fleet.When(seen with { SignedBy = Own }).Error?.Field);
    }

    [Theory]
    [InlineData(Own, 5, 3, true)]
    [InlineData(Own, 6, 1, true)] // The Agent's next start, which is not registered yet.
    [InlineData(Own, 5, 2, false)] // Heard before, and sent again.
    [InlineData(Own, 4, 9, false)]
    [InlineData(Other, 5, 3, false)]
    [InlineData(Other, 9, 9, false)]
    [InlineData(null, 5, 3, false)]
    public void Given_an_instance_with_a_key_then_only_its_own_next_heartbeat_is_a_sign_of_life(
        string? key, long session, long number, bool isOne)
    {
        var arn = Join(Own, session: 5);
        var beat = new Heartbeat { ContainerInstanceArn = arn, Session = session, Number = number, SignedBy = key };

        Assert.Equal(isOne, HeartbeatWatch.IsSignOfLife(_fleet.State, beat, (5, 2)));
        Assert.False(HeartbeatWatch.IsSignOfLife(_fleet.State, beat with { ContainerInstanceArn = arn + "0" }, (5, 2)));
    }

    [Fact]
    public void Given_an_agent_that_lost_its_session_when_it_joins_then_it_is_told_the_one_that_is_known()
    {
        Join(Own, session: 1_000);
        Assert.Equal(1_000, _fleet.When(Fleet.Register(1, session: 3) with { SignedBy = Own }).Error?.LastSession);
        Assert.Null(_fleet.When(Fleet.Register(1, session: 3) with { SignedBy = Other }).Error?.LastSession);
        var arn = Join(Own, session: 1_001);

        // Deregistered, an older one is told so too; the one that was there joins only when it is started anew.
        _fleet.When(new DeregisterContainerInstance { ContainerInstance = arn, Force = true });
        Assert.Equal(1_001, _fleet.When(Fleet.Register(1, session: 3) with { SignedBy = Own }).Error?.LastSession);
        Assert.Null(_fleet.When(Fleet.Register(1, session: 1_001) with { SignedBy = Own }).Error!.LastSession);
        Join(Own, session: 1_002);
    }

    [Fact]
    public void Given_instances_with_keys_when_kept_and_read_then_the_keys_are_there() =>
        Gen.String[0, 60].Null().Sample(key =>
        {
            var fleet = new Fleet();
            fleet.When(Fleet.Register(1) with { SignedBy = key });
            using var kept = new MemoryStream();
            fleet.State.Write(kept);
            var read = FleetState.Read(kept.ToArray());
            Assert.Equal(key, Assert.Single(read.Instances).Profile.Key);
            Assert.Equal(StateDigest.Of(fleet.State), StateDigest.Of(read));
        });
}
