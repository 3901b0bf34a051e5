using Ecs.Agent.Tests.Driving;
using Ecs.Contracts.Agents;
using Ecs.Scheduler.Agents;

namespace Ecs.Scheduler.Tests;

/// <summary>A Scheduler that hears its Agents, by a clock that the test moves.</summary>
public sealed class HeartbeatWatchTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Fleet _fleet = new();
    private readonly HandClock _clock = new();
    private readonly HeartbeatWatch _watch;
    private readonly string _arn;

    public HeartbeatWatchTests()
    {
        _watch = new HeartbeatWatch(null!, Silence, _clock);
        _arn = _fleet.Instance(session: 1);
        for (var second = 0; second < 15; second++)
        {
            _watch.Hear(_fleet.State, new Heartbeat { ContainerInstanceArn = _arn, Session = 1 });
            Assert.Null(_watch.Look(_fleet.State));
            _clock.PutForward(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Given_a_scheduler_that_stood_still_when_it_looks_before_it_reads_a_heartbeat_then_its_silence_is_not_its_agents()
    {
        _clock.PutForward(TimeSpan.FromSeconds(12));

        Assert.Null(_watch.Look(_fleet.State));
    }

    [Fact]
    public void Given_a_scheduler_that_stood_still_when_an_agent_stays_silent_then_it_counts_as_such_after_its_whole_time()
    {
        _clock.PutForward(TimeSpan.FromSeconds(12));
        for (var second = 0; second <= Silence.TotalSeconds; second++)
        {
            Assert.Null(_watch.Look(_fleet.State));
            _clock.PutForward(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([_arn], _watch.Look(_fleet.State)!.Silent);
    }

    [Fact]
    public void Given_a_scheduler_that_was_awake_when_an_agent_falls_silent_then_it_counts_as_such_after_its_time()
    {
        for (var second = 1; second < Silence.TotalSeconds; second++)
        {
            Assert.Null(_watch.Look(_fleet.State));
            _clock.PutForward(TimeSpan.FromSeconds(1));
        }

        Assert.Null(_watch.Look(_fleet.State));
        _clock.PutForward(TimeSpan.FromSeconds(1));
        Assert.Equal([_arn], _watch.Look(_fleet.State)!.Silent);
    }
}
