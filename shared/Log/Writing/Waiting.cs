using Ecs.Contracts.Commands;

namespace Ecs.Log;

/// <summary>A command in the writer's queue, and its sender's wait for the answer.</summary>
internal sealed class Waiting(Arrived arrived)
{
    private readonly TaskCompletionSource<Answer> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Arrived Arrived { get; } = arrived;

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
