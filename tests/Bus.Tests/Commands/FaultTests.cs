using System.Collections.Concurrent;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;

namespace Ecs.Bus.Tests.Commands;

/// <summary>What a handler's exceptions do to the command, and to those behind it.</summary>
public sealed class FaultTests(Broker broker)
{
    [Fact]
    public async Task Given_a_command_that_always_fails_when_consumed_then_it_is_set_aside_and_the_queue_goes_on()
    {
        await using var house = await House.StartAsync(broker);
        var tries = 0;
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, (command, _) =>
        {
            if (command.CommandId is not "poison") return Task.FromResult(new Answer());
            Interlocked.Increment(ref tries);
            throw new InvalidOperationException("a bug");
        }, default);

        await house.Outsider.PublishAsync("create-cluster", "{}", new BasicProperties { MessageId = "poison" });
        var next = await house.Commands.SendAsync(new CreateCluster(), House.Deadline, default);
        IReadOnlyList<DeadLetter> letters = [];
        await House.Until(async () => (letters = await house.DeadLetters.ListAsync(default)).Count > 0);

        Assert.Null(next.Error);
        Assert.Equal("the handler failed: InvalidOperationException: a bug", Assert.Single(letters).Reason);
        Assert.Equal(1 + Attempt<Answer>.Pauses.Length, tries);
    }

    [Fact]
    public async Task Given_a_command_that_always_fails_when_somebody_asks_then_the_sender_is_told_too()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(
            Services.Scheduler, (_, _) => throw new InvalidOperationException("a bug"), default);

        var answer = await house.Commands.SendAsync(new CreateCluster { CommandId = "x" }, House.Deadline, default);

        Assert.Equal((ErrorTypes.Server, "x"), (answer.Error!.Type, answer.CommandId));
        Assert.Single(await house.DeadLetters.ListAsync(default));
    }

    [Fact]
    public async Task Given_a_handler_that_gives_up_by_itself_when_it_does_so_always_then_the_command_is_set_aside()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(
            Services.Scheduler, (_, _) => throw new OperationCanceledException("a time-out of its own"), default);

        var answer = await house.Commands.SendAsync(new CreateCluster(), House.Deadline, default);

        Assert.Equal(ErrorTypes.Server, answer.Error!.Type);
        Assert.Single(await house.DeadLetters.ListAsync(default));
    }

    [Fact]
    public async Task Given_a_command_that_fails_while_the_endpoint_is_disposed_then_the_next_leader_tries_it()
    {
        await using var house = await House.StartAsync(broker);
        var begun = new TaskCompletionSource();
        var fail = new TaskCompletionSource();
        var first = await house.Service.ListenAsync(Services.Scheduler, async (_, _) =>
        {
            begun.TrySetResult();
            await fail.Task;
            throw new InvalidOperationException("torn down already");
        }, default);
        var asking = house.Commands.SendAsync(new CreateCluster(), House.Deadline, default);
        await begun.Task.WaitAsync(House.Deadline);

        var disposing = first.DisposeAsync();
        fail.SetResult();
        await disposing;
        await using var second = await house.Service.ListenAsync(
            Services.Scheduler, (_, _) => Task.FromResult(new Answer { Position = 2 }), default);

        Assert.Equal(2, (await asking).Position);
        Assert.Empty(await house.DeadLetters.ListAsync(default));
    }

    [Fact]
    public async Task Given_a_fault_that_passes_when_it_lasts_then_commands_are_held_in_order_without_being_counted()
    {
        await using var house = await House.StartAsync(broker);
        var tries = 0;
        var isAway = true;
        var done = new ConcurrentQueue<string>();
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, async (command, _) =>
        {
            await Task.Yield();
            Interlocked.Increment(ref tries);
            if (Volatile.Read(ref isAway)) throw new NotLeadingException("another one leads");
            done.Enqueue(command.CommandId!);
            return new Answer();
        }, default);
        for (var i = 0; i < 10; i++)
        {
            await house.Outsider.PublishAsync("create-cluster", "{}", new BasicProperties { MessageId = $"{i}" });
        }

        await House.Until(() => tries >= 40);
        Assert.Equal(0u, await house.Outsider.ReadyAsync("scheduler"));
        Volatile.Write(ref isAway, false);
        await House.Until(() => done.Count == 10);

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), done.Order());
        Assert.Empty(await house.DeadLetters.ListAsync(default));
    }

    [Fact]
    public async Task Given_held_commands_when_the_endpoint_is_disposed_then_the_next_leader_gets_them_in_order()
    {
        await using var house = await House.StartAsync(broker);
        var tries = 0;
        var held = await house.Service.ListenAsync(Services.Scheduler, async (_, _) =>
        {
            await Task.Yield();
            Interlocked.Increment(ref tries);
            throw new NotLeadingException("the lease is gone");
        }, default);
        for (var i = 0; i < 20; i++)
        {
            await house.Outsider.PublishAsync("create-cluster", "{}", new BasicProperties { MessageId = $"{i:D2}" });
        }

        await House.Until(() => tries >= 20);
        await held.DisposeAsync();
        var done = new ConcurrentQueue<string>();
        await using var leading = await house.Service.ListenAsync(Services.Scheduler, (command, _) =>
        {
            done.Enqueue(command.CommandId!);
            return Task.FromResult(new Answer());
        }, default);

        await House.Until(() => done.Count == 20);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i:D2}"), done);
    }

    [Fact]
    public async Task Given_a_command_under_way_when_the_endpoint_is_disposed_then_it_is_answered_first()
    {
        await using var house = await House.StartAsync(broker);
        var begun = new TaskCompletionSource();
        var commit = new TaskCompletionSource();
        var listening = await house.Service.ListenAsync(Services.Scheduler, async (_, _) =>
        {
            begun.TrySetResult();
            await commit.Task;
            return new Answer { Position = 1 };
        }, default);
        var asking = house.Commands.SendAsync(new CreateCluster(), House.Deadline, default);
        await begun.Task.WaitAsync(House.Deadline);

        var disposing = listening.DisposeAsync();
        commit.SetResult();
        await disposing;

        Assert.Equal(1, (await asking).Position);
        Assert.Equal(0u, await house.Outsider.ReadyAsync("scheduler"));
    }

    [Fact]
    public async Task Given_a_standby_when_the_leader_disposes_then_the_standby_is_the_one_consumer()
    {
        await using var house = await House.StartAsync(broker);
        await using var standbyHouse = await House.StartAsync(broker, clean: false);
        var leader = await house.Service.ListenAsync(
            Services.Scheduler, (_, _) => Task.FromResult(new Answer { Position = 1 }), default);
        await using var standby = await standbyHouse.Service.ListenAsync(
            Services.Scheduler, (_, _) => Task.FromResult(new Answer { Position = 2 }), default);

        var first = await house.Commands.SendAsync(new CreateCluster(), House.Deadline, default);
        await leader.DisposeAsync();
        var second = await house.Commands.SendAsync(new CreateCluster(), House.Deadline, default);

        Assert.Equal((1, 2), (first.Position, second.Position));
    }

    [Fact]
    public async Task Given_nobody_who_listens_when_a_command_is_sent_then_it_times_out_and_is_done_later()
    {
        await using var house = await House.StartAsync(broker);

        var asking = house.Commands.SendAsync(new CreateCluster { CommandId = "early" }, TimeSpan.FromSeconds(5), default);
        await House.Until(async () => await house.Outsider.ReadyAsync("scheduler") is 1);
        await Assert.ThrowsAsync<TimeoutException>(() => asking);
        var done = new ConcurrentQueue<string>();
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, (command, _) =>
        {
            done.Enqueue(command.CommandId!);
            return Task.FromResult(new Answer());
        }, default);

        await House.Until(() => !done.IsEmpty);
        Assert.Equal(["early"], done);
    }
}
