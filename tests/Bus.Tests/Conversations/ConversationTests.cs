using System.Text;
using Ecs.Contracts.Bus;
using RabbitMQ.Client;

namespace Ecs.Bus.Tests.Conversations;

public sealed class ConversationTests(Broker broker)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_a_thousand_parts_both_ways_then_each_end_gets_the_others_in_order_and_the_end()
    {
        await using var house = await House.StartAsync(broker);
        var instance = NewInstance();
        var heardByAgent = new List<string>();
        await using var agent = await ListenAsync(house, instance, async conversation =>
        {
            var hearing = Task.Run(async () => heardByAgent.AddRange(await AllAsync(conversation)));
            await SayAsync(conversation, 1000);
            await hearing;
        });

        await using var asked = await OpenAsync(house, instance);
        var saying = Task.Run(() => SayAsync(asked, 1000), Cancel);
        var heard = await AllAsync(asked);
        await saying;

        Assert.Equal(Enumerable.Range(0, 1000).Select(n => $"{n}"), heard);
        await House.Until(() => heardByAgent.Count == 1000);
        Assert.Equal(heard, heardByAgent);
    }

    [Fact]
    public async Task Given_a_reader_that_does_not_read_then_no_more_than_the_window_is_sent_and_others_go_on()
    {
        await using var house = await House.StartAsync(broker);
        var instance = NewInstance();
        var sent = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        await using var agent = await ListenAsync(house, instance, async conversation =>
        {
            for (var n = 0; n < 100; n++)
            {
                await conversation.SendAsync(new Part("n", Encoding.UTF8.GetBytes($"{n}")), Cancel);
                sent[conversation.Id] = n + 1;
            }

            await conversation.EndAsync(Cancel);
        });

        await using var slow = await OpenAsync(house, instance);
        await House.Until(() => sent.GetValueOrDefault(slow.Id) == Conversation.Window);
        await using var quick = await OpenAsync(house, instance);

        Assert.Equal(100, (await AllAsync(quick)).Count);
        Assert.Equal(Conversation.Window, sent[slow.Id]);
        Assert.Equal(100, (await AllAsync(slow)).Count);
    }

    [Fact]
    public async Task Given_nobody_who_listens_then_the_asker_is_told_at_once()
    {
        await using var house = await House.StartAsync(broker);

        await Assert.ThrowsAsync<NobodyThereException>(() => OpenAsync(house, NewInstance()));
    }

    [Fact]
    public async Task Given_an_asker_that_leaves_then_the_agents_work_is_over()
    {
        await using var house = await House.StartAsync(broker);
        var instance = NewInstance();
        var over = new TaskCompletionSource();
        await using var agent = await ListenAsync(house, instance, async conversation =>
        {
            await Task.Delay(Timeout.Infinite, conversation.Over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            over.SetResult();
        });

        await (await OpenAsync(house, instance)).DisposeAsync();

        await over.Task.WaitAsync(House.Deadline, Cancel);
    }

    [Fact]
    public async Task Given_an_agent_that_leaves_then_the_asker_reads_what_came_and_then_that_it_was_lost()
    {
        await using var house = await House.StartAsync(broker);
        var instance = NewInstance();
        await using var agent = await ListenAsync(house, instance, conversation =>
            conversation.SendAsync(new Part("n", "said"u8.ToArray()), Cancel));

        await using var asked = await OpenAsync(house, instance);

        Assert.Equal("said", Encoding.UTF8.GetString((await asked.ReadAsync(Cancel))!.Value.Body.Span));
        await Assert.ThrowsAsync<ConversationLostException>(async () => await asked.ReadAsync(Cancel));
    }

    [Fact]
    public async Task Given_the_most_conversations_when_another_is_asked_for_then_it_is_refused_with_the_limit()
    {
        await using var house = await House.StartAsync(broker);
        var instance = NewInstance();
        await using var agent = await ListenAsync(house, instance, conversation =>
            Task.Delay(Timeout.Infinite, conversation.Over));
        var open = new List<Conversation>();
        for (var n = 0; n < IConversationEndpoint.MaxAtATime; n++) open.Add(await OpenAsync(house, instance));

        var refused = await Assert.ThrowsAsync<NobodyThereException>(() => OpenAsync(house, instance));

        Assert.Contains($"{IConversationEndpoint.MaxAtATime}", refused.Message, StringComparison.Ordinal);
        foreach (var conversation in open) await conversation.DisposeAsync();
    }

    [Fact]
    public async Task Given_a_message_that_is_no_part_of_a_conversation_then_those_under_way_go_on()
    {
        await using var house = await House.StartAsync(broker);
        var instance = NewInstance();
        await using var agent = await ListenAsync(house, instance, async conversation =>
        {
            await conversation.ReadAsync(Cancel);
            await SayAsync(conversation, 3);
        });
        await using var asked = await OpenAsync(house, instance);

        await house.Outsider.Channel.BasicPublishAsync(
            Exchanges.Conversations, instance, "nonsense"u8.ToArray());
        await asked.SendAsync(new Part("go", default), Cancel);

        Assert.Equal(3, (await AllAsync(asked)).Count);
    }

    private static string NewInstance() => Guid.NewGuid().ToString("N");

    private static Task<IAsyncDisposable> ListenAsync(House house, string instance, Func<Conversation, Task> talk) =>
        house.Get<IConversationEndpoint>().ListenAsync(instance, talk, Cancel);

    private static Task<Conversation> OpenAsync(House house, string instance) =>
        house.Get<IConversations>().OpenAsync(instance, new Part("test", "{}"u8.ToArray()), Cancel);

    private static async Task SayAsync(Conversation conversation, int count)
    {
        for (var n = 0; n < count; n++)
        {
            await conversation.SendAsync(new Part("n", Encoding.UTF8.GetBytes($"{n}")), Cancel);
        }

        await conversation.EndAsync(Cancel);
    }

    private static async Task<List<string>> AllAsync(Conversation conversation)
    {
        var all = new List<string>();
        while (await conversation.ReadAsync(Cancel) is { } part) all.Add(Encoding.UTF8.GetString(part.Body.Span));
        return all;
    }
}
