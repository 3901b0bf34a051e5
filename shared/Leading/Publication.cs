using Ecs.Bus;
using Ecs.Contracts.Tracing;
using Ecs.Log;
using Ecs.Model;

namespace Ecs.Leading;

/// <summary>Where a lead's relay publishes: to the bus, and to whoever else the service tells.</summary>
internal sealed class Publication<TState>(LeadingParts<TState> parts, GroupWriter<TState> writer)
    where TState : IState<TState>
{
    /// <summary>How often it is looked whether the writer has published the state of a commit.</summary>
    private static readonly TimeSpan StatePoll = TimeSpan.FromMilliseconds(1);

    /// <summary>Returns when the broker has confirmed every event and the service's own part is done.</summary>
    public async Task PublishAsync(IReadOnlyList<RawEvent> batch, CancellationToken ct)
    {
        // At the same time: an Agent's work should not wait until everyone else was told of it.
        var told = parts.Role.AlsoRelay is { } alsoRelay
            ? TracedAsync("tell Agent", batch, () => TellAsync(alsoRelay, batch, ct))
            : Task.CompletedTask;
        await Task.WhenAll(
            told, TracedAsync("publish", batch, () => parts.Events.PublishAsync([.. batch.Select(Message)], ct)));
    }

    // A span for each event, in the trace of the command that caused it.
    private static async Task TracedAsync(string what, IReadOnlyList<RawEvent> batch, Func<Task> work)
    {
        var spans = Spans.AreKept
            ? batch.Where(e => e.Name.StartsWith("task-", StringComparison.Ordinal))
                .Select(e => Spans.BeginOf(e.Correlation ?? e.Causation, $"{what} {e.Name}", e.Stream)).ToList()
            : [];
        try
        {
            await work();
        }
        finally
        {
            foreach (var span in spans) span?.Dispose();
        }
    }

    private async Task TellAsync(
        Func<IReadOnlyList<RawEvent>, Published<TState>, CancellationToken, Task> alsoRelay,
        IReadOnlyList<RawEvent> batch,
        CancellationToken ct)
    {
        // Between a commit and its publication in this process the relay's poll may already have read it.
        while (writer.Current.Position < batch[^1].Position) await Task.Delay(StatePoll, parts.Time, ct);

        await alsoRelay(batch, writer.Current, ct);
    }

    private static EventMessage Message(RawEvent e) =>
        EventMessage.Of(e.WithoutData(), e.CanonicalData());
}
