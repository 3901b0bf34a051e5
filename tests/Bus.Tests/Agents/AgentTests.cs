using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Bus;
using RabbitMQ.Client;

namespace Ecs.Bus.Tests.Agents;

public sealed class AgentTests(Broker broker)
{
    private readonly string _instance = Guid.NewGuid().ToString("N");

    private static Assignments Work(long number) =>
        new() { ContainerInstanceArn = "arn", Number = number, IsFullList = false, Tasks = [] };

    [Fact]
    public async Task Given_an_agent_that_never_connected_when_work_is_sent_then_it_waits_for_it_in_order()
    {
        await using var house = await House.StartAsync(broker);
        for (var i = 1; i <= 50; i++) await house.Get<IAgentSender>().SendAsync(_instance, Work(i), default);

        var heard = new ConcurrentQueue<long>();
        await using var listening = await house.Get<IAgentEndpoint>().ListenAsync(_instance, async (work, _) =>
        {
            await Task.Yield();
            heard.Enqueue(work.Number);
        }, default);

        await House.Until(() => heard.Count == 50);
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), heard);
        await house.Outsider.Channel.QueueDeleteAsync(Exchanges.Agent(_instance));
    }

    [Fact]
    public async Task Given_a_queue_that_was_deleted_when_work_is_sent_again_then_the_next_try_makes_it_anew()
    {
        await using var house = await House.StartAsync(broker);
        await house.Get<IAgentSender>().SendAsync(_instance, Work(1), default);
        await house.Outsider.Channel.QueueDeleteAsync(Exchanges.Agent(_instance));

        await Assert.ThrowsAsync<BusUnavailableException>(
            () => house.Get<IAgentSender>().SendAsync(_instance, Work(2), default));
        await house.Get<IAgentSender>().SendAsync(_instance, Work(2), default);

        Assert.Equal(1u, await house.Outsider.ReadyAsync(Exchanges.Agent(_instance)));
        await house.Outsider.Channel.QueueDeleteAsync(Exchanges.Agent(_instance));
    }

    [Fact]
    public async Task Given_a_queue_with_other_arguments_when_work_is_sent_to_it_then_it_is_refused_and_all_others_get_theirs()
    {
        await using var house = await House.StartAsync(broker);
        var sender = house.Get<IAgentSender>();
        var refusing = Guid.NewGuid().ToString("N");
        await house.Outsider.Channel.QueueDeclareAsync(Exchanges.Agent(refusing), durable: true, exclusive: false, autoDelete: false);
        await sender.SendAsync(_instance, Work(0), default);

        var refused = Assert.ThrowsAsync<BusUnavailableException>(() => sender.SendAsync(refusing, Work(1), default));
        for (var i = 1; !refused.IsCompleted; i++) await sender.SendAsync(_instance, Work(i), default);

        await refused;
        await house.Outsider.Channel.QueueDeleteAsync(Exchanges.Agent(refusing));
        await house.Outsider.Channel.QueueDeleteAsync(Exchanges.Agent(_instance));
    }

    [Fact]
    public async Task Given_an_agent_that_is_forgotten_then_its_queue_goes_unless_it_consumes_and_comes_back_with_it()
    {
        await using var house = await House.StartAsync(broker);
        var sender = house.Get<IAgentSender>();
        await sender.SendAsync(_instance, Work(1), default);
        await sender.ForgetAsync(_instance, default);
        await sender.ForgetAsync(_instance, default); // It is gone already.

        var heard = new ConcurrentQueue<long>();
        await using var listening = await house.Get<IAgentEndpoint>().ListenAsync(_instance, (work, _) =>
        {
            heard.Enqueue(work.Number);
            return Task.CompletedTask;
        }, default);
        await sender.ForgetAsync(_instance, default);
        Assert.Equal(1u, (await house.Outsider.Channel.QueueDeclarePassiveAsync(Exchanges.Agent(_instance))).ConsumerCount);
        await sender.SendAsync(_instance, Work(2), default);

        await House.Until(() => !heard.IsEmpty);
        Assert.Equal([2], heard.Distinct());
    }

    [Fact]
    public async Task Given_garbage_and_a_poison_message_when_consumed_then_both_are_set_aside_and_the_queue_goes_on()
    {
        await using var house = await House.StartAsync(broker);
        var heard = new ConcurrentQueue<long>();
        await using var listening = await house.Get<IAgentEndpoint>().ListenAsync(_instance, (work, _) =>
        {
            if (work.Number == 2) throw new InvalidOperationException("a bug");
            heard.Enqueue(work.Number);
            return Task.CompletedTask;
        }, default);

        await house.Outsider.PublishAsync(Exchanges.Agent(_instance), "}{");
        await WithoutCopyAsync(house, Work(2));
        await WithoutCopyAsync(house, Work(3));
        await House.Until(() => !heard.IsEmpty);

        var reasons = (await house.DeadLetters.ListAsync(default)).Select(letter => letter.Reason).ToList();
        Assert.StartsWith("not assignments: not readable as JSON", reasons[0], StringComparison.Ordinal);
        Assert.Equal("the handler failed: InvalidOperationException: a bug", reasons[1]);
        Assert.Equal([3], heard);
        await house.Outsider.Channel.QueueDeleteAsync(Exchanges.Agent(_instance));
    }

    [Fact]
    public async Task Given_a_fault_that_passes_when_an_agent_handles_work_then_it_waits_and_nothing_overtakes()
    {
        await using var house = await House.StartAsync(broker);
        var tries = 0;
        var heard = new ConcurrentQueue<long>();
        await using var listening = await house.Get<IAgentEndpoint>().ListenAsync(_instance, (work, _) =>
        {
            if (++tries < 5) throw new IOException("the journal's disk is away");
            heard.Enqueue(work.Number);
            return Task.CompletedTask;
        }, default);

        await WithoutCopyAsync(house, Work(1));
        await WithoutCopyAsync(house, Work(2));

        await House.Until(() => heard.Count == 2);
        Assert.Equal([1, 2], heard);
        await house.Outsider.Channel.QueueDeleteAsync(Exchanges.Agent(_instance));
    }

    [Fact]
    public async Task Given_an_agent_that_is_there_when_work_is_sent_then_a_copy_comes_ahead_of_its_queue()
    {
        await using var house = await House.StartAsync(broker);
        var heard = new ConcurrentQueue<long>();
        var held = new TaskCompletionSource();
        await using var listening = await house.Get<IAgentEndpoint>().ListenAsync(_instance, async (work, _) =>
        {
            heard.Enqueue(work.Number);
            if (work.Number is 1) await held.Task;
        }, default);
        await House.Until(() => house.Outsider.IsTakenAsync(Exchanges.Assignments, _instance));

        // One message at a time: the queue's second would wait for the first.
        await WithoutCopyAsync(house, Work(1));
        await House.Until(() => heard.Count == 1);
        await house.Get<IAgentSender>().SendAsync(_instance, Work(2), default);
        await House.Until(() => heard.Count == 2);
        held.SetResult();
        await WithoutCopyAsync(house, Work(3));
        await House.Until(() => heard.Count == 3);

        Assert.Equal([1, 2, 3], heard);
        await house.Outsider.Channel.QueueDeleteAsync(Exchanges.Agent(_instance));
    }

    // Who handles work knows it from then on, and returns at once the second time, though it is not kept yet.
    [Fact]
    public async Task Given_work_that_is_given_up_before_it_is_kept_when_the_agent_ends_then_its_message_stays()
    {
        await using var house = await House.StartAsync(broker);
        using var ended = new CancellationTokenSource();
        var begun = 0;
        var listening = await house.Get<IAgentEndpoint>().ListenAsync(_instance, (_, _) =>
            Interlocked.Increment(ref begun) is 1
                ? Task.Delay(Timeout.Infinite, ended.Token)
                : Task.CompletedTask, default);
        await House.Until(() => house.Outsider.IsTakenAsync(Exchanges.Assignments, _instance));
        await house.Get<IAgentSender>().SendAsync(_instance, Work(1), default);
        await House.Until(() => Volatile.Read(ref begun) is 1);

        await ended.CancelAsync();
        await listening.DisposeAsync();

        await House.Until(async () => await house.Outsider.ReadyAsync(Exchanges.Agent(_instance)) is 1);
        await house.Outsider.Channel.QueueDeleteAsync(Exchanges.Agent(_instance));
    }

    private Task WithoutCopyAsync(House house, Assignments work) =>
        house.Outsider.PublishAsync(Exchanges.Agent(_instance), JsonSerializer.Serialize(work, EcsJson.Options));
}
