using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Vocabulary;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.House;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Ecs.EndToEnd.Engines;

/// <summary>A broker that is away, that says everything twice, or says things in another order.</summary>
[Collection(EngineTests.Name)]
public sealed class BusFaults(HardyStack stack) : EngineTest(stack)
{
    /// <summary>How long the broker is away at least: the long run shows an outage of minutes.</summary>
    private static readonly TimeSpan Outage = TestSettings.Lasting(TimeSpan.FromSeconds(15), inSoak: TimeSpan.FromMinutes(5));

    /// <summary>How many tasks end while it is away.</summary>
    private const int Ending = 5;

    /// <summary>How many of them the Agent has seen that is killed then.</summary>
    private const int SeenByTheKilled = 2;

    [Fact]
    public async Task Given_a_broker_that_is_away_when_tasks_exit_then_the_others_run_on_and_all_is_told_in_order_by_an_Agent_that_was_killed_too()
    {
        // Both of them through one outage: most Agents live through theirs, and what one owes outlives it.
        await using var lives = await ClusterAsync("broker-away");
        await using var killed = await ClusterAsync("broker-away-killed");
        var both = await Task.WhenAll(EndingAsync(lives), EndingAsync(killed));
        await Stack.Backbone.RabbitMq.StopAsync();
        var away = Task.Delay(Outage, Cancel);

        await Task.WhenAll(EndAsync(both[0], 0, Ending), EndAsync(both[1], 0, SeenByTheKilled));
        await Eventually.HoldsAsync("it has seen some of them", () => Says(killed.Agent, both[1].Ends[..SeenByTheKilled]));
        await killed.Agent.Process.KillAsync();
        await EndAsync(both[1], SeenByTheKilled, Ending);
        killed.Agent.Process.Start();
        await Eventually.HoldsAsync("all ends are seen", () =>
            both.All(outage => Says(outage.Cluster.Agent, outage.Ends)));
        await away;
        await Stack.Backbone.RabbitMq.StartAsync();

        foreach (var outage in both) await IsToldAsync(outage);
        Assert.True(lives.Agent.Process.IsRunning);
        await Stack.MendAsync();
        await Task.WhenAll(both.Select(outage => outage.Cluster.Agent.Process.WhenReadyAsync()));
        await StopAllAsync(lives.Name);
        await EverythingHeldAsync(killed.Name);
    }

    /// <summary>An Agent with tasks that stay and tasks that end, each with another exit code, when they are told to.</summary>
    private async Task<Away> EndingAsync(OwnCluster cluster)
    {
        var stays = await RunningAsync(cluster.Name, 2);
        var ends = new List<string>();
        for (var i = 0; i < Ending; i++)
        {
            var script = $"trap 'exit {3 + i}' USR1; touch /ready; sleep 3600 & wait $!";
            ends.AddRange(await RunAsync(cluster.Name, await DefineAsync(NewName(cluster.Name), script)));
        }

        foreach (var task in ends) await WhenAsync(cluster.Name, task, "RUNNING");
        var of = (await cluster.Docker.OfAccountAsync(Stack.Account)).ToDictionary(
            container => container.TaskArn, container => container.Id);
        foreach (var task in ends)
        {
            await Eventually.HoldsAsync($"{task} can be told to end", async () =>
                (await cluster.Docker.ExecAsync(of[task], "ls", "/ready")).ExitCode == 0);
        }

        return new Away(cluster, of, stays, [.. ends]);
    }

    /// <summary>Some of those that end do so, one after another.</summary>
    private static async Task EndAsync(Away outage, int from, int to)
    {
        foreach (var task in outage.Ends[from..to])
        {
            var container = outage.Containers[task];
            await outage.Cluster.Docker.KillAsync(container, "USR1");
            await Eventually.HoldsAsync($"{task} has ended", async () =>
                !(await outage.Cluster.Docker.InspectAsync(container)).State!.Running);
        }
    }

