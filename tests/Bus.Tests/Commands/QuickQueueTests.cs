using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Ecs.Bus.Tests.Commands;

/// <summary>What the consumer of a quick way takes, and what it lets be.</summary>
public sealed class QuickQueueTests(Broker broker)
{
    private readonly string _queue = $"quick-queue-tests.{Guid.NewGuid():N}";
    private int _begun;

    [Fact]
    public async Task Given_as_many_under_way_as_may_be_when_more_come_then_these_are_let_be_until_there_is_room()
    {
        const int More = 100;
        await using var house = await House.StartAsync(broker);
        var go = new TaskCompletionSource();
        await using var quick = await TakeAsync(house, _ => go.Task);

        await PublishAsync(house, QuickQueue.MaxUnderWay);
        await House.Until(() => Volatile.Read(ref _begun) == QuickQueue.MaxUnderWay);
        await PublishAsync(house, More);
        await House.Until(() => quick.LetBe == More);
        go.SetResult();
        await House.Until(() => quick.UnderWay == 0);
        await PublishAsync(house, 1);
        await House.Until(() => Volatile.Read(ref _begun) == QuickQueue.MaxUnderWay + 1);

        Assert.Equal(More, quick.LetBe);
    }

    [Fact]
    public async Task Given_work_that_lets_nothing_else_begin_when_it_ends_then_what_was_asked_again_already_is_let_be()
    {
        const int Late = 20;
        await using var house = await House.StartAsync(broker);
        using var go = new ManualResetEventSlim();
        await using var quick = await TakeAsync(house, _ =>
        {
            go.Wait(House.Deadline);
            return Task.CompletedTask;
        });

        await PublishAsync(house, 1);
        await House.Until(() => Volatile.Read(ref _begun) == 1);
        await PublishAsync(house, Late);
        await House.Until(() => quick.UnderWay == Late + 1);
        await Task.Delay(CommandSender.QuickPatience * 1.2);
        go.Set();
        await House.Until(() => quick.UnderWay == 0);

        Assert.Equal((1, Late), (_begun, quick.LetBe));
    }

    [Fact]
    public async Task Given_work_that_waits_when_more_comes_then_what_is_worked_on_is_still_its_own()
    {
        await using var house = await House.StartAsync(broker);
        var go = new TaskCompletionSource();
        var read = 0;
        await using var quick = await TakeAsync(house, async delivery =>
        {
            await go.Task;
            var number = int.Parse(Encoding.UTF8.GetString(delivery.Message.Body.Span));
            Interlocked.Add(ref read, number);
        });

        await PublishAsync(house, 100);
        await House.Until(() => Volatile.Read(ref _begun) == 100);
        go.SetResult();
        await House.Until(() => quick.UnderWay == 0);

        Assert.Equal(Enumerable.Range(0, 100).Sum(), read);
    }

    [Fact]
    public async Task Given_a_queue_that_is_deleted_by_hand_when_it_is_gone_then_it_is_made_anew_and_taken()
    {
        await using var house = await House.StartAsync(broker);
        await using var quick = await TakeAsync(house, _ => Task.CompletedTask);

        await using (var channel = await house.Get<BusConnection>().Open!.CreateChannelAsync())
        {
            await channel.QueueDeleteAsync(_queue);
        }

        await House.Until(() => IsConsumedAsync(house));
        await PublishAsync(house, 1);
        await House.Until(() => Volatile.Read(ref _begun) == 1);
    }

    private async Task<QuickQueue> TakeAsync(House house, Func<QuickDelivery, Task> take)
    {
        var what = new QuickConsumption(_queue, DeclareAsync, delivery =>
        {
            Interlocked.Increment(ref _begun);
            return take(delivery);
        });
        var quick = new QuickQueue(house.Get<BusConnection>(), what, atATime: 1, NullLogger.Instance);
        await House.Until(() => IsConsumedAsync(house));
        return quick;
    }

    // Its own connection alone may look at the queue.
    private async Task<bool> IsConsumedAsync(House house)
    {
        try
        {
            await using var channel = await house.Get<BusConnection>().Open!.CreateChannelAsync();
            return (await channel.QueueDeclarePassiveAsync(_queue)).ConsumerCount is 1;
        }
        catch (OperationInterruptedException)
        {
            return false;
        }
    }

    private async Task DeclareAsync(IChannel channel, CancellationToken ct) =>
        await Topology.OwnQueueAsync(channel, _queue, null, ct);

    private Task PublishAsync(House house, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(i =>
        house.Outsider.Channel.BasicPublishAsync(
            "", _queue, true, new BasicProperties(), Encoding.UTF8.GetBytes($"{i}")).AsTask()));
}
