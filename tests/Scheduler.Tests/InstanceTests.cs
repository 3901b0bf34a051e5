using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Scheduler.Agents;

namespace Ecs.Scheduler.Tests;

public class InstanceTests
{
    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_no_default_cluster_when_an_engine_registers_then_both_come_into_being()
    {
        _fleet.Instance();
        Assert.Equal([typeof(ClusterCreated), typeof(ContainerInstanceRegistered)], _fleet.Log.Select(e => e.GetType()));
    }

    [Fact]
    public void Given_no_such_cluster_when_an_engine_registers_then_it_is_refused()
    {
        Assert.Equal(
            ErrorTypes.ClusterNotFound, _fleet.When(Fleet.Register(1) with { Cluster = "prod" }).Error?.Type);
    }

    [Fact]
    public void Given_an_instance_when_it_registers_again_in_its_session_then_nothing_is_written()
    {
        _fleet.Instance();
        Assert.Empty(_fleet.When(Fleet.Register(1)).Events);
        Assert.Null(_fleet.Last.Error);
    }

    [Fact]
    public void Given_an_instance_when_its_agent_restarts_then_it_is_the_same_instance_in_a_new_session()
    {
        var arn = _fleet.Instance();
        Assert.Equal(arn, _fleet.Instance(session: 2));
        Assert.IsType<ContainerInstanceConnected>(_fleet.Log[^1]);
        Assert.Equal(2, _fleet.State.FindInstance(arn)!.Version);
    }

    [Fact]
    public void Given_a_newer_session_when_an_older_one_speaks_then_it_is_refused()
    {
        var arn = _fleet.Instance(session: 2);
        Assert.Equal("session", _fleet.When(Fleet.Register(1, session: 1)).Error?.Field);
        var report = new SubmitTaskStates { ContainerInstance = arn, Session = 1, Tasks = [] };
        Assert.Equal("session", _fleet.When(report).Error?.Field);
    }

    [Fact]
    public void Given_tasks_on_an_instance_when_its_engine_comes_back_smaller_then_it_is_refused_as_such()
    {
        var arn = _fleet.Instance(cpu: 1024);
        _fleet.Task(Fleet.Web(cpu: 1024));
        _fleet.When(new ObserveAgents { Silent = [arn] });
        var error = _fleet.When(Fleet.Register(1, cpu: 1023, session: 2)).Error;
        Assert.Equal((ErrorTypes.Client, "resources"), (error?.Type, error?.Field));
    }

    [Fact]
    public void Given_an_agent_that_is_heard_when_a_copy_of_its_machine_comes_with_less_then_the_copy_is_refused_for_its_session()
    {
        _fleet.Instance(cpu: 1024);
        _fleet.Task(Fleet.Web(cpu: 1024, hostPort: 8080));
        var copy = Fleet.Register(1, cpu: 1024, session: 2);
        copy = copy with { Resources = copy.Resources! with { Ports = [8080] } };

        foreach (var command in new[] { Fleet.Register(1, cpu: 1023, session: 2), copy })
        {
            var error = _fleet.When(command).Error;
            Assert.Equal((ErrorTypes.Client, "session", null), (error?.Type, error?.Field, error?.LastSession));
        }

        // In the session that is connected it is the Agent itself, whose machine has less by now.
        Assert.Equal("resources", _fleet.When(Fleet.Register(1, cpu: 1023, session: 1)).Error?.Field);
    }

    [Fact]
    public void Given_a_connected_agent_when_it_falls_silent_and_is_heard_again_then_both_are_told_once()
    {
        var arn = _fleet.Instance();
        var limit = TimeSpan.FromSeconds(10);
        Dictionary<string, TimeSpan> none = [];

        Dictionary<string, TimeSpan> justKnown = new() { [arn] = limit };
        Dictionary<string, TimeSpan> longKnown = new() { [arn] = limit + limit };
        Assert.Null(AgentSilence.Compare(_fleet.State, none, none, limit));
        Assert.Null(AgentSilence.Compare(_fleet.State, none, justKnown, limit));
        var silent = AgentSilence.Compare(_fleet.State, none, longKnown, limit);
        _fleet.When(silent!);
        Assert.False(_fleet.State.FindInstance(arn)!.AgentConnected);
        Assert.Null(AgentSilence.Compare(_fleet.State, none, longKnown, limit));

        Dictionary<string, TimeSpan> justNow = new() { [arn] = TimeSpan.Zero };
        _fleet.When(AgentSilence.Compare(_fleet.State, justNow, longKnown, limit)!);
        Assert.True(_fleet.State.FindInstance(arn)!.AgentConnected);
    }

    [Fact]
    public void Given_an_agent_that_returns_in_a_new_session_when_its_last_beat_is_old_then_it_has_its_time_to_be_heard()
    {
        var arn = _fleet.Instance();
        var limit = TimeSpan.FromSeconds(10);
        Dictionary<string, TimeSpan> longAgo = new() { [arn] = limit + limit };
        Dictionary<string, TimeSpan> justKnown = new() { [arn] = TimeSpan.FromSeconds(1) };
        Assert.Null(AgentSilence.Compare(_fleet.State, longAgo, justKnown, limit));
        Assert.NotNull(AgentSilence.Compare(_fleet.State, longAgo, longAgo, limit));
    }

    [Fact]
    public void Given_a_port_that_a_task_holds_when_its_engine_comes_back_with_it_in_use_then_it_is_refused_as_such()
    {
        var arn = _fleet.Instance();
        _fleet.Task(Fleet.Web(hostPort: 8080));
        _fleet.When(new ObserveAgents { Silent = [arn] });
        var back = Fleet.Register(1, session: 2);
        back = back with { Resources = back.Resources! with { Ports = [22, 8080] } };
        var error = _fleet.When(back).Error;
        Assert.Equal((ErrorTypes.Client, "resources.ports"), (error?.Type, error?.Field));
    }

    [Theory]
    [InlineData("instanceId")]
    [InlineData("session")]
    [InlineData("resources")]
    [InlineData("resources.cpu")]
    public void Given_a_bad_member_when_an_engine_registers_then_the_field_is_named(string field)
    {
        var good = Fleet.Register(1);
        var bad = field switch
        {
            "instanceId" => good with { InstanceId = "XYZ" },
            "session" => good with { Session = null },
            "resources" => good with { Resources = null },
            _ => good with { Resources = good.Resources! with { Cpu = 0 } },
        };
        Assert.Equal(field, _fleet.When(bad).Error?.Field);
    }
}
