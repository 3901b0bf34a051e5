using System.Threading.Channels;

namespace Ecs.Agent.Running;

/// <summary>Wakes one waiter. Several signals before it looks are one.</summary>
internal sealed class Signal
{
    private readonly Channel<byte> _raised = Channel.CreateBounded<byte>(1);

    /// <summary>Wakes the waiter, now or when it next waits.</summary>
    public void Raise() => _raised.Writer.TryWrite(0);

    /// <summary>Waits for a signal.</summary>
    public ValueTask<byte> WaitAsync(CancellationToken ct) => _raised.Reader.ReadAsync(ct);

    /// <summary>Waits for a signal, or until the time is over.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken ct)
    {
        using var over = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, ct);
        try
        {
            await WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The time is over.
        }
    }
}
