using System.Text;
using Ecs.Auditor.Replaying;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;

namespace Ecs.Auditor.Tests.Replaying;

public sealed class ReplayedStateTests : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly RuledLog _ruled = RuledLog.OfADay();

    // Of a state that was not kept nothing is read.
    private readonly EventLog _log = new("Host=nowhere");

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task Given_the_state_that_a_service_has_now_when_replayed_then_it_is_compared_at_its_own_position()
    {
        var position = _ruled.Commits[^2].LastPosition;
        var digest = StateDigest.Of(Fold(position));

        var same = await ReplayAsync(new LiveState(Mark(position, digest), null));
        Assert.Equal((1, position, null), (same.Compared, same.LivePosition, same.LiveWhy));
        Assert.Empty(same.Differences);
        Assert.Equal(StateDigest.Of(_ruled.Fleet), same.Digest);
    }

    [Fact]
    public async Task Given_a_service_that_is_where_the_log_is_not_when_replayed_then_it_is_said_and_not_compared()
    {
        var beyond = await ReplayAsync(new LiveState(Mark(_ruled.Commits[^1].LastPosition + 5, "00"), null));
        var silent = await ReplayAsync(new LiveState(null, "it did not answer"));

        Assert.Equal((0, null), (beyond.Compared, beyond.LivePosition));
        Assert.Contains("behind the last that was folded", beyond.LiveWhy, StringComparison.Ordinal);
        Assert.Equal((0, "it did not answer"), (silent.Compared, silent.LiveWhy));
    }

    [Fact]
    public void Given_two_states_when_compared_then_the_first_field_that_differs_is_named()
    {
        var before = Bytes(_ruled.Fleet);
        var task = _ruled.Placed.First();
        var other = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(before).Replace("seen enough", "not seen", StringComparison.Ordinal));
        var cut = before[(Array.IndexOf(before, (byte)'\n') + 1)..];

        Assert.Null(StateDifference.First(before, _ruled.Fleet));
        var field = StateDifference.First(other, _ruled.Fleet)!;
        Assert.StartsWith("arn:aws:ecs:us-east-1:000000000000:task/default/", field.Of, StringComparison.Ordinal);
        Assert.EndsWith("stoppedReason", field.Path, StringComparison.Ordinal);
        Assert.Equal(("\"not seen\"", "\"seen enough\""), (field.Leader, field.Replayed));
        Assert.NotEqual("", task);
        var gone = StateDifference.First(cut, _ruled.Fleet)!;
        Assert.Equal(new StateField(Happenings.Cluster, "cluster", null, $"\"{Happenings.Cluster}\""), gone);
    }

    private static byte[] Bytes(FleetState state)
    {
        using var content = new MemoryStream();
        state.Write(content);
        return content.ToArray();
    }

    private static StateMark Mark(long position, string digest) =>
        new(Services.Scheduler, FleetState.Format, position, digest);

    private IEnumerable<(long Position, Contracts.Events.IEvent Data)> Events() => _ruled.Decisions
        .Where(decision => decision.Command.Key.Service is Services.Scheduler)
        .SelectMany(decision => decision.Positions.Zip(decision.Command.Events.Select(e => e.Event)));

    private FleetState Fold(long upTo) => Events().TakeWhile(e => e.Position <= upTo)
        .Aggregate(FleetState.Empty, (state, e) => state.Apply(e.Data));

    private async Task<ReplayedDigest> ReplayAsync(LiveState live)
    {
        var replayed = new ReplayedState<FleetState>(Services.Scheduler, [], live);
        foreach (var (position, data) in Events()) replayed.Apply(position, data);
        return await replayed.ResultAsync(_log, new LiveStates(null), _ruled.Commits[^1].LastPosition, Cancel);
    }
}
