using System.Collections.Concurrent;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Bus;
using RabbitMQ.Client;

namespace Ecs.Bus.Tests.Agents;

public sealed class HeartbeatTests(Broker broker)
{
    private static Heartbeat Beat(long session) => new() { ContainerInstanceArn = "arn", Session = session };

    [Fact]
    public async Task Given_two_listeners_when_a_heartbeat_is_sent_then_both_hear_it()
    {
        await using var house = await House.StartAsync(broker);
        var heard = new ConcurrentQueue<string>();
        var heartbeats = house.Get<IHeartbeats>();
        await using var one = await heartbeats.ListenAsync(beat => heard.Enqueue($"one {beat.Session}"), default);
        await using var two = await heartbeats.ListenAsync(beat => heard.Enqueue($"two {beat.Session}"), default);

        await house.Get<IHeartbeats>().SendAsync(Beat(5), default);

        await House.Until(() => heard.Count == 2);
        Assert.Equal(["one 5", "two 5"], heard.Order());
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
        await house.Get<IHeartbeats>().SendAsync(Beat(1), default);
        await House.Until(() => heard.Count == 1);

        await house.Get<IHeartbeats>().SendAsync(Beat(2), default);
        await Task.Delay(IHeartbeats.TimeToLive * 1.5);
        stuck.Set();
        await house.Get<IHeartbeats>().SendAsync(Beat(3), default);

        await House.Until(() => heard.Contains(3));
        Assert.Equal([1, 3], heard);
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

        await house.Outsider.PublishAsync(Exchanges.Heartbeats, "[1]");
        await house.Get<IHeartbeats>().SendAsync(Beat(2), default);
        await house.Get<IHeartbeats>().SendAsync(Beat(3), default);

        await House.Until(() => heard.Count == 1);
        var reasons = (await house.DeadLetters.ListAsync(default)).Select(letter => letter.Reason).ToList();
        Assert.StartsWith("not a heartbeat", reasons[0], StringComparison.Ordinal);
        Assert.Equal("the handler failed: InvalidOperationException: a bug", reasons[1]);
    }

    [Fact]
    public async Task Given_a_heartbeat_when_published_then_its_exchange_keeps_nothing_for_later_listeners()
    {
        await using var house = await House.StartAsync(broker);
        await house.Get<IHeartbeats>().SendAsync(Beat(1), default);
        var heard = new ConcurrentQueue<long>();
        await using var late = await house.Get<IHeartbeats>().ListenAsync(b => heard.Enqueue(b.Session), default);

        await house.Get<IHeartbeats>().SendAsync(Beat(2), default);

        await House.Until(() => heard.Count == 1);
        Assert.Equal([2], heard);
    }
}
