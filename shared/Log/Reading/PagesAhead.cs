using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Ecs.Log;

/// <summary>
/// Reads page after page, by a statement for each: one long one would hold back PostgreSQL's cleaning up for as long as
/// it runs. A thread of its own has the next pages ready while those before them are made use of.
/// </summary>
internal static class PagesAhead
{
    /// <summary>The rows of all pages, up to the first that is not full.</summary>
    /// <param name="after">The position that the first page begins behind.</param>
    /// <param name="size">The rows of a page that is not the last.</param>
    /// <param name="positionOf">Where a row stands.</param>
    /// <param name="readPage">Reads the next rows behind a position, so many where there are as many.</param>
    /// <param name="ct">Gives up.</param>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        long after,
        int size,
        Func<T, long> positionOf,
        Func<long, int, CancellationToken, Task<List<T>>> readPage,
        [EnumeratorCancellation] CancellationToken ct)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pages = Channel.CreateBounded<List<T>>(
            new BoundedChannelOptions(LogLimits.PagesAhead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => FillAsync(pages.Writer, after, size, positionOf, readPage, left.Token), ct);
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(ct))
            {
                foreach (var row in page) yield return row;
            }
        }
        finally
        {
            await left.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task FillAsync<T>(
        ChannelWriter<List<T>> pages,
        long after,
        int size,
        Func<T, long> positionOf,
        Func<long, int, CancellationToken, Task<List<T>>> readPage,
        CancellationToken ct)
    {
        Exception? failure = null;
        try
        {
            for (var isLast = false; !isLast;)
            {
                var page = await readPage(after, size, ct);
                isLast = page.Count < size;
                if (!isLast) after = positionOf(page[^1]);
                await pages.WriteAsync(page, ct);
            }
        }
        catch (Exception e)
        {
            // Whoever reads the pages meets it behind those that were read before.
            failure = e;
        }

        pages.Complete(failure);
    }
}
