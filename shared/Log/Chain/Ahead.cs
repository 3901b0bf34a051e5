using System.Runtime.CompilerServices;

namespace Ecs.Log;

/// <summary>A stream of rows that can be looked at before they are taken.</summary>
internal sealed class Ahead<T>(IAsyncEnumerable<T> rows, CancellationToken ct) : IAsyncDisposable
{
    private readonly ConfiguredCancelableAsyncEnumerable<T>.Enumerator _rows =
        rows.WithCancellation(ct).ConfigureAwait(false).GetAsyncEnumerator();

    private bool _hasNext;
    private bool _begun;

    public async Task<List<T>> TakeAsync(Func<T, bool> isIn)
    {
        if (!_begun) _hasNext = await _rows.MoveNextAsync();
        _begun = true;
        var taken = new List<T>();
        while (_hasNext && isIn(_rows.Current))
        {
            taken.Add(_rows.Current);
            _hasNext = await _rows.MoveNextAsync();
        }

        return taken;
    }

    public async ValueTask DisposeAsync() => await _rows.DisposeAsync();
}
