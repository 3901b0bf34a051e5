using Ecs.Log;
using Ecs.Model.Snapshots;
using Microsoft.Extensions.Hosting;

namespace Ecs.Leading;

/// <summary>
/// A service that decides commands: it stands by for the lease and follows the log meanwhile, leads while it has the
/// lease, and ends in order: it stops consuming, finishes what it has begun, relays the last batch, and gives up the
/// lease. It tries for the lease only once it has read the log, so that one that has just started does not take it from
/// one that is ready.
/// </summary>
/// <typeparam name="TState">The service's state.</typeparam>
public sealed class LeadingService<TState> : BackgroundService
    where TState : ISnapshot<TState>
{
    private readonly LeadingParts<TState> _parts;
    private readonly LeadingStatus _status;
    private readonly RelaySwitch _relaySwitch = new();
    private readonly Follower<TState> _follower;
    private volatile Term<TState>? _term;
    private Task _leading = Task.CompletedTask;

    internal LeadingService(LeadingParts<TState> parts, LeadingStatus status)
    {
        (_parts, _status) = (parts, status);
        _follower = new Follower<TState>(parts, status);
    }

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
            _parts.Log, _parts.Service, Environment.MachineName, _parts.Time, _parts.Logger, () => _follower.IsThere);
        // The lease is kept until the last term has ended in order, which begins only when the program is told to stop.
        using var end = new CancellationTokenSource();
        await using var following = new Stretch(_follower.RunAsync);
        following.Begin();
        var running = leadership.RunAsync(
            (lease, lost) => _leading = LeadAsync(following, lease, stoppingToken, lost), end.Token);
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _leading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await end.CancelAsync();
        await running;
    }

    private async Task LeadAsync(Stretch following, Lease lease, CancellationToken stopping, CancellationToken lost)
    {
        if (stopping.IsCancellationRequested) return;

        try
        {
            _status.Enter(Phase.Beginning);
            await following.EndAsync();
            await using var term = new Term<TState>(_parts, lease, _relaySwitch, _follower.HandOverAsync);
            _term = term;
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
            _follower.Forget();
            _status.Enter(Phase.CatchingUp);
            if (!stopping.IsCancellationRequested) following.Begin();
        }
    }
}
