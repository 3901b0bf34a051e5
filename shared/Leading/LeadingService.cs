using Ecs.Log;
using Ecs.Model;
using Microsoft.Extensions.Hosting;

namespace Ecs.Leading;

/// <summary>
/// A service that decides commands: it stands by for the lease, leads while it has it, and ends in order: it stops
/// consuming, finishes what it has begun, relays the last batch, and gives up the lease.
/// </summary>
/// <typeparam name="TState">The service's state.</typeparam>
public sealed class LeadingService<TState> : BackgroundService
    where TState : IState<TState>
{
    private readonly LeadingParts<TState> _parts;
    private readonly LeadingStatus _status;
    private readonly RelaySwitch _relaySwitch = new();
    private volatile Term<TState>? _term;
    private Task _leading = Task.CompletedTask;

    internal LeadingService(LeadingParts<TState> parts, LeadingStatus status) => (_parts, _status) = (parts, status);

    /// <summary>The state as queries see it; null where this process does not lead.</summary>
    public Published<TState>? Current => _term?.Current;

    /// <summary>For tests: nothing more is published, now and in later leads, as if the relay were stuck.</summary>
    public void PauseRelay() => _relaySwitch.Pause();

    /// <summary>For tests: the relay goes on where it paused.</summary>
    public void ResumeRelay() => _relaySwitch.Resume();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var leadership = new Leadership(
            _parts.Log, _parts.Service, Environment.MachineName, _parts.Time, _parts.Logger);
        // The lease is kept until the last term has ended in order, which begins only when the program is told to stop.
        using var end = new CancellationTokenSource();
        var running = leadership.RunAsync((lease, lost) => _leading = LeadAsync(lease, stoppingToken, lost), end.Token);
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _leading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await end.CancelAsync();
        await running;
    }

    private async Task LeadAsync(Lease lease, CancellationToken stopping, CancellationToken lost)
    {
        if (stopping.IsCancellationRequested) return;

        var term = new Term<TState>(_parts, lease, _relaySwitch);
        try
        {
            _term = term;
            _status.Enter(Phase.Beginning);
            await term.RunAsync(() => _status.Enter(Phase.Leading), stopping, lost);
        }
        catch (Exception e)
        {
            _status.Fail(e);
            throw;
        }
        finally
        {
            _term = null;
            _status.Enter(Phase.StandingBy);
        }
    }
}
