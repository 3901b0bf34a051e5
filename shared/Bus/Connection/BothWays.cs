namespace Ecs.Bus;

/// <summary>
/// The consuming of what comes by two ways. The quick one is not waited for when it begins: without it nothing is
/// missing.
/// </summary>
internal sealed record BothWays(IAsyncDisposable Usual, IAsyncDisposable Quick) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Quick.DisposeAsync();
        await Usual.DisposeAsync();
    }
}
