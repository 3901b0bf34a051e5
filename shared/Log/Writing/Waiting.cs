using Ecs.Contracts.Commands;

namespace Ecs.Log;

/// <summary>A command in the writer's queue, and its sender's wait for the answer.</summary>
internal sealed class Waiting(Arrived arrived)
{
    private readonly TaskCompletionSource<Answer> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Arrived Arrived { get; } = arrived;

    public Task<Answer> Answered => _answered.Task;

    public void Answer(Answer answer) => _answered.TrySetResult(answer);

    public void Fail(Exception e)
    {
        _answered.TrySetException(e);
        // A sender that stopped waiting does not look at it.
        _ = _answered.Task.Exception;
    }
}
