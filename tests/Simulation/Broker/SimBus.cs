using Ecs.Bus;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Broker;

/// <summary>The bus as one process reaches it: everything that shared/Bus offers to services, Agents and clients.</summary>
internal sealed class SimBus(Wire wire, SimBroker broker, Guards guards)
    : ICommandSender, IAgentSender, IHeartbeats, IAgentEndpoint
{
    /// <summary>As the real endpoint: the most commands that are answered at a time.</summary>
    private const int CommandsAtATime = 512;

    /// <summary>The pause before what was not confirmed, or what a passing fault held, is tried again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Failures of one message after which it is set aside.</summary>
    private const int MaxFailures = 3;

    private int _sent;

    private TimeProvider Clock => wire.Process.Clock;

    /// <inheritdoc/>
    public async Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct)
    {
        var answered = new TaskCompletionSource<Answer>();
        var sent = command.CommandId is null
            ? command with { CommandId = $"{wire.Process.Name}-{++_sent}" }
            : command;
        var message = new SimMessage(
            sent, answer => wire.Process.Run(() => answered.TrySetResult((Answer)answer)));
        var publishing = PublishAsync(CommandTypes.Of(command.GetType()).Service, message, answered.Task);
        var answer = await answered.Task.WaitAsync(timeout, Clock, ct);
        await publishing;
        return answer;
    }

    /// <inheritdoc/>
    public Task SendAsync(string instanceId, Assignments message, CancellationToken ct) => wire.AskAsync(
        "send-assignments",
        () =>
        {
            broker.Queue(SimBroker.OfAgent(instanceId)).Publish(new SimMessage(message, null));
            return true;
        },
        ct);

    /// <inheritdoc/>
    public Task ForgetAsync(string instanceId, CancellationToken ct) => wire.AskAsync(
        "forget-agent",
        () =>
        {
            broker.Queue(SimBroker.OfAgent(instanceId)).Forget();
            return true;
        },
        ct);

    /// <inheritdoc/>
    public Task SendAsync(Heartbeat beat, CancellationToken ct) => wire.AskAsync(
        "beat",
        () =>
        {
            broker.Beat(beat);
            return true;
        },
        ct);

    /// <summary>Publishes events to whoever listens.</summary>
    public Task PublishAsync(IReadOnlyList<RawEvent> events, CancellationToken ct) => wire.AskAsync(
        "publish-events",
        () =>
        {
            broker.Published.AddRange(events);
            return true;
        },
        ct);

    /// <inheritdoc/>
    public Task<IAsyncDisposable> ListenAsync(Action<Heartbeat> heard, CancellationToken ct)
    {
        var end = broker.Listen(wire.Process, heard);
        return Task.FromResult<IAsyncDisposable>(new Ending(end));
    }

    /// <inheritdoc/>
    public Task<IAsyncDisposable> ListenAsync(
        string instanceId, Func<Assignments, CancellationToken, Task> handle, CancellationToken ct)
    {
        var queue = broker.Queue(SimBroker.OfAgent(instanceId));
        return Task.FromResult<IAsyncDisposable>(new SimConsumer(queue, wire.Process, 1, async (consumer, message) =>
        {
            await TryAsync(consumer, message, async () =>
            {
                await handle((Assignments)message.Body, ct);
                return true;
            });
            await AcknowledgeAsync(consumer, message);
        }));
    }

    /// <summary>Begins to answer a service's commands, as the real endpoint does.</summary>
    public SimConsumer Serve(string service, Func<Command, CancellationToken, Task<Answer>> answer, CancellationToken ct) =>
        new(broker.Queue(service), wire.Process, CommandsAtATime, async (consumer, message) =>
        {
            var command = Identified((Command)message.Body);
            var said = await TryAsync(consumer, message, () => answer(command, ct));
            if (said is null || !await ReplyAsync(consumer, message, said)) return;

            await AcknowledgeAsync(consumer, message);
        });

    private async Task PublishAsync(string queue, SimMessage message, Task answered)
    {
        while (!answered.IsCompleted)
        {
            try
            {
                await wire.AskAsync("publish", () =>
                {
                    broker.Queue(queue).Publish(message);
                    return true;
                });
                return;
            }
            catch (TimeoutException)
            {
                await Task.Delay(Pause, Clock);
            }
        }
    }

    /// <summary>Does a message's work until it is done; null where it is to stay in the queue, or was set aside.</summary>
    private async Task<T?> TryAsync<T>(SimConsumer consumer, SimMessage message, Func<Task<T>> work)
    {
        for (var failures = 0; !consumer.IsOver;)
        {
            try
            {
                return await work();
            }
            catch (OperationCanceledException)
            {
                return default;
            }
            catch (Exception fault) when (IsPassing(fault))
            {
                await Task.Delay(Pause, Clock);
            }
            catch (Exception fault)
            {
                if (++failures >= MaxFailures)
                {
                    consumer.SetAside(message, fault.ToString());
                    return default;
                }

                await Task.Delay(Pause, Clock);
            }
        }

        return default;
    }

    private async Task<bool> ReplyAsync(SimConsumer consumer, SimMessage message, Answer answer)
    {
        if (message.Reply is not { } reply) return true;

        try
        {
            return await wire.AskAsync("reply", () =>
            {
                reply(answer);
                return true;
            });
        }
        catch (TimeoutException)
        {
            consumer.Disconnect();
            return false;
        }
    }

    private async Task AcknowledgeAsync(SimConsumer consumer, SimMessage message)
    {
        try
        {
            await wire.AskAsync("acknowledge", () =>
            {
                consumer.Acknowledge(message);
                return true;
            });
        }
        catch (TimeoutException)
        {
            consumer.Disconnect();
        }
    }

    // The guard: without it a delivery cannot be told from another command.
    private Command Identified(Command command) =>
        guards.CommandIds ? command : command with { CommandId = $"{command.CommandId}/{++_sent}" };

    private static bool IsPassing(Exception fault) =>
        fault is Log.NotLeadingException or FencedException || PassingFaults.IsPassing(fault);

    private sealed class Ending(Action end) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            end();
            return ValueTask.CompletedTask;
        }
    }
}
