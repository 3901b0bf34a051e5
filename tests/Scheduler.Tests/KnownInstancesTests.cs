using Ecs.Contracts.Commands;
using Ecs.Scheduler.Agents;

namespace Ecs.Scheduler.Tests;

public sealed class KnownInstancesTests
{
    private readonly Fleet _fleet = new();
    private readonly Clock _clock = new();
    private readonly KnownInstances _known;

    public KnownInstancesTests() => _known = new KnownInstances(_clock);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Given_a_disconnected_instance_when_its_agent_is_back_in_the_same_or_another_session_then_its_time_begins_anew(
        long session)
    {
        var arn = _fleet.Instance(session: 1);
        Look(after: 0);
        Look(after: 20);
        _fleet.When(new ObserveAgents { Silent = [arn] });
        Assert.Equal(TimeSpan.FromSeconds(30), Look(after: 10)[arn]);

        _fleet.When(Fleet.Register(1, session: session));

        Assert.True(_fleet.State.FindInstance(arn)!.AgentConnected);
        Assert.Equal(TimeSpan.Zero, Look(after: 5)[arn]);
        Assert.Equal(TimeSpan.FromSeconds(3), Look(after: 3)[arn]);
    }

    [Fact]
    public void Given_a_connected_instance_when_it_falls_silent_then_it_is_known_as_long_as_before()
    {
        var arn = _fleet.Instance();
        Look(after: 0);

        _fleet.When(new ObserveAgents { Silent = [arn] });

        Assert.Equal(TimeSpan.FromSeconds(12), Look(after: 12)[arn]);
    }

    private Dictionary<string, TimeSpan> Look(int after)
    {
        _clock.Seconds += after;
        Assert.Empty(_known.Look(_fleet.State));
        return _known.Since();
    }

    /// <summary>A double of the clock, which a test sets.</summary>
    private sealed class Clock : TimeProvider
    {
        public int Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
