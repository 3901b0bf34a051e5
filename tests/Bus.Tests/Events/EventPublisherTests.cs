using System.Collections.Concurrent;
using System.Text;
using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Events;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Ecs.Bus.Tests.Publishing;

public sealed class EventPublisherTests(Broker broker)
{
    private static readonly string Task1 = Arn.Task(Scope.Default, "prod", "aa").ToString();

    private static EventMessage Event(long position, string? stream = null, string name = "task-started") =>
        EventMessage.Of(
            new StoredEvent(position, Guid.NewGuid(), stream ?? Task1, position, name,
                DateTimeOffset.UnixEpoch, "command-1", "corr", "me", null),
            Encoding.UTF8.GetBytes($$"""{"n":{{position}}}"""));

    [Fact]
    public async Task Given_thousands_of_events_when_published_then_all_come_in_the_order_given()
    {
        await using var house = await House.StartAsync(broker);
        var queue = await house.Outsider.OwnQueueAsync();
        await house.Outsider.Channel.QueueBindAsync(queue, Exchanges.Events, "task.#");
        var heard = new ConcurrentQueue<long>();
        var consumer = new AsyncEventingBasicConsumer(house.Outsider.Channel);
        consumer.ReceivedAsync += (_, got) =>
        {
            heard.Enqueue((long)got.BasicProperties.Headers![EventHeaders.Position]!);
            return Task.CompletedTask;
        };
        await house.Outsider.Channel.BasicConsumeAsync(queue, autoAck: true, consumer);

        var events = Enumerable.Range(1, 5000).Select(i => Event(i)).ToList();
        await house.Events.PublishAsync([.. events.Take(3000)], default);
        await house.Events.PublishAsync([.. events.Skip(3000)], default);

        await House.Until(() => heard.Count == 5000);
        Assert.Equal(Enumerable.Range(1, 5000).Select(i => (long)i), heard);
    }

    [Fact]
    public async Task Given_an_event_when_published_then_its_message_says_what_it_is()
    {
        await using var house = await House.StartAsync(broker);
        var queue = await house.Outsider.OwnQueueAsync();
        await house.Outsider.Channel.QueueBindAsync(queue, Exchanges.Events, "task.task-started.prod.us-east-1.*");
        var e = Event(9);

        await house.Events.PublishAsync([e], default);

        var got = await house.Outsider.NextAsync(queue);
        var headers = got.BasicProperties.Headers!.ToDictionary(
            h => h.Key, h => h.Value is byte[] text ? Encoding.UTF8.GetString(text) : h.Value);
        Assert.Equal("""{"n":9}""", Encoding.UTF8.GetString(got.Body.Span));
        Assert.Equal("task.task-started.prod.us-east-1.000000000000", got.RoutingKey);
        Assert.Equal(e.Id.ToString(), got.BasicProperties.MessageId);
        Assert.Equal("task-started", got.BasicProperties.Type);
        Assert.Equal("application/json", got.BasicProperties.ContentType);
        Assert.True(got.BasicProperties.Persistent);
        Assert.Equal((9L, Task1, 9L), (headers[EventHeaders.Position], headers[EventHeaders.Stream],
            headers[EventHeaders.Version]));
        Assert.Equal(("task-started", "command-1", "corr", "me", "1970-01-01T00:00:00.0000000+00:00"),
            (headers[EventHeaders.Event], headers[EventHeaders.Causation], headers[EventHeaders.Correlation],
                headers[EventHeaders.Actor], headers[EventHeaders.LogTime]));
    }

    [Fact]
    public async Task Given_a_listener_of_clusters_when_tasks_events_are_published_then_it_hears_none_of_them()
    {
        await using var house = await House.StartAsync(broker);
        var queue = await house.Outsider.OwnQueueAsync();
        await house.Outsider.Channel.QueueBindAsync(queue, Exchanges.Events, "cluster.#");

        await house.Events.PublishAsync(
            [Event(1), Event(2, Arn.Cluster(Scope.Default, "prod").ToString(), "cluster-created")], default);

        var got = await house.Outsider.NextAsync(queue);
        Assert.Equal("cluster-created", got.BasicProperties.Type);
        Assert.Equal(0u, await house.Outsider.ReadyAsync(queue));
    }

    [Fact]
    public async Task Given_nobody_who_listens_when_events_are_published_then_they_are_confirmed_all_the_same()
    {
        await using var house = await House.StartAsync(broker);

        await house.Events.PublishAsync([Event(1), Event(2)], default);
        await house.Events.PublishAsync([], default);

        Assert.True(await house.HealthAsync() is Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);
    }
}
