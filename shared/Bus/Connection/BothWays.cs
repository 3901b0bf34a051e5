namespace Ecs.Bus;

/// <summary>
/// The consuming of what comes by two ways. The quick one is not waited for when it begins: without it nothing is
/// missing. It ends first: while the usual one is taken nobody else answers.
/// </summary>
internal sealed record BothWays(IAsyncDisposable Usual, IAsyncDisposable Quick) : IAsyncDisposable
{
    /// <summary>
    /// Whether both end at once: where the messages of the usual way wait for the quick one's work, they are to stay
    /// when that is given up.
    /// </summary>
    internal bool EndAtOnce { get; init; }

    public async ValueTask DisposeAsync()
    {
        var usual = EndAtOnce ? Usual.DisposeAsync().AsTask() : null;
        await Quick.DisposeAsync();
        await (usual ?? Usual.DisposeAsync().AsTask());
    }
}
