using System.Collections.Concurrent;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;

namespace Ecs.Bus.Tests.Restart;

/// <summary>The broker goes away and comes back in the middle of work.</summary>
public sealed class RestartTests(Broker broker)
{
    // A command of one that is slow to end, to start and to be found again has to last as long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Given_100_commands_under_way_when_the_broker_restarts_then_every_one_is_answered(bool isCrash)
    {
        await using var house = await House.StartAsync(broker);
        var effects = new ConcurrentDictionary<string, int>();
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, async (command, ct) =>
        {
            await Task.Delay(20, ct);
            effects.AddOrUpdate(command.CommandId!, 1, (_, times) => times + 1);
            return new Answer { Position = 1 };
        }, default);
        var asking = Enumerable.Range(0, 100).Select(async i =>
        {
            await Task.Delay(i * 10);
            return await house.Commands.SendAsync(
                new CreateCluster { CommandId = $"c{i}" }, Patience, default);
        }).ToList();

        await House.Until(() => effects.Count > 20);
        if (isCrash)
        {
            await broker.CrashAndStartAsync();
        }
        else
        {
            await broker.StopAsync();
            await House.Until(async () => await house.HealthAsync() is HealthStatus.Unhealthy);
            await broker.StartAsync();
        }

        var answers = await Task.WhenAll(asking);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"c{i}"), answers.Select(answer => answer.CommandId));
        Assert.Equal(100, effects.Count);
        Assert.Empty(await house.DeadLetters.ListAsync(default));
        Assert.Equal(HealthStatus.Healthy, await house.HealthAsync());
    }

    [Fact]
    public async Task Given_a_frozen_broker_when_commands_are_sent_then_it_is_noticed_and_they_are_answered_after()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(
            Services.Scheduler, (_, _) => Task.FromResult(new Answer()), default);

        await broker.FreezeAsync();
        try
        {
            var asking = house.Commands.SendAsync(new CreateCluster(), Patience, default);
            await House.Until(async () => await house.HealthAsync() is HealthStatus.Unhealthy);
            await broker.ThawAsync();
            Assert.Null((await asking).Error);
        }
        finally
        {
            // A second thaw is refused by the engine, which is all the same here.
            await Record.ExceptionAsync(broker.ThawAsync);
        }
    }

    [Fact]
    public async Task Given_a_broker_that_is_away_when_a_house_starts_then_it_is_ready_as_soon_as_the_broker_is()
    {
        await using (await House.StartAsync(broker)) { }
        await broker.StopAsync();
        using var host = House.Build(new BusOptions(broker.Uri, "early"));
        await host.StartAsync();
        var commands = (ICommandSender)host.Services.GetService(typeof(ICommandSender))!;
        var service = (IServiceEndpoint)host.Services.GetService(typeof(IServiceEndpoint))!;
        var listening = service.ListenAsync(Services.Scheduler, (_, _) => Task.FromResult(new Answer()), default);
        var asking = commands.SendAsync(new CreateCluster(), Patience, default);
        await Task.Delay(2000);
        Assert.False(listening.IsCompleted);

        await broker.StartAsync();

        await using var _ = await listening.WaitAsync(House.Deadline);
        Assert.Null((await asking).Error);
        await host.StopAsync();
    }

    [Fact]
    public async Task Given_events_that_are_published_when_the_broker_restarts_then_sent_again_none_is_missing()
    {
        await using var house = await House.StartAsync(broker);
        var quorum = new Dictionary<string, object?> { ["x-queue-type"] = "quorum" };
        await house.Outsider.Channel.QueueDeclareAsync("restart-tests", true, false, false, quorum);
        await house.Outsider.Channel.QueueBindAsync("restart-tests", Exchanges.Events, "task.#");
        var stream = Arn.Task(Scope.Default, "c", "t").ToString();
        var start = DateTimeOffset.UnixEpoch;
        var events = Enumerable.Range(1, 3000).Select(i => EventMessage.Of(
            new StoredEvent(i, Guid.NewGuid(), stream, i, "task-started", start, null, null, null, null),
            "{}"u8.ToArray())).ToList();

        // As a relay does: it goes on from the last position that was confirmed.
        var relay = Task.Run(async () =>
        {
            for (var from = 0; from < events.Count;)
            {
                try
                {
                    await house.Events.PublishAsync([.. events.Skip(from).Take(100)], default);
                    from += 100;
                    await Task.Delay(50);
                }
                catch (BusUnavailableException)
                {
                    await Task.Delay(100);
                }
            }
        });
        await Task.Delay(500);
        await broker.StopAsync();
        await broker.StartAsync();
        await relay.WaitAsync(Patience);

        await using var after = await Outsider.ConnectAsync(broker.Uri);
        var heard = new List<long>();
        while (await after.Channel.BasicGetAsync("restart-tests", autoAck: true) is { } got)
        {
            heard.Add((long)got.BasicProperties.Headers![EventHeaders.Position]!);
        }

        await after.Channel.QueueDeleteAsync("restart-tests");
        Assert.Equal(events.Count, heard.Distinct().Count());
        Assert.Equal(heard.Distinct().Order(), heard.Distinct());
    }

    [Fact]
    public async Task Given_listeners_of_every_kind_when_the_broker_restarts_twice_then_all_hear_again()
    {
        await using var house = await House.StartAsync(broker);
        var beats = new ConcurrentQueue<long>();
        var work = new ConcurrentQueue<long>();
        await using var heartbeats = await house.Get<IHeartbeats>().ListenAsync(b => beats.Enqueue(b.Session), default);
        await using var agent = await house.Get<IAgentEndpoint>().ListenAsync("restart", (w, _) =>
        {
            work.Enqueue(w.Number);
            return Task.CompletedTask;
        }, default);

        for (var round = 1; round <= 2; round++)
        {
            await broker.StopAsync();
            await broker.StartAsync();
            await House.Until(async () => await house.HealthAsync() is HealthStatus.Healthy);
            var number = round;
            await House.Until(async () =>
            {
                await house.Get<IHeartbeats>().SendAsync(
                    new Heartbeat { ContainerInstanceArn = "arn", Session = number }, default);
                return beats.Contains(number);
            });
            await house.Get<IAgentSender>().SendAsync(
                "restart",
                new Assignments { ContainerInstanceArn = "arn", Number = number, IsFullList = false, Tasks = [] },
                default);
            await House.Until(() => work.Contains(number));
        }
    }
}
