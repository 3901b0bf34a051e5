using System.Collections.Concurrent;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Ecs.Bus;

/// <summary>
/// The asking side of the quick way. A query goes out unconfirmed, and its answer comes straight to this channel, by
/// RabbitMQ's direct reply-to: past every queue, and acknowledged by nobody. What gets lost is asked on the usual way.
/// </summary>
internal sealed class QuickQuestions : IAsyncDisposable
{
    private readonly KeptChannel _channel;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Answer?>> _asked = new(StringComparer.Ordinal);

    public QuickQuestions(BusConnection connection) => _channel = new(
        // While the broker is away there is none, which the usual way waits for.
        async ct => connection.Open is { } current ? await MakeAsync(current, ct) : null);

    /// <summary>Asks; null where nobody took the query.</summary>
    /// <param name="query">The query; its answer is told by the correlation id.</param>
    /// <param name="ended">Ends the wait for the answer.</param>
    internal async Task<Answer?> AskAsync(Outgoing query, CancellationToken ended)
    {
        var correlation = query.Properties.CorrelationId!;
        var asked = new TaskCompletionSource<Answer?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[correlation] = asked;
        try
        {
            if (await _channel.OpenAsync(ended) is not { } channel) return null;

            await ConfirmedChannel.PublishAsync(channel, query, ended);
            return await asked.Task.WaitAsync(ended);
        }
        // The client's library calls it cancelled, too, where the broker was silent for too long.
        catch (Exception e) when (BrokerFaults.IsBroken(e)
            || (e is OperationCanceledException && !ended.IsCancellationRequested))
        {
            return null;
        }
        finally
        {
            _asked.TryRemove(correlation, out _);
        }
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private async Task<IChannel> MakeAsync(IConnection current, CancellationToken ct)
    {
        var channel = await current.CreateChannelAsync(QuickQueue.Unconfirmed, ct);
        channel.BasicReturnAsync += (_, returned) =>
        {
            Find(returned.BasicProperties.CorrelationId)?.TrySetResult(null);
            return Task.CompletedTask;
        };
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            Take(delivery);
            return Task.CompletedTask;
        };
        try
        {
            await channel.BasicConsumeAsync(Reply.DirectReplyTo, autoAck: true, consumer, ct);
            return channel;
        }
        catch
        {
            // With the wait of whoever asked first: nobody would close it.
            await channel.DisposeAsync();
            throw;
        }
    }

    private void Take(BasicDeliverEventArgs delivery)
    {
        if (Find(delivery.BasicProperties.CorrelationId) is not { } asked) return;

        try
        {
            if (JsonSerializer.Deserialize<Answer>(delivery.Body.Span, EcsJson.Options) is { } answer)
            {
                asked.TrySetResult(answer);
            }
        }
        catch (JsonException)
        {
            // The usual way sets aside what is no answer.
        }
    }

    private TaskCompletionSource<Answer?>? Find(string? correlation) =>
        correlation is null ? null : _asked.GetValueOrDefault(correlation);
}
