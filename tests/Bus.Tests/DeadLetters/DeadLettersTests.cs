using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Ecs.Bus.Tests.Dead;

public sealed class DeadLettersTests(Broker broker)
{
    [Fact]
    public async Task Given_dead_letters_when_listed_again_and_again_then_none_is_lost_and_their_order_stays()
    {
        await using var house = await House.StartAsync(broker);
        for (var i = 0; i < 5; i++)
        {
            var properties = new BasicProperties { MessageId = $"{i}" };
            await house.Outsider.PublishAsync(Exchanges.DeadLetters, $"{i}", properties);
        }

        await House.Until(async () => await house.Outsider.ReadyAsync(Exchanges.DeadLetters) == 5);
        for (var i = 0; i < 2 * Topology.DeliveryLimit; i++)
        {
            var letters = await house.DeadLetters.ListAsync(default);
            Assert.Equal(["0", "1", "2", "3", "4"], letters.Select(letter => letter.MessageId));
        }
    }

    [Fact]
    public async Task Given_a_dead_letter_when_shown_by_its_id_then_it_is_that_one_and_another_id_is_none()
    {
        await using var house = await House.StartAsync(broker);
        await house.Outsider.PublishAsync(Exchanges.DeadLetters, "a");
        await house.Outsider.PublishAsync(Exchanges.DeadLetters, "b");
        await House.Until(async () => await house.Outsider.ReadyAsync(Exchanges.DeadLetters) == 2);
        var second = (await house.DeadLetters.ListAsync(default))[1];

        var shown = await house.DeadLetters.ShowAsync(second.Id, default);

        Assert.Equal(second.Body.ToArray(), shown!.Body.ToArray());
        Assert.Null(await house.DeadLetters.ShowAsync("no-such-id", default));
    }

    [Fact]
    public async Task Given_a_command_that_failed_when_resent_after_the_bug_is_gone_then_it_is_done_and_no_dead_letter()
    {
        await using var house = await House.StartAsync(broker);
        var hasBug = true;
        var done = new TaskCompletionSource<Command>();
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, (command, _) =>
        {
            if (Volatile.Read(ref hasBug)) throw new InvalidOperationException("a bug");
            done.TrySetResult(command);
            return Task.FromResult(new Answer());
        }, default);
        await house.Outsider.PublishAsync("create-cluster", """{"clusterName":"c"}""",
            new BasicProperties { MessageId = "again" });
        IReadOnlyList<DeadLetter> letters = [];
        await House.Until(async () => (letters = await house.DeadLetters.ListAsync(default)).Count > 0);

        Volatile.Write(ref hasBug, false);
        Assert.True(await house.DeadLetters.ResendAsync(letters[0].Id, default));

        var command = Assert.IsType<CreateCluster>(await done.Task.WaitAsync(House.Deadline));
        Assert.Equal(("again", "c"), (command.CommandId, command.ClusterName));
        Assert.Empty(await house.DeadLetters.ListAsync(default));
        Assert.False(await house.DeadLetters.ResendAsync(letters[0].Id, default));
    }

    [Fact]
    public async Task Given_a_dead_letter_that_no_queue_takes_when_resent_then_it_stays()
    {
        await using var house = await House.StartAsync(broker);
        await house.Outsider.PublishAsync(Exchanges.DeadLetters, "x", new BasicProperties
        {
            Headers = new Dictionary<string, object?>
            {
                [DeadLetterHeaders.Id] = "lost",
                [DeadLetterHeaders.Reason] = "for the test",
                [DeadLetterHeaders.Exchange] = "",
                [DeadLetterHeaders.RoutingKey] = "no.such.queue",
            },
        });
        await House.Until(async () => await house.Outsider.ReadyAsync(Exchanges.DeadLetters) == 1);

        await Assert.ThrowsAsync<BusUnavailableException>(() => house.DeadLetters.ResendAsync("lost", default));

        Assert.NotNull(await house.DeadLetters.ShowAsync("lost", default));
    }

    [Fact]
    public async Task Given_a_message_that_kills_its_reader_when_the_limit_is_reached_then_the_broker_sets_it_aside()
    {
        await using var house = await House.StartAsync(broker);
        await house.Outsider.PublishAsync("create-cluster", "{}", new BasicProperties { MessageId = "killer" });
        for (var i = 0; i <= Topology.DeliveryLimit; i++)
        {
            // A reader that dies with the message: its connection ends without an acknowledgement.
            await using var reader = await Outsider.ConnectAsync(broker.Uri);
            var got = new TaskCompletionSource<ulong>();
            var consumer = new AsyncEventingBasicConsumer(reader.Channel);
            consumer.ReceivedAsync += (_, delivery) =>
            {
                got.TrySetResult(delivery.DeliveryTag);
                return Task.CompletedTask;
            };
            await reader.Channel.BasicConsumeAsync("scheduler", autoAck: false, consumer);
            await got.Task.WaitAsync(House.Deadline);
        }

        IReadOnlyList<DeadLetter> letters = [];
        await House.Until(async () => (letters = await house.DeadLetters.ListAsync(default)).Count > 0);

        var letter = Assert.Single(letters);
        Assert.StartsWith("delivered more than 20 times", letter.Reason, StringComparison.Ordinal);
        Assert.Equal(("scheduler", "ecs.commands.create-cluster"), (letter.Queue, letter.Exchange));
        Assert.NotNull(letter.Time);
        Assert.True(await house.DeadLetters.ResendAsync(letter.Id, default));
        await House.Until(async () => await house.Outsider.ReadyAsync("scheduler") == 1);
    }
}
