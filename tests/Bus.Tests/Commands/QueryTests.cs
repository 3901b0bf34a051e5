using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Ecs.Bus.Tests.Commands;

/// <summary>The quick way of queries, and the usual one behind it.</summary>
public sealed class QueryTests(Broker broker)
{
    // Each that takes longer than the quick way's patience is asked on the usual one besides: not all of them do.
    [Fact]
    public async Task Given_who_leads_when_queries_are_sent_then_they_pass_by_the_queue_that_a_disk_keeps()
    {
        const int Queries = 200;
        await using var house = await House.StartAsync(broker);
        await using var listening = await ListenAsync(house);
        var usual = await WatchAsync(house, Exchanges.Command("describe-tasks"), "");

        for (var i = 0; i < Queries; i++)
        {
            var answer = await house.Commands.SendAsync(new DescribeTasks { CommandId = $"q{i}" }, House.Deadline, default);
            Assert.Equal(($"q{i}", null), (answer.CommandId, answer.Error));
        }

        Assert.InRange(await house.Outsider.ReadyAsync(usual), 0u, Queries - 1u);
    }

    [Fact]
    public async Task Given_a_command_when_it_is_sent_then_it_goes_the_usual_way_alone()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await ListenAsync(house);
        var usual = await WatchAsync(house, Exchanges.Command("create-cluster"), "");
        var quick = await WatchAsync(house, Exchanges.Queries, "create-cluster");

        await house.Commands.SendAsync(new CreateCluster(), House.Deadline, default);

