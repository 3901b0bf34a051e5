using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Ecs.Bus;

/// <summary>What is to be taken from a queue that keeps nothing.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Declare">Makes the queue and its bindings; called at every connect.</param>
/// <param name="Take">
/// Takes a delivery. What it throws is told and nothing else: whatever it leaves undone comes by another way.
/// </param>
internal sealed record QuickConsumption(
    string Queue, Func<IChannel, CancellationToken, Task> Declare, Func<QuickDelivery, Task> Take);

/// <summary>One message of a queue that keeps nothing.</summary>
/// <param name="Message">The message.</param>
/// <param name="Channel">Where it came from; what answers it goes out there, unconfirmed.</param>
/// <param name="Gone">Ends with the channel: no answer gets through any more.</param>
/// <param name="Abandon">Ends when what was begun is no longer waited for.</param>
internal sealed record QuickDelivery(
    BasicDeliverEventArgs Message, IChannel Channel, CancellationToken Gone, CancellationToken Abandon)
{
    private readonly long _arrived = TimeProvider.System.GetTimestamp();

    /// <summary>Whether it has waited here for so long that it comes by the usual way already.</summary>
    internal bool IsLate => TimeProvider.System.GetElapsedTime(_arrived) > CommandSender.QuickPatience;
}

/// <summary>
/// Keeps a queue of this connection alone consumed, whatever happens to the broker. No disk keeps what is in it, and
/// nothing is acknowledged; without it nothing is missing but speed. So it is a plain consumer: as few messages and
/// turns on the way as can be.
/// </summary>
/// <remarks>
/// Without acknowledgements the broker hands over all there is, and the client's library keeps it without a limit. So
/// each is counted and gets its age as soon as it is here, and what may take long comes after that.
/// </remarks>
internal sealed class QuickQueue : IAsyncDisposable
{
    /// <summary>The most deliveries that are here, begun or not; more are let be.</summary>
    internal const int MaxUnderWay = 4096;

    /// <summary>How a channel of the quick way is opened, at either end.</summary>
    internal static readonly CreateChannelOptions Unconfirmed = new(false, false, null, consumerDispatchConcurrency: 1);

    private readonly Channel<QuickDelivery> _arrived = Channel.CreateUnbounded<QuickDelivery>();
    private readonly BusConnection _connection;
    private readonly QuickConsumption _what;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly Task _keeping;
    private int _underWay;
    private int _letBe;

    /// <summary>Takes from now on, until it is disposed; what has come then is finished.</summary>
    /// <param name="connection">The connection, while there is one.</param>
    /// <param name="what">What to take.</param>
    /// <param name="atATime">How many are begun at a time; with 1 they begin in the queue's order.</param>
    /// <param name="log">Told of what fails.</param>
    internal QuickQueue(BusConnection connection, QuickConsumption what, ushort atATime, ILogger log)
    {
        _connection = connection;
        _what = what;
        _log = log;
        _keeping = KeepAsync();
        for (var i = 0; i < atATime; i++) _ = BeginAllAsync();
    }

    /// <summary>How many are here and not done.</summary>
    internal int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>How many were let be: too many, too late, or of a channel that is lost.</summary>
    internal int LetBe => Volatile.Read(ref _letBe);

    public async ValueTask DisposeAsync()
    {
        _abandon.CancelAfter(QueueConsumer.Grace);
        await _stopping.CancelAsync();
        await _keeping;
        _arrived.Writer.TryComplete();
    }

    private async Task KeepAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await TakeAllAsync(await _connection.GetAsync(_stopping.Token));
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was, this loop is what brings the queue back.
                var level = BrokerFaults.IsBroken(e) ? LogLevel.Debug : LogLevel.Error;
                _log.Log(level, e, "Queue {Queue}: not consumed", _what.Queue);
            }

            await Task.Delay(QueueConsumer.ReconnectPause, _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes until the channel or queue is lost, or until it is to stop and what has come is done.</summary>
    private async Task TakeAllAsync(IConnection current)
    {
        await using var channel = await current.CreateChannelAsync(Unconfirmed, _stopping.Token);
        using var gone = new CancellationTokenSource();
        var untilGone = gone.Token;
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            lost.TrySetResult();
            return Task.CompletedTask;
        };
        await _what.Declare(channel, _stopping.Token);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            Arrive(message, channel, untilGone);
            return Task.CompletedTask;
        };
        consumer.UnregisteredAsync += (_, _) =>
        {
            // The broker gave it up, as where the queue was deleted by hand; the channel stays open.
            lost.TrySetResult();
            return Task.CompletedTask;
        };
        var tag = await channel.BasicConsumeAsync(_what.Queue, autoAck: true, consumer, _stopping.Token);
        await lost.Task.WaitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            if (!_stopping.IsCancellationRequested) return;

            if (channel.IsOpen) await channel.BasicCancelAsync(tag);
            while (channel.IsOpen && UnderWay > 0 && !_abandon.IsCancellationRequested)
            {
                await Task.Delay(1);
            }
        }
        finally
        {
            await gone.CancelAsync();
        }
    }

    private void Arrive(BasicDeliverEventArgs message, IChannel channel, CancellationToken gone)
    {
        if (Interlocked.Increment(ref _underWay) > MaxUnderWay)
        {
            Interlocked.Increment(ref _letBe);
            Interlocked.Decrement(ref _underWay);
            return;
        }

        // The library takes the body back when this returns.
        var kept = new BasicDeliverEventArgs(
            message.ConsumerTag, message.DeliveryTag, message.Redelivered, message.Exchange, message.RoutingKey,
            message.BasicProperties, message.Body.ToArray(), CancellationToken.None);
        _arrived.Writer.TryWrite(new QuickDelivery(kept, channel, gone, _abandon.Token));
    }

    private async Task BeginAllAsync()
    {
        try
        {
            // Not ReadAllAsync, which wakes all of them for each. The work is not waited for: behind one that has to
            // wait for something others are not to wait.
            while (true) _ = TakeAsync(await _arrived.Reader.ReadAsync());
        }
        catch (ChannelClosedException)
        {
            // It is disposed.
        }
    }

    private async Task TakeAsync(QuickDelivery delivery)
    {
        try
        {
            if (delivery.IsLate || delivery.Gone.IsCancellationRequested) Interlocked.Increment(ref _letBe);
            else await _what.Take(delivery);
        }
        catch (Exception fault)
        {
            if (delivery.Gone.IsCancellationRequested) return;

            _log.LogInformation("Queue {Queue}: message {MessageId} is left to the usual way: {Reason}",
                _what.Queue, delivery.Message.BasicProperties.MessageId, fault.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
