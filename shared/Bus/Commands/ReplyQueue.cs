using System.Collections.Concurrent;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Ecs.Bus;

/// <summary>
/// This program's own queue for answers, exclusive to its connection. It is the one queue that every program consumes,
/// so its first connect also declares the topology and opens the way for everything that is published.
/// </summary>
internal sealed class ReplyQueue(
    BusOptions options,
    IReceiveEndpointConnector connector,
    BusConnection connection,
    Aside aside,
    ILogger<ReplyQueue> log) : IAsyncDisposable
{
    /// <summary>The most answers that are taken at a time.</summary>
    private const ushort MaxAtATime = 32;

    private readonly ConcurrentDictionary<string, TaskCompletionSource<Answer>> _waiting = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private QueueConsumer? _consumer;
    private Session? _session;
    private TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal string Name { get; } = $"ecs.replies.{options.Client}.{Guid.NewGuid():N}";

    internal void Start() => _consumer = new QueueConsumer(
        connector,
        connection,
        new Consumption(Name, MaxAtATime, DeclareAsync, TakeAsync) { Begin = Begin },
        log);

    /// <summary>
    /// The queue as it is declared now; waits for it while the broker is away. When it ends, so do its answers.
    /// </summary>
    internal async ValueTask<Session> GetAsync(CancellationToken ct)
    {
        while (true)
        {
            Task begun;
            lock (_gate)
            {
                if (_session is { Ended.IsCancellationRequested: false } session) return session;
                if (_begun.Task.IsCompleted)
                {
                    _begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                begun = _begun.Task;
            }

            await begun.WaitAsync(ct);
        }
    }

    internal Task<Answer> Expect(string correlationId) =>
        _waiting.GetOrAdd(correlationId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    internal void Forget(string correlationId) => _waiting.TryRemove(correlationId, out _);

    public ValueTask DisposeAsync() => _consumer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task DeclareAsync(RabbitMQ.Client.IChannel channel, CancellationToken ct)
    {
        await Topology.DeclareAsync(channel, ct);
        await Topology.OwnQueueAsync(channel, Name, null, ct);
    }

    private void Begin(Session session)
    {
        lock (_gate)
        {
            _session = session;
            _begun.TrySetResult();
        }
    }

    private async Task TakeAsync(Delivery delivery)
    {
        var id = delivery.Properties.CorrelationId;
        if (id is null || !_waiting.TryGetValue(id, out var waiting))
        {
            log.LogDebug("An answer came for nobody who still waits: {CorrelationId}", id);
            return;
        }

        try
        {
            waiting.TrySetResult(JsonSerializer.Deserialize<Answer>(delivery.Body.Span, EcsJson.Options)
                ?? throw new JsonException("the answer is null"));
        }
        catch (JsonException e)
        {
            await aside.SetAsideAsync(delivery, $"not an answer: {JsonErrors.Describe(e).Message}", delivery.Gone);
        }
    }
}
