namespace Ecs.Leading;

/// <summary>Work that is begun and ended again and again: one stretch of it at a time.</summary>
internal sealed class Stretch(Func<CancellationToken, Task> work) : IAsyncDisposable
{
    private CancellationTokenSource? _end;
    private Task _running = Task.CompletedTask;

    public void Begin()
    {
        var end = new CancellationTokenSource();
        _end = end;
        _running = Task.Run(() => work(end.Token));
    }

    /// <summary>Ends the stretch that runs, if one does, and waits for it.</summary>
    public async Task EndAsync()
    {
        if (_end is not { } end) return;

        _end = null;
        await end.CancelAsync();
        await _running;
        end.Dispose();
    }

    public async ValueTask DisposeAsync() => await EndAsync();
}
