using System.Collections.Concurrent;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Bus;
using RabbitMQ.Client;

namespace Ecs.Bus.Tests.Agents;

public sealed class HeartbeatTests(Broker broker)
{
    private static Task SendAsync(House house, long session) => house.Get<IHeartbeats>().SendAsync(
        new Heartbeat { ContainerInstanceArn = "arn", Session = session }, default);

    [Fact]
    public async Task Given_two_listeners_when_a_heartbeat_is_sent_then_both_hear_it()
    {
        await using var house = await House.StartAsync(broker);
        var heard = new ConcurrentQueue<string>();
        var heartbeats = house.Get<IHeartbeats>();
        await using var one = await heartbeats.ListenAsync(beat => heard.Enqueue($"one {beat.Session}"), default);
        await using var two = await heartbeats.ListenAsync(beat => heard.Enqueue($"two {beat.Session}"), default);

        await BeatUntilAsync(house, 5, () => heard.Distinct().Count() == 2);
        Assert.Equal(["one 5", "two 5"], heard.Distinct().Order());
    }

    [Fact]
    public async Task Given_a_listener_that_is_stuck_when_heartbeats_wait_then_they_expire_and_are_no_dead_letters()
    {
        await using var house = await House.StartAsync(broker);
        var heard = new ConcurrentQueue<long>();
        using var stuck = new ManualResetEventSlim();
        await using var listening = await house.Get<IHeartbeats>().ListenAsync(beat =>
        {
            heard.Enqueue(beat.Session);
            stuck.Wait(House.Deadline);
        }, default);
        await BeatUntilAsync(house, 1, () => heard.Count == 1);

        await SendAsync(house, 2);
        await Task.Delay(IHeartbeats.TimeToLive * 1.5);
        stuck.Set();

        await BeatUntilAsync(house, 3, () => heard.Contains(3));
        Assert.Equal([1, 3], heard.Distinct());
        Assert.Empty(await house.DeadLetters.ListAsync(default));
    }

    [Fact]
    public async Task Given_garbage_and_a_listeners_bug_when_heard_then_both_are_set_aside_and_the_next_is_heard()
    {
        await using var house = await House.StartAsync(broker);
        var heard = new ConcurrentQueue<long>();
        await using var listening = await house.Get<IHeartbeats>().ListenAsync(beat =>
        {
            if (beat.Session == 2) throw new InvalidOperationException("a bug");
            heard.Enqueue(beat.Session);
        }, default);

        await UntilAsync(() => house.Outsider.PublishAsync(Exchanges.Heartbeats, "[1]"), () => IsAsideAsync("not a heartbeat"));
        await UntilAsync(() => SendAsync(house, 2), () => IsAsideAsync("the handler failed: InvalidOperationException: a bug"));
        await BeatUntilAsync(house, 3, () => !heard.IsEmpty);
        Assert.Equal([3], heard.Distinct());

        async Task<bool> IsAsideAsync(string why) => (await house.DeadLetters.ListAsync(default))
            .Any(letter => letter.Reason.StartsWith(why, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_heartbeat_when_published_then_its_exchange_keeps_nothing_for_later_listeners()
    {
        await using var house = await House.StartAsync(broker);
        await SendAsync(house, 1);
        var heard = new ConcurrentQueue<long>();
        await using var late = await house.Get<IHeartbeats>().ListenAsync(b => heard.Enqueue(b.Session), default);

        await BeatUntilAsync(house, 2, () => !heard.IsEmpty);
        Assert.Equal([2], heard.Distinct());
    }

    private static Task BeatUntilAsync(House house, long session, Func<bool> holds) =>
        UntilAsync(() => SendAsync(house, session), () => Task.FromResult(holds()));

    // Again and again, as Agents do: one that the broker does not take or give in its time is dropped.
    private static Task UntilAsync(Func<Task> send, Func<Task<bool>> holds) => House.Until(async () =>
    {
        await send();
        return await holds();
    });
}
