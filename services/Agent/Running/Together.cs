namespace Ecs.Agent.Running;

/// <summary>Work that goes on side by side for as long as the Agent lives.</summary>
internal static class Together
{
    /// <summary>
    /// Waits until one of them ends, which none does by itself: then it has met a bug, and the program ends and is
    /// started anew. Where it is the Agent that ends, all are waited for, so that nothing is still taken in when
    /// it says that it has ended.
    /// </summary>
    public static async Task RunAsync(CancellationToken ended, params Task[] all)
    {
        var first = await Task.WhenAny(all);
        if (ended.IsCancellationRequested)
        {
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await first;
    }
}