    private static bool Says(AgentProcess agent, string[] ended)
    {
        var said = agent.Process.Tail(400);
        return ended.All(task => said.Contains($"Task {task.Split('/')[^1]} is Stopped", StringComparison.Ordinal));
    }

    private async Task IsToldAsync(Away outage)
    {
        var name = outage.Cluster.Name;
        var codes = new List<int>();
        foreach (var task in outage.Ends) codes.Add((int)Only(await WhenAsync(name, task, "STOPPED"))["exitCode"]!);
        Assert.Equal(Enumerable.Range(3, Ending), codes);
        // By their positions in the log, which their random names do not order.
        var told = (await Promises.ReadAsync(Stack)).Where(e => e.Name == "task-stopped" && outage.Ends.Contains(e.Stream));
        Assert.Equal(outage.Ends, told.Select(e => e.Stream));
        foreach (var task in outage.Stays)
        {
            var shown = await TaskAsync(name, task);
            Assert.Equal("RUNNING", (string?)shown["lastStatus"]);
            Assert.Equal(outage.Containers[task], (string?)Only(shown)["runtimeId"]);
            Assert.True((await outage.Cluster.Docker.InspectAsync(outage.Containers[task])).State!.Running);
        }
    }

    /// <summary>An Agent's tasks and their containers, while the broker is away.</summary>
    private sealed record Away(
        OwnCluster Cluster, Dictionary<string, string> Containers, IReadOnlyList<string> Stays, string[] Ends);

    [Fact]
    public async Task Given_a_bus_that_says_everything_twice_then_everything_happens_once()
    {
        var cluster = NewName("twice");
        var agent = await Stack.AgentAsync(cluster);
        await using var echo = await Echo.StartAsync(Stack.Backbone.BusUri, agent.InstanceArn.Split('/')[^1]);
        var stays = await RunAsync(cluster, await DefineAsync(NewName("stays"), Containers.Sleep), count: 4);
        var ends = await RunAsync(cluster, await DefineAsync(NewName("ends"), "exit 5"), count: 4);
        foreach (var task in stays) await WhenAsync(cluster, task, "RUNNING");
        await Api.CallAsync("StopTask", new { cluster, task = stays[0], reason = "seen twice" });

        var stopped = await WhenAsync(cluster, stays[0], "STOPPED");
        Assert.Equal("seen twice", (string?)stopped["stoppedReason"]);
        foreach (var task in ends) Assert.Equal(5, (int)Only(await WhenAsync(cluster, task, "STOPPED"))["exitCode"]!);
        using var engine = new Engine();
        foreach (var task in stays.Concat(ends)) Assert.Single(await engine.OfTaskAsync(task));
        Assert.Equal(3, (await ListAsync(cluster)).Count);
        Assert.True(echo.Repeated > 20, $"only {echo.Repeated} messages were repeated");
        Assert.Equal(8, (await Promises.ReadAsync(Stack)).Count(e => e.Name == "task-placed" && stays.Concat(ends).Contains(e.Stream)));
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();
    }

