using CsCheck;
using Ecs.Contracts.Events;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Scheduler.Tests.Snapshots;

namespace Ecs.Scheduler.Tests;

/// <summary>Whoever folds alone may change in place what the state is made of: nobody else sees it.</summary>
public class OpenStateTests
{
    [Fact]
    public void An_open_state_becomes_what_the_closed_one_becomes_at_any_cut() =>
        Gen.Select(FleetHistory.Any, Gen.Int[0, 100]).Sample((history, percent) =>
        {
            var log = FleetHistory.Play(history).Log;
            var cut = log.Count * percent / 100;

            var once = Fold(FleetState.Empty.Open(), log.Take(cut)).Close();
            var twice = Fold(once.Open(), log.Skip(cut)).Close();

            Assert.Equal(StateText.Of(Fold(FleetState.Empty, log)), StateText.Of(twice));
        });

    [Fact]
    public void A_state_that_was_opened_or_closed_never_changes_again() =>
        Gen.Select(FleetHistory.Any, Gen.Int[0, 100], Gen.Int[0, 100]).Sample((history, first, second) =>
        {
            var log = FleetHistory.Play(history).Log;
            var (cut, end) = (log.Count * Math.Min(first, second) / 100, log.Count * Math.Max(first, second) / 100);
            var opened = Fold(FleetState.Empty, log.Take(cut));
            var before = StateText.Of(opened);
            var open = Fold(opened.Open(), log.Skip(cut).Take(end - cut));
            var closed = open.Close();
            var then = StateText.Of(closed);

            _ = Fold(closed.Open(), log.Skip(end));
            _ = Fold(closed, log.Skip(end));

            Assert.Equal(before, StateText.Of(opened));
            Assert.Equal(then, StateText.Of(closed));
        });

    private static FleetState Fold(FleetState state, IEnumerable<IEvent> events) =>
        events.Aggregate(state, (folded, e) => folded.Apply(e));
}