        Assert.Equal(1u, await house.Outsider.ReadyAsync(usual));
        Assert.Equal(0u, await house.Outsider.ReadyAsync(quick));
    }

    [Fact]
    public async Task Given_a_service_that_knows_no_quick_way_when_a_query_is_sent_then_it_is_answered()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(
            Services.Scheduler, 8, (_, _) => Task.FromResult(new Answer()), PassingFaults.IsPassing, default);

        var answer = await house.Commands.SendAsync(new DescribeTasks { CommandId = "q" }, House.Deadline, default);

        Assert.Equal(("q", null), (answer.CommandId, answer.Error));
    }

    [Fact]
    public async Task Given_nobody_who_leads_when_a_query_is_sent_then_it_waits_and_is_answered_by_who_leads_next()
    {
        await using var house = await House.StartAsync(broker);
        var asking = house.Commands.SendAsync(new DescribeTasks { CommandId = "q" }, House.Deadline, default);
        await House.Until(async () =>
            await house.Outsider.ReadyAsync(Services.Scheduler) is 1);

        await using var listening = await ListenAsync(house);

        Assert.Null((await asking).Error);
    }

    [Fact]
    public async Task Given_a_query_that_the_quick_way_loses_when_it_is_not_answered_then_it_is_asked_on_the_usual_one()
    {
        await using var house = await House.StartAsync(broker);
        var lost = new TaskCompletionSource();
        var hole = new AsyncEventingBasicConsumer(house.Outsider.Channel);
        hole.ReceivedAsync += (_, _) =>
        {
            lost.TrySetResult();
            return Task.CompletedTask;
        };
        var queue = await WatchAsync(house, Exchanges.Queries, "describe-tasks");
        await house.Outsider.Channel.BasicConsumeAsync(queue, autoAck: true, hole);
        await using var listening = await house.Service.ListenAsync(
            Services.Scheduler, 8, (_, _) => Task.FromResult(new Answer()), PassingFaults.IsPassing, default);

        var answer = await house.Commands.SendAsync(new DescribeTasks(), House.Deadline, default);

        Assert.Null(answer.Error);
        await lost.Task.WaitAsync(House.Deadline);
    }

    [Fact]
    public async Task Given_a_query_that_always_fails_when_it_is_sent_then_the_sender_is_told_and_it_is_set_aside()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await ListenAsync(house, () => throw new InvalidOperationException("a bug"));

        var answer = await house.Commands.SendAsync(new DescribeTasks(), House.Deadline, default);

        Assert.Equal(ErrorTypes.Server, answer.Error!.Type);
        Assert.Single(await house.DeadLetters.ListAsync(default));
    }

    [Fact]
    public async Task Given_nobody_who_leads_when_asked_quickly_then_the_broker_says_so_at_once()
    {
        await using var house = await House.StartAsync(broker);

        Assert.Null(await AskQuicklyAsync(house).WaitAsync(House.Deadline));
    }

    [Fact]
    public async Task Given_a_quick_query_under_way_when_the_service_ends_then_it_is_answered_before()
    {
        await using var house = await House.StartAsync(broker);
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var listening = await ListenAsync(house, async () =>
        {
            begun.TrySetResult();
            await go.Task;
            return new Answer();
        });
        var asking = AskQuicklyAsync(house);
        await begun.Task.WaitAsync(House.Deadline);

        var ending = listening.DisposeAsync().AsTask();
        await House.Until(async () => !await house.Outsider.IsTakenAsync(Exchanges.Queries, "describe-tasks"));
        Assert.False(ending.IsCompleted);
        go.SetResult();

        Assert.Equal("q", (await asking.WaitAsync(House.Deadline))?.CommandId);
        await ending.WaitAsync(House.Deadline);
    }

    [Fact]
    public async Task Given_a_quick_answer_that_comes_late_when_the_usual_way_has_none_then_it_is_taken()
    {
        await using var house = await House.StartAsync(broker);
        var (late, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        var asked = 0;
        await using var listening = await ListenAsync(house, async () =>
        {
            // The second is the one on the usual way.
            await (Interlocked.Increment(ref asked) is 1 ? late : never).Task;
            return new Answer();
        });

        var asking = house.Commands.SendAsync(new DescribeTasks(), House.Deadline, default);
        await House.Until(() => Volatile.Read(ref asked) is 2);
        late.SetResult();

        Assert.Null((await asking).Error);
        never.SetResult();
    }

    [Fact]
    public async Task Given_a_quick_answer_that_cannot_be_read_when_it_comes_then_the_usual_way_is_asked()
    {
        await using var house = await House.StartAsync(broker);
        var channel = house.Outsider.Channel;
        var babbler = new AsyncEventingBasicConsumer(channel);
        babbler.ReceivedAsync += async (_, asked) => await channel.BasicPublishAsync(
            "", asked.BasicProperties.ReplyTo!, false,
            new BasicProperties { CorrelationId = asked.BasicProperties.CorrelationId }, "no answer"u8.ToArray());
        await channel.BasicConsumeAsync(
            await WatchAsync(house, Exchanges.Queries, "describe-tasks"), autoAck: true, babbler);
        await using var listening = await house.Service.ListenAsync(
            Services.Scheduler, 8, (_, _) => Task.FromResult(new Answer()), PassingFaults.IsPassing, default);

        var answer = await house.Commands.SendAsync(new DescribeTasks { CommandId = "q" }, House.Deadline, default);

        Assert.Equal("q", answer.CommandId);
    }

    [Fact]
    public async Task Given_a_broker_that_restarts_when_it_is_back_then_so_is_the_quick_way()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await ListenAsync(house);
        Assert.NotNull(await AskQuicklyAsync(house).WaitAsync(House.Deadline));

        await broker.StopAsync();
        await broker.StartAsync();

        await House.Until(async () => await AskQuicklyAsync(house) is not null);
    }

    [Theory]
    [InlineData("get-assignments")]
    [InlineData("create-cluster")]
    [InlineData("get-fleet-digest")]
    [InlineData("get-fleet-state")]
    public async Task Given_what_is_signed_or_written_or_a_state_when_it_is_sent_the_quick_way_then_nobody_takes_it(string name)
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await ListenAsync(house);

        Assert.False(await house.Outsider.IsTakenAsync(Exchanges.Queries, name));
    }

    // The quick way opens beside the usual one and is not waited for: here it is.
    private static async Task<IAsyncDisposable> ListenAsync(House house, Func<Task<Answer>>? answer = null)
    {
        var listening = await house.Service.ListenAsync(
            Services.Scheduler, (_, _) => answer?.Invoke() ?? Task.FromResult(new Answer()), default);
        await House.Until(() => house.Outsider.IsTakenAsync(Exchanges.Queries, "describe-tasks"));
        return listening;
    }

    // Null where nobody took the query, or its answer was lost.
    private static async Task<Answer?> AskQuicklyAsync(House house)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var properties = new BasicProperties
        {
            MessageId = "q", CorrelationId = $"{Guid.NewGuid():N}", ReplyTo = Reply.DirectReplyTo,
        };
        var query = new Outgoing(Exchanges.Queries, "describe-tasks", properties, "{}"u8.ToArray()) { Mandatory = true };
        return await house.Get<QuickQuestions>().AskAsync(query, patience.Token);
    }

    private static async Task<string> WatchAsync(House house, string exchange, string key)
    {
        var queue = await house.Outsider.OwnQueueAsync();
        await house.Outsider.Channel.QueueBindAsync(queue, exchange, key);
        return queue;
    }
}
