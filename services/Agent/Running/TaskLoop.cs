using System.Threading.Channels;
using Ecs.Agent.Tasks;

namespace Ecs.Agent.Running;

/// <summary>
/// Owns one task: takes its events one after another, steps the machine and does the effects. Slow work runs beside it
/// and comes back as an event.
/// </summary>
internal sealed class TaskLoop
{
    /// <summary>The most events that wait. The ends of steps wait for room.</summary>
    public const int MaxWaiting = 256;

    /// <summary>
    /// The most events that wait when a sign of Docker is let in: beyond it signs are dropped, since sweeps repeat what
    /// they tell. So there is room for what the Scheduler says while a task waits for its disk, however long.
    /// </summary>
    public const int MaxSigns = 128;

    /// <summary>The pause after the journal could not be written: a disk that is full may have room again.</summary>
    private static readonly TimeSpan JournalPause = TimeSpan.FromSeconds(1);

    private readonly TaskWorld _world;
    private readonly StepWork _work;
    private readonly Channel<Posted> _events =
        Channel.CreateBounded<Posted>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private volatile TaskState _state;
    private Posted? _taken;

    /// <summary>A loop that begins with this state.</summary>
    public TaskLoop(TaskState initial, TaskWorld world)
    {
        _state = initial;
        _world = world;
        _work = new StepWork(this, world);
    }

    /// <summary>The task as it is now.</summary>
    public TaskState State => _state;

    /// <summary>
    /// Gives the loop an event, and returns when its effects were begun: what had to be kept is in the journal. Where a
    /// bug has ended the loop it returns too, for <see cref="StandingStill"/> says so: others must not wait for it.
    /// </summary>
    public async Task PostAsync(TaskEvent happened, CancellationToken ct)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _events.Writer.WriteAsync(new Posted(happened, done), ct);
            await done.Task.WaitAsync(ct);
        }
        catch (ChannelClosedException)
        {
            // The task is over: nothing changes it any more.
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested && !_world.Ended.IsCancellationRequested)
        {
            // A bug has ended the loop.
        }
    }

    /// <summary>Gives the loop the end of a step.</summary>
    public ValueTask TellAsync(TaskEvent happened) =>
        _events.Writer.WriteAsync(new Posted(happened, null), _world.Ended);

    /// <summary>Gives the loop a sign that may be lost.</summary>
    public void Hint(TaskEvent happened)
    {
        if (_events.Reader.Count < MaxSigns) Pass(happened);
    }

    /// <summary>
    /// Gives the loop what the Scheduler answered, without waiting for it: a task that stands still holds no other. The
    /// Scheduler says it again on the next connection.
    /// </summary>
    public void Pass(TaskEvent happened) => _events.Writer.TryWrite(new Posted(happened, null));

    /// <summary>
    /// Runs until the Agent ends or nothing is left of the task. Whoever waits for an event then is let go: with what
    /// they wanted where the task is over, as given up where the Agent ends.
    /// </summary>
    public async Task RunAsync()
    {
        _world.Starts.Changed(null, _state);
        try
        {
            await TakeAsync();
            _events.Writer.TryComplete();
            LetGo(static done => done.TrySetResult());
        }
        finally
        {
            _world.Starts.Changed(_state, null);
            _events.Writer.TryComplete(new OperationCanceledException(_world.Ended));
            _taken?.Done?.TrySetCanceled(_world.Ended);
            LetGo(static done => done.TrySetCanceled());
            _work.End();
        }
    }

    // Not ReadAllAsync, which goes on wherever it was woken: a simulation steps this loop on a thread of its own.
    private async Task TakeAsync()
    {
        while (await _events.Reader.WaitToReadAsync(_world.Ended))
        {
            while (_events.Reader.TryRead(out _taken))
            {
                var goesOn = await StepAsync(_taken.Event);
                _taken.Done?.TrySetResult();
                if (!goesOn) return;
            }
        }
    }

    private void LetGo(Action<TaskCompletionSource> end)
    {
        while (_events.Reader.TryRead(out var late))
        {
            if (late.Done is { } done) end(done);
        }
    }

    private async Task<bool> StepAsync(TaskEvent happened)
    {
        var before = _state;
        var (after, effects) = TaskMachine.Step(before, happened);
        _state = after;
        _world.Starts.Changed(before, after);
        if (before.Status != after.Status)
        {
            _world.Log.LogInformation("Task {Task} is {Status}. {Reason}", after.Id, after.Status, after.Reason ?? "");
        }

        foreach (var effect in effects)
        {
            if (effect is Effect.Forget)
            {
                _ = KeepAsync(after, _world.Journal.RemoveAsync);
                _world.Forget(after);
                return false;
            }

            await DoAsync(after, effect);
        }

        return true;
    }

    private async Task DoAsync(TaskState task, Effect effect)
    {
        switch (effect)
        {
            case Effect.Save:
                await SaveAsync(task);
                break;
            case Effect.SaveSoon:
                _ = KeepAsync(task, _world.Journal.SaveSoonAsync);
                break;
            case Effect.Report report:
                _world.Report(report.Observation);
                break;
            default:
                _work.Begin(task, effect);
                break;
        }
    }

    // Nothing is done that the journal does not know: while it cannot be written the task stands still.
    private async Task SaveAsync(TaskState task)
    {
        for (var said = false; ; said = true)
        {
            try
            {
                await _world.Journal.SaveAsync(task, _world.Ended);
                return;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                if (!said) _world.Log.LogError(fault, "The journal cannot be written; task {Task} waits.", task.Id);
                await Task.Delay(JournalPause, _world.Clock, _world.Ended);
            }
        }
    }

    // Not waited for: Docker or the next full list would tell the same.
    private async Task KeepAsync(TaskState task, Func<TaskState, CancellationToken, Task> write)
    {
        try
        {
            await write(task, _world.Ended);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _world.Log.LogWarning("The journal cannot be written for task {Task}: {Text}", task.Id, fault.Message);
        }
        catch (Exception fault) when (fault is OperationCanceledException or ChannelClosedException)
        {
            // The Agent ends.
        }
    }

    private sealed record Posted(TaskEvent Event, TaskCompletionSource? Done);
}
