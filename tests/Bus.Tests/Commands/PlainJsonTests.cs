using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Ecs.Bus.Tests.Commands;

public sealed class PlainJsonTests(Broker broker)
{
    private static Task<Answer> Echo(Command command, CancellationToken ct) => Task.FromResult(new Answer
    {
        Result = JsonSerializer.SerializeToElement(new { was = command.GetType().Name, command.CommandId }),
        Position = 7,
    });

    [Fact]
    public async Task Given_plain_json_with_a_reply_queue_when_sent_then_the_answer_has_its_correlation_id()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, Echo, default);

        var (answer, properties) = await house.Outsider.AskAsync("run-task", """{"taskDefinition":"web"}""", "id-1");

        Assert.Equal("corr-1", properties.CorrelationId);
        Assert.Equal("application/json", properties.ContentType);
        Assert.Equal("id-1", answer.GetProperty("commandId").GetString());
        Assert.Equal("RunTask", answer.GetProperty("result").GetProperty("was").GetString());
        Assert.Equal(7, answer.GetProperty("position").GetInt64());
    }

    [Fact]
    public async Task Given_direct_reply_to_when_sent_then_the_answer_comes_to_the_same_channel()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, Echo, default);
        var answered = new TaskCompletionSource<string>();
        var consumer = new AsyncEventingBasicConsumer(house.Outsider.Channel);
        consumer.ReceivedAsync += (_, got) =>
        {
            answered.TrySetResult(got.BasicProperties.CorrelationId + Encoding.UTF8.GetString(got.Body.Span));
            return Task.CompletedTask;
        };
        await house.Outsider.Channel.BasicConsumeAsync("amq.rabbitmq.reply-to", autoAck: true, consumer);

        await house.Outsider.PublishAsync("create-cluster", """{"commandId":"c"}""",
            new BasicProperties { ReplyTo = "amq.rabbitmq.reply-to", CorrelationId = "direct" });

        var answer = await answered.Task.WaitAsync(House.Deadline);
        Assert.StartsWith("direct{", answer, StringComparison.Ordinal);
        Assert.Contains("CreateCluster", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_reply_queue_that_has_gone_when_sent_then_the_command_is_done_and_the_next_one_too()
    {
        await using var house = await House.StartAsync(broker);
        var done = new ConcurrentQueue<string>();
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, (command, ct) =>
        {
            done.Enqueue(command.CommandId!);
            return Echo(command, ct);
        }, default);

        await house.Outsider.PublishAsync("create-cluster", "{}",
            new BasicProperties { MessageId = "gone", ReplyTo = "nobody.listens.here" });
        await house.Outsider.PublishAsync("create-cluster", "{}",
            new BasicProperties { MessageId = "gone-2", ReplyTo = "amq.rabbitmq.reply-to.nobody.at-all" });
        await house.Outsider.AskAsync("create-cluster", "{}", "next");

        Assert.Equal(["gone", "gone-2", "next"], done);
        Assert.Empty(await house.DeadLetters.ListAsync(default));
    }

    [Theory]
    [InlineData("run-task", """{"cpuu":1}""", "InvalidParameterException", "cpuu", "unknown member 'cpuu'")]
    [InlineData("run-task", """{"count":"5"}""", "SerializationException", "count", "expected an integer")]
    [InlineData("run-task", """{"count":""", "SerializationException", "count", "not readable as JSON")]
    [InlineData("run-task", "null", "SerializationException", null, "null")]
    [InlineData("run-task", """{"commandId":"other"}""", "InvalidParameterException", "commandId", "differ")]
    [InlineData("no-such-thing", "{}", "UnknownOperationException", null, "no-such-thing")]
    public async Task Given_bad_input_when_sent_then_its_sender_is_told_and_the_next_command_works(
        string command, string json, string type, string? field, string text)
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, Echo, default);
        if (command is "no-such-thing") await BindToSchedulerAsync(house, command);

        var (answer, _) = await house.Outsider.AskAsync(command, json, "bad");

        var error = answer.GetProperty("error");
        Assert.Equal(type, error.GetProperty("type").GetString());
        Assert.Equal(field, error.TryGetProperty("field", out var f) ? f.GetString() : null);
        Assert.Contains(text, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        var (next, _) = await house.Outsider.AskAsync("run-task", "{}", "next");
        Assert.False(next.TryGetProperty("error", out _));
    }

    [Fact]
    public async Task Given_a_command_without_an_id_when_sent_then_it_is_refused()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, Echo, default);

        var (answer, _) = await house.Outsider.AskAsync("run-task", "{}");

        Assert.Equal("InvalidParameterException", answer.GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Given_commands_sent_one_after_another_when_consumed_then_they_begin_in_that_order()
    {
        await using var house = await House.StartAsync(broker);
        var ids = Enumerable.Range(0, 2000).Select(i => i.ToString()).ToList();
        foreach (var id in ids)
        {
            await house.Outsider.PublishAsync("create-cluster", "{}", new BasicProperties { MessageId = id });
        }

        var begun = new ConcurrentQueue<string>();
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, async (command, ct) =>
        {
            begun.Enqueue(command.CommandId!);
            await Task.Yield();
            return new Answer();
        }, default);

        await House.Until(() => begun.Count >= ids.Count);
        Assert.Equal(ids, begun);
    }

    [Fact]
    public async Task Given_a_writer_that_waits_for_its_group_when_256_commands_are_sent_then_all_are_with_it_at_once()
    {
        await using var house = await House.StartAsync(broker);
        var waiting = 0;
        var commit = new TaskCompletionSource();
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, async (_, _) =>
        {
            if (Interlocked.Increment(ref waiting) == 256) commit.TrySetResult();
            await commit.Task;
            return new Answer();
        }, default);

        var answers = Enumerable.Range(0, 256)
            .Select(_ => house.Commands.SendAsync(new CreateCluster(), House.Deadline, default));

        Assert.All(await Task.WhenAll(answers), answer => Assert.Null(answer.Error));
    }

    private static async Task BindToSchedulerAsync(House house, string command)
    {
        var exchange = $"ecs.commands.{command}";
        await house.Outsider.Channel.ExchangeDeclareAsync(exchange, "fanout", durable: false, autoDelete: true);
        await house.Outsider.Channel.QueueBindAsync("scheduler", exchange, "");
    }
}
