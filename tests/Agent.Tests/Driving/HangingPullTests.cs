using System.Net;
using Docker.DotNet;
using Ecs.Agent.Docker;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Driving;

/// <summary>Pulls of which nothing comes, by a clock that the test moves.</summary>
public sealed class HangingPullTests
{
    private readonly HandClock _clock = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_as_many_pulls_that_hang_as_may_when_they_have_told_nothing_for_long_then_the_next_is_asked_for()
    {
        var asked = 0;
        var hanging = new TaskCompletionSource();
        await using var engine = await EngineDouble.AnsweringAsync(async (_, gone) =>
        {
            var number = Interlocked.Increment(ref asked);
            if (number == Limits.MaxPulls) hanging.SetResult();
            if (number <= Limits.MaxPulls) await Task.Delay(Timeout.Infinite, gone);
            return (404, """{"message":"manifest unknown"}""");
        });
        var book = new ImageBook(Path.Combine(Path.GetTempPath(), $"ecs-images-{Guid.NewGuid():N}"), NullLogger.Instance);
        var images = new Images(engine.Engine, new(null), book, _clock, NullLogger.Instance);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var pulls = Enumerable.Range(0, Limits.MaxPulls)
            .Select(number => images.PullAsync($"hangs:{number}", _ => { }, end.Token)).ToList();
        await hanging.Task.WaitAsync(AgentFixture.Patience, Ct);

        var next = images.PullAsync("next:1", _ => { }, Ct);
        _clock.PutForward(Limits.PullSilence);

        var refused = await Assert.ThrowsAsync<DockerApiException>(() => next.WaitAsync(AgentFixture.Patience, Ct));
        Assert.Equal((HttpStatusCode.NotFound, false), (refused.StatusCode, pulls.Exists(pull => pull.IsCompleted)));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(pulls));
    }

    [Fact]
    public async Task Given_a_place_whose_holder_goes_on_when_its_first_loan_were_over_then_nobody_else_has_it()
    {
        var places = new Places(1, Limits.PullSilence, _clock);
        using var held = await places.TakeAsync(Ct);
        var waiting = places.TakeAsync(Ct);

        _clock.PutForward(Limits.PullSilence / 2);
        held.Renew();
        _clock.PutForward(Limits.PullSilence / 2);
        Assert.False(waiting.IsCompleted);

        _clock.PutForward(Limits.PullSilence / 2);
        (await waiting.WaitAsync(AgentFixture.Patience, Ct)).Dispose();
    }
}
