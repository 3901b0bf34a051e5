using System.Threading.Channels;

namespace Ecs.Agent.Docker;

/// <summary>
/// A few places for what an engine is asked for at a time, given in the order in which they were asked for. Each is
/// lent for a time alone, so that what hangs keeps the others no longer than that.
/// </summary>
/// <param name="number">How many there are.</param>
/// <param name="loan">How long one is lent.</param>
/// <param name="clock">Ends the loans.</param>
internal sealed class Places(int number, TimeSpan loan, TimeProvider clock)
{
    // What stands in the channel is a place that is taken; those that wait do so in their order.
    private readonly Channel<bool> _taken = Channel.CreateBounded<bool>(number);

    /// <summary>Waits for a place, which is given back when it is disposed of, or its loan is over.</summary>
    public async Task<Place> TakeAsync(CancellationToken ct)
    {
        await _taken.Writer.WriteAsync(true, ct);
        return new Place(_taken.Reader, loan, clock);
    }
}

/// <summary>A place that was taken.</summary>
internal sealed class Place : IDisposable
{
    private readonly TimeSpan _loan;
    private readonly ITimer _end;
    private ChannelReader<bool>? _taken;

    /// <summary>A place of those that stand in a channel.</summary>
    public Place(ChannelReader<bool> taken, TimeSpan loan, TimeProvider clock)
    {
        (_taken, _loan) = (taken, loan);
        _end = clock.CreateTimer(_ => Give(), null, loan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Who has it goes on: the loan begins anew, unless it is over.</summary>
    public void Renew() => _end.Change(_loan, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Dispose();
        Give();
    }

    private void Give() => Interlocked.Exchange(ref _taken, null)?.TryRead(out _);
}
