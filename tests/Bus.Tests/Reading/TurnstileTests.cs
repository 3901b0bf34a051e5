using CsCheck;

namespace Ecs.Bus.Tests.Pure;

public sealed class TurnstileTests
{
    private readonly Queue<Action> _pauses = new();
    private readonly List<TimeSpan> _lengths = [];

    private Turnstile Create() => new((pause, action) =>
    {
        _lengths.Add(pause);
        _pauses.Enqueue(action);
    });

    [Fact]
    public void Given_deliveries_in_any_order_when_they_enter_then_they_begin_by_their_tags()
    {
        Gen.Shuffle(Enumerable.Range(1, 50).ToArray()).Sample(tags =>
        {
            var begun = new List<int>();
            var turnstile = new Turnstile((_, _) => { });
            foreach (var tag in tags) turnstile.Enter((ulong)tag, () => begun.Add(tag));
            return begun.SequenceEqual(Enumerable.Range(1, 50));
        });
    }

    [Fact]
    public void Given_a_pause_when_it_ends_then_the_held_and_the_new_begin_in_order()
    {
        var begun = new List<string>();
        var turnstile = Create();
        turnstile.Enter(1, () => begun.Add("1"));
        turnstile.Enter(2, () => begun.Add("2"));
        turnstile.Again(2, () => begun.Add("2 again"));
        turnstile.Again(1, () => begun.Add("1 again"));
        turnstile.Enter(3, () => begun.Add("3"));

        Assert.Equal(["1", "2"], begun);
        _pauses.Dequeue()();

        Assert.Equal(["1", "2", "1 again", "2 again", "3"], begun);
        Assert.Empty(_pauses);
    }

    [Fact]
    public void Given_faults_one_after_another_when_they_go_on_then_the_pauses_grow_to_a_limit_until_something_works()
    {
        var turnstile = Create();
        turnstile.Enter(1, () => { });
        for (var i = 0; i < 8; i++)
        {
            turnstile.Again(1, () => { });
            _pauses.Dequeue()();
        }

        turnstile.Succeed();
        turnstile.Again(1, () => { });

        Assert.Equal(Turnstile.FirstPause, _lengths[0]);
        Assert.Equal(Turnstile.LongestPause, _lengths[7]);
        Assert.Equal(Turnstile.FirstPause, _lengths[8]);
    }
}
