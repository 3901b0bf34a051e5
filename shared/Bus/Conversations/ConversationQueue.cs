using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>
/// One program's own queue of conversations: what comes is given to the one that it belongs to, in the queue's order.
/// </summary>
internal sealed class ConversationQueue : IAsyncDisposable
{
    /// <summary>The most messages that are looked at a time; none of them waits for anything.</summary>
    private const ushort MaxAtATime = 64;

    private readonly ConcurrentDictionary<string, Conversation> _open = new(StringComparer.Ordinal);
    private readonly Action<Delivery, Utterance> _takeUp;
    private readonly QueueConsumer _consumer;
    private readonly ILogger _log;

    /// <param name="name">The queue's name.</param>
    /// <param name="parts">The bus.</param>
    /// <param name="bind">Binds the queue, at every connect.</param>
    /// <param name="takeUp">Called with what belongs to no conversation that is known.</param>
    internal ConversationQueue(
        string name,
        ConversationParts parts,
        Func<IChannel, CancellationToken, Task> bind,
        Action<Delivery, Utterance> takeUp)
    {
        Name = name;
        _takeUp = takeUp;
        _log = parts.Log;
        var what = new Consumption(
            name,
            MaxAtATime,
            async (channel, ct) =>
            {
                await Topology.DeclareAsync(channel, ct);
                await Topology.OwnQueueAsync(channel, name, null, ct);
                await bind(channel, ct);
            },
            TakeAsync)
        {
            Begin = Begin,
        };
        _consumer = new QueueConsumer(parts.Connector, parts.Connection, what, parts.Log);
    }

    internal string Name { get; }

    internal int Count => _open.Count;

    internal Task Ready => _consumer.Ready;

    internal void Add(Conversation conversation) => _open[conversation.Id] = conversation;

    internal void Remove(Conversation conversation) => _open.TryRemove(conversation.Id, out _);

    public async ValueTask DisposeAsync()
    {
        foreach (var conversation in _open.Values) await conversation.DisposeAsync();
        await _consumer.DisposeAsync();
    }

    private void Begin(Session session)
    {
        // The queue is a new one: what was under way in the old one is gone.
        LoseAll();
        session.State = new Turnstile();
        session.Ended.Register(LoseAll);
    }

    private void LoseAll()
    {
        foreach (var conversation in _open.Values) conversation.Lose("the connection to the broker was lost");
    }

    private async Task TakeAsync(Delivery delivery)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gone = delivery.Gone.UnsafeRegister(_ => taken.TrySetCanceled(), null);
        ((Turnstile)delivery.Session.State!).Enter(delivery.Tag, () =>
        {
            if (taken.Task.IsCompleted) return;

            Take(delivery);
            taken.TrySetResult();
        });
        await taken.Task;
    }

    private void Take(Delivery delivery)
    {
        try
        {
            if (ConversationWire.Read(delivery) is not { } said || delivery.Properties.CorrelationId is not { } id)
            {
                _log.LogWarning("Queue {Queue}: a message that is no part of a conversation is dropped", Name);
            }
            else if (_open.TryGetValue(id, out var conversation))
            {
                conversation.Take(said);
            }
            else
            {
                _takeUp(delivery, said);
            }
        }
        catch (Exception bug)
        {
            _log.LogError(bug, "Queue {Queue}: a part of a conversation was not taken", Name);
        }
    }
}

/// <summary>What conversations need of the bus.</summary>
internal sealed record ConversationParts(
    BusOptions Options, IReceiveEndpointConnector Connector, BusConnection Connection, ILogger<Conversation> Log);
