using System.Diagnostics;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Tracing;

namespace Ecs.Log;

/// <summary>A command in the writer's queue, and its sender's wait for the answer.</summary>
internal sealed class Waiting(Arrived arrived)
{
    private readonly TaskCompletionSource<Answer> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Arrived Arrived { get; } = arrived;

    /// <summary>The span that it is decided in; null where none is kept.</summary>
    public Activity? Span { get; } = Spans.AreKept ? Activity.Current : null;

    /// <summary>When it began to wait, for its span.</summary>
    public DateTime Since { get; } = Spans.AreKept ? DateTime.UtcNow : default;

    /// <summary>The answer, or the end of the wait: the command may be decided all the same.</summary>
    public async Task<Answer> AnsweredAsync(CancellationToken ct)
    {
        // Not WaitAsync, which hands every answer through the thread pool: that costs a hop, and no simulation steps
        // it.
        await using var ended = ct.UnsafeRegister(
            static (waiting, token) => ((Waiting)waiting!)._answered.TrySetCanceled(token), this);
        return await _answered.Task;
    }

    public void Answer(Answer answer) => _answered.TrySetResult(answer);

    public void Fail(Exception e)
    {
        _answered.TrySetException(e);
        // A sender that stopped waiting does not look at it.
        _ = _answered.Task.Exception;
    }
}
