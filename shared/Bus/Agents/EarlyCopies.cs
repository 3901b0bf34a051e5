using System.Collections.Concurrent;
using Ecs.Contracts.Agents;

namespace Ecs.Bus;

/// <summary>
/// The work of a message that comes twice, as an early copy and in the queue, and perhaps from the queue again. It is
/// begun once: who handles assignments knows them from then on, though they are not kept yet, and would return at once
/// the second time. The message leaves the queue when that work is done, and is worked on anew only where it failed.
/// </summary>
internal sealed class EarlyCopies(Func<Assignments, CancellationToken, Task> handle)
{
    /// <summary>
    /// The most messages that are remembered; where as many are not done yet, further copies are left to the queue.
    /// </summary>
    internal const int MaxRemembered = 1_000;

    /// <summary>The most messages that are remembered when they are done: a copy may come after its message.</summary>
    internal const int MaxDone = 64;

    private readonly ConcurrentDictionary<string, Lazy<Task>> _begun = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _done = new();

    /// <summary>How many messages are remembered.</summary>
    internal int Remembered => _begun.Count;

    /// <summary>Begins the work of a copy, if it can be remembered.</summary>
    internal Task BeginAsync(string? messageId, Assignments message, CancellationToken ct)
    {
        if (_begun.Count >= MaxRemembered) ForgetDone();
        return messageId is null || _begun.Count >= MaxRemembered
            ? Task.CompletedTask
            : _begun.GetOrAdd(messageId, Work(message, ct)).Value;
    }

    /// <summary>Sees to it that the work of a message is done.</summary>
    /// <exception cref="OperationCanceledException">It was given up, now or before: the message must stay.</exception>
    internal async Task EnsureAsync(string? messageId, Assignments message, CancellationToken ct)
    {
        var work = Work(message, ct);
        if (messageId is not null)
        {
            var begun = _begun.GetOrAdd(messageId, work);
            if (begun.Value.IsFaulted) _begun[messageId] = work;
            else work = begun;
        }

        await work.Value.WaitAsync(ct);
        if (messageId is null) return;

        _done.Enqueue(messageId);
        while (_done.Count > MaxDone && _done.TryDequeue(out var oldest)) _begun.TryRemove(oldest, out _);
    }

    // Remembered before it begins: else the queue's message could come in between.
    private Lazy<Task> Work(Assignments message, CancellationToken ct) => new(async () => await handle(message, ct));

    // What was given up is neither done nor to be begun again.
    private void ForgetDone()
    {
        foreach (var (id, work) in _begun)
        {
            if (work is { IsValueCreated: true, Value: { IsCompleted: true, IsCanceled: false } })
            {
                _begun.TryRemove(id, out _);
            }
        }
    }
}
