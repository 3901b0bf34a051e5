using System.Text;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;

namespace Ecs.Bus.Tests.Commands;

/// <summary>Commands whose senders wait for no answer.</summary>
public sealed class UnaskedTests(Broker broker)
{
    private static Task<Answer> Refuse(Command command, CancellationToken ct) => Task.FromResult(new Answer
    {
        Error = new CommandError(ErrorTypes.ClusterNotFound, "no such cluster"),
    });

    [Fact]
    public async Task Given_garbage_that_nobody_asks_about_when_consumed_then_it_is_set_aside_with_its_reason()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, Refuse, default);

        await house.Outsider.PublishAsync("run-task", "{\"cpuu\":1}", new BasicProperties { MessageId = "bad" });
        var letter = await OneAsync(house);

        Assert.Equal("InvalidParameterException: unknown member 'cpuu'", letter.Reason);
        Assert.Equal(("scheduler", "ecs.commands.run-task", "bad"), (letter.Queue, letter.Exchange, letter.MessageId));
        Assert.Equal("{\"cpuu\":1}", Encoding.UTF8.GetString(letter.Body.Span));
        Assert.NotNull(letter.Time);
    }

    [Fact]
    public async Task Given_a_body_over_the_limit_when_consumed_then_it_is_set_aside_and_the_queue_goes_on()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, Refuse, default);

        await house.Outsider.PublishAsync("run-task", new byte[CommandReading.MaxBodyBytes + 1]);
        var letter = await OneAsync(house);

        Assert.Contains("at most 1048576", letter.Reason, StringComparison.Ordinal);
        var (answer, _) = await house.Outsider.AskAsync("run-task", "{}", "next");
        Assert.Equal("ClusterNotFoundException", answer.GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Given_a_refusal_that_nobody_asks_about_when_consumed_then_it_is_no_dead_letter()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, Refuse, default);

        await house.Outsider.PublishAsync("run-task", "{}", new BasicProperties { MessageId = "refused" });
        await house.Outsider.AskAsync("run-task", "{}", "after-it");

        Assert.Empty(await house.DeadLetters.ListAsync(default));
    }

    [Fact]
    public async Task Given_a_message_sent_to_the_queue_itself_when_consumed_then_it_is_set_aside_and_its_sender_told()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, Refuse, default);

        var (answer, _) = await house.Outsider.AskAsync("", "{}", "by-queue");

        Assert.Equal("UnknownOperationException", answer.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal("scheduler", (await OneAsync(house)).Queue);
    }

    [Fact]
    public async Task Given_the_topology_when_looked_at_then_no_exchange_is_named_after_a_type_or_a_service()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, Refuse, default);

        foreach (var name in (string[])["scheduler", "Ecs.Contracts.Commands:RunTask", "Ecs.Bus:Delivery"])
        {
            await using var other = await Outsider.ConnectAsync(broker.Uri);
            await Assert.ThrowsAnyAsync<Exception>(() => other.Channel.ExchangeDeclarePassiveAsync(name));
        }

        await house.Outsider.Channel.ExchangeDeclarePassiveAsync(Exchanges.Command("run-task"));
    }

    private static async Task<DeadLetter> OneAsync(House house)
    {
        IReadOnlyList<DeadLetter> letters = [];
        await House.Until(async () => (letters = await house.DeadLetters.ListAsync(default)).Count > 0);
        return Assert.Single(letters);
    }
}