    [Fact]
    public async Task Given_a_start_that_comes_after_its_stop_then_nothing_is_started()
    {
        var cluster = NewName("stop-first");
        var agent = await Stack.AgentAsync(cluster);
        var definition = await DefineAsync(cluster, Containers.Sleep);
        // An Agent that has not taken this one's start yet would leave it in its queue, before the one that is meant.
        await WhenAsync(cluster, Assert.Single(await RunAsync(cluster, definition)), "RUNNING");
        await agent.Process.KillAsync();
        var task = Assert.Single(await RunAsync(cluster, definition));
        var queue = $"agent.{agent.InstanceArn.Split('/')[^1]}";
        await using var connection = await new ConnectionFactory { Uri = new Uri(Stack.Backbone.BusUri) }
            .CreateConnectionAsync(Cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
        var start = await TakeAsync(channel, queue);

        await Api.CallAsync("StopTask", new { cluster, task });
        await Eventually.HoldsAsync("the stop waits", async () => await channel.MessageCountAsync(queue, Cancel) == 1);
        await channel.BasicPublishAsync(queue, "", true, start.Properties, start.Body, Cancel);
        await agent.Process.StartReadyAsync();

        var shown = await WhenAsync(cluster, task, "STOPPED");
        Assert.Equal("UserInitiated", (string?)shown["stopCode"]);
        await Eventually.HoldsAsync("both were taken", async () => await channel.MessageCountAsync(queue, Cancel) == 0);
        using var engine = new Engine();
        Assert.Empty(await engine.OfTaskAsync(task));
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();
    }

    [Fact]
    public async Task Given_a_connected_Agent_when_a_start_comes_after_its_stop_between_two_lists_then_nothing_is_started()
    {
        var cluster = NewName("overtaken");
        var agent = await Stack.AgentAsync(cluster, settings: ("ECS_CLEANUP_AFTER", "0"));
        var exchange = Exchanges.Agent(agent.InstanceArn.Split('/')[^1]);
        await using var connection = await new ConnectionFactory { Uri = new Uri(Stack.Backbone.BusUri) }
            .CreateConnectionAsync(Cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
        var heard = (await channel.QueueDeclareAsync("", false, exclusive: true, autoDelete: true, cancellationToken: Cancel)).QueueName;
        await channel.QueueBindAsync(heard, exchange, "", cancellationToken: Cancel);
        var real = Assert.Single(await RunningAsync(cluster, 1));
        var word = await Eventually.GetAsync(
            "the word to start it", () => channel.BasicGetAsync(heard, true, Cancel), got => got is not null);
        // The same word for another task, whose numbers no list overtakes here: only the stop itself can hold its start.
        var start = JsonSerializer.Deserialize<Assignments>(word!.Body.Span, EcsJson.Options)!;
        var number = start.Number + 10_000;
        var other = real[..real.LastIndexOf('/')] + $"/{Guid.NewGuid():N}";
        var file = Path.Combine(
            agent.DataFolder, agent.InstanceArn.Split('/')[^1], "tasks", other.Split('/')[^1] + ".json");

        await SayAsync(number + 1, new TaskAssignment
        {
            TaskArn = other, Number = number + 1, DesiredStatus = DesiredStatus.Stopped,
        });
        await Eventually.HoldsAsync("it is stopped before it began", () =>
            agent.Process.Tail(400).Contains($"Task {other.Split('/')[^1]} is Stopped", StringComparison.Ordinal));
        await Eventually.HoldsAsync("it is over and forgotten", () => !File.Exists(file));
        await SayAsync(number, Assert.Single(start.Tasks) with { TaskArn = other, Number = number });

        // What comes after it in the queue is done.
        await RunningAsync(cluster, 1);
        using var engine = new Engine();
        Assert.Empty(await engine.OfTaskAsync(other));
        Assert.False(File.Exists(file));
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();

        async Task SayAsync(long at, TaskAssignment task)
        {
            var properties = new BasicProperties(word!.BasicProperties) { MessageId = $"{Guid.NewGuid():N}" };
            var body = JsonSerializer.SerializeToUtf8Bytes(start with { Number = at, Tasks = [task] }, EcsJson.Options);
            await channel.BasicPublishAsync(exchange, "", true, properties, body, Cancel);
        }
    }

    /// <summary>Takes the first message out of an Agent's queue, in its place.</summary>
    private static async Task<(BasicProperties Properties, byte[] Body)> TakeAsync(IChannel channel, string queue)
    {
        var first = new TaskCompletionSource<(BasicProperties, byte[])>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            if (first.TrySetResult((new BasicProperties(delivery.BasicProperties), delivery.Body.ToArray())))
            {
                await channel.BasicAckAsync(delivery.DeliveryTag, false, Cancel);
            }
        };
        await channel.BasicQosAsync(0, 1, false, Cancel);
        var tag = await channel.BasicConsumeAsync(queue, autoAck: false, consumer, Cancel);
        var taken = await first.Task.WaitAsync(Eventually.Patience, Cancel);
        await channel.BasicCancelAsync(tag, cancellationToken: Cancel);
        return taken;
    }
}
