using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>One channel for many users; made anew when it or the connection was lost.</summary>
/// <param name="make">Makes the channel; null where there can be none now.</param>
internal sealed class KeptChannel(Func<CancellationToken, Task<IChannel?>> make) : IAsyncDisposable
{
    private readonly SemaphoreSlim _making = new(1, 1);
    private IChannel? _channel;

    /// <summary>The open channel; null where there can be none now.</summary>
    internal async ValueTask<IChannel?> OpenAsync(CancellationToken ct)
    {
        if (Volatile.Read(ref _channel) is { IsOpen: true } open) return open;

        await _making.WaitAsync(ct);
        try
        {
            if (_channel is { IsOpen: true }) return _channel;

            await CloseAsync();
            return _channel = await make(ct);
        }
        finally
        {
            _making.Release();
        }
    }

    /// <summary>Closes the channel; the next use makes another.</summary>
    public async ValueTask DisposeAsync()
    {
        await _making.WaitAsync();
        try
        {
            await CloseAsync();
        }
        finally
        {
            _making.Release();
        }
    }

    private async ValueTask CloseAsync()
    {
        // Given up also where closing it fails.
        var old = _channel;
        _channel = null;
        if (old is not null) await old.DisposeAsync();
    }
}
