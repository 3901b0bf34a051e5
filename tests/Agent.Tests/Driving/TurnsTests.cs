using Ecs.Agent.Docker;
using Ecs.Agent.Tasks;

namespace Ecs.Agent.Tests.Driving;

/// <summary>An engine is asked for few things at a time, by a clock that the test moves.</summary>
public sealed class TurnsTests
{
    private readonly HandClock _clock = new();
    private readonly Turns _turns;

    public TurnsTests() => _turns = new Turns(_clock);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(Step.Create), Limits.MaxCreations), InlineData(nameof(Step.Start), Limits.MaxStarts)]
    public async Task Given_as_many_as_may_when_another_comes_then_it_waits_until_one_of_them_is_done(string name, int most)
    {
        var step = Enum.Parse<Step>(name);
        var first = await Task.WhenAll(Enumerable.Range(0, most).Select(_ => _turns.TakeAsync(step, Ct)));
        var waiting = _turns.TakeAsync(step, Ct);
        Assert.False(waiting.IsCompleted);

        first[0]!.Dispose();

        Assert.NotNull(await waiting.WaitAsync(AgentFixture.Patience, Ct));
        Assert.False(_turns.TakeAsync(step, Ct).IsCompleted);
    }

    [Theory]
    [InlineData(nameof(Step.Create), Limits.MaxCreations), InlineData(nameof(Step.Start), Limits.MaxStarts)]
    public async Task Given_steps_that_hang_when_their_turns_are_over_then_others_go_on_and_their_end_gives_no_place_twice(
        string name, int most)
    {
        var step = Enum.Parse<Step>(name);
        var hanging = await Task.WhenAll(Enumerable.Range(0, most).Select(_ => _turns.TakeAsync(step, Ct)));
        var waiting = Enumerable.Range(0, most + 1).Select(_ => _turns.TakeAsync(step, Ct)).ToList();
        Assert.All(waiting, task => Assert.False(task.IsCompleted));

        _clock.PutForward(Limits.Turn);
        await Task.WhenAll(waiting.Take(most)).WaitAsync(AgentFixture.Patience, Ct);
        foreach (var turn in hanging) turn!.Dispose();

        Assert.False(waiting[^1].IsCompleted);
    }

    [Fact]
    public async Task Given_creations_that_wait_when_a_container_starts_or_stops_then_it_needs_no_turn_of_theirs()
    {
        for (var i = 0; i < Limits.MaxCreations; i++) await _turns.TakeAsync(Step.Create, Ct);

        Assert.True(_turns.TakeAsync(Step.Start, Ct).IsCompletedSuccessfully);
        Assert.Null(await _turns.TakeAsync(Step.Stop, Ct));
        Assert.Null(await _turns.TakeAsync(Step.Inspect, Ct));
    }

    [Fact]
    public async Task Given_one_that_waits_when_it_is_given_up_then_its_place_is_not_lost()
    {
        var first = new List<IDisposable?>();
        for (var i = 0; i < Limits.MaxCreations; i++) first.Add(await _turns.TakeAsync(Step.Create, Ct));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var givenUp = _turns.TakeAsync(Step.Create, end.Token);
        var next = _turns.TakeAsync(Step.Create, Ct);

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        first[0]!.Dispose();

        Assert.NotNull(await next.WaitAsync(AgentFixture.Patience, Ct));
    }
}
