using JasperFx.Events;
using Marten;

namespace Ecs.Log;

/// <summary>
/// Marten hands out the drawn sequence numbers stream by stream. Here they are handed out again in the order of the
/// decisions: otherwise, inside one commit, a task could stand before the stop of the task whose room it takes.
/// </summary>
internal sealed class DecisionOrder(IReadOnlyList<IEvent> inOrder) : DocumentSessionListenerBase
{
    public override Task BeforeSaveChangesAsync(IDocumentSession session, CancellationToken token)
    {
        var drawn = inOrder.Select(e => e.Sequence).Order().ToArray();
        for (var i = 0; i < drawn.Length; i++) inOrder[i].Sequence = drawn[i];
        return Task.CompletedTask;
    }
}
