using System.Collections.Concurrent;
using Ecs.Contracts.Agents;

namespace Ecs.Bus;

/// <summary>
/// Work whose early copy has come, until the queue's own message does: it leaves the queue when the work of its copy is
/// done, and is worked on by itself only where that failed.
/// </summary>
internal sealed class EarlyCopies(Func<Assignments, CancellationToken, Task> handle)
{
    /// <summary>
    /// The most copies that are remembered; beyond it all are forgotten, and their messages handled a second time.
    /// </summary>
    internal const int MaxRemembered = 1_000;

    private readonly ConcurrentDictionary<string, Task> _begun = new(StringComparer.Ordinal);

    /// <summary>Begins the work of a copy.</summary>
    internal Task BeginAsync(string? messageId, Assignments message, CancellationToken ct)
    {
        var work = handle(message, ct);
        if (_begun.Count >= MaxRemembered) _begun.Clear();
        if (messageId is not null) _begun[messageId] = work;
        return work;
    }

    /// <summary>Sees to it that the work of a message is done.</summary>
    internal async Task EnsureAsync(string? messageId, Assignments message, CancellationToken ct)
    {
        if (messageId is not null && _begun.TryRemove(messageId, out var early))
        {
            await early.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
            if (early.IsCompletedSuccessfully) return;
        }

        await handle(message, ct);
    }
}
