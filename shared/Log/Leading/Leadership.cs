using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Log;

/// <summary>
/// Keeps one process of a service the leader. One that is gone is followed by another as soon as PostgreSQL has noticed
/// that its connection has ended; one that is frozen or cut off, within the life of its lease. Should it come back, its
/// appends are refused by the epoch. The age of a lease is measured by PostgreSQL's clock alone, so that the machines'
/// clocks do not matter.
/// </summary>
public sealed class Leadership
{
    private readonly LeaseTable _leases;
    private readonly string _service;
    private readonly string _holder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<bool> _mayLead;

    /// <summary>One process's part in the leadership of a service.</summary>
    /// <param name="log">Where the leases are.</param>
    /// <param name="service">The service, one of <see cref="Contracts.Commands.Services"/>.</param>
    /// <param name="holder">A name for people, such as the host's; it is made unique for this process.</param>
    /// <param name="time">Drives the waits.</param>
    /// <param name="logger">Told who leads and why somebody stopped.</param>
    /// <param name="mayLead">Asked before each try: one that is not ready yet leaves the lease to others.</param>
    public Leadership(
        EventLog log,
        string service,
        string holder,
        TimeProvider? time = null,
        ILogger? logger = null,
        Func<bool>? mayLead = null)
    {
        _mayLead = mayLead ?? (() => true);
        _leases = new LeaseTable(log.Reading, log.Writing);
        _service = service;
        _holder = $"{holder}/{Guid.NewGuid():N}";
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>
    /// Tries to lead until it is cancelled. While it leads, <paramref name="whileLeading"/> runs; its token is
    /// cancelled when the lease is lost, or when it is to end. The lease is given up afterwards, so that a successor
    /// leads at once.
    /// </summary>
    public async Task RunAsync(Func<Lease, CancellationToken, Task> whileLeading, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var isReady = _mayLead();
            var wait = isReady ? LogLimits.LeaseTry : LogLimits.ReadyPoll;
            try
            {
                var lease = isReady ? await _leases.TryTakeAsync(_service, _holder, ct) : null;
                if (lease is not null) wait = await LeadAsync(lease, whileLeading, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                _logger.LogWarning(e, "the lease of {Service} cannot be asked for", _service);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(wait, _time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>How long to wait before trying again.</returns>
    private async Task<TimeSpan> LeadAsync(
        Lease lease, Func<Lease, CancellationToken, Task> whileLeading, CancellationToken ct)
    {
        _logger.LogInformation("leading {Service}, epoch {Epoch}", lease.Service, lease.Epoch);
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var keeping = KeepAsync(lease, leading);
        try
        {
            await whileLeading(lease, leading.Token);
            return LogLimits.LeaseTry;
        }
        catch (OperationCanceledException) when (leading.IsCancellationRequested)
        {
            return LogLimits.LeaseTry;
        }
        catch (FencedException e)
        {
            _logger.LogWarning("{Reason}", e.Message);
            return LogLimits.LeaseTry;
        }
        catch (Exception e)
        {
            _logger.LogError(e, "leading {Service} failed; another instance may try", lease.Service);
            return LogLimits.LeaseStandBack;
        }
        finally
        {
            await leading.CancelAsync();
            await keeping;
            await GiveUpAsync(lease);
        }
    }

    /// <summary>Renews until it is cancelled, and cancels when the lease is lost.</summary>
    private async Task KeepAsync(Lease lease, CancellationTokenSource leading)
    {
        var renewed = _time.GetTimestamp();
        await using var session = new LeaseSession(_leases, lease);
        // At once, so that this session, not the end of the lease, tells when the process is gone.
        await RenewAsync(session, lease, LogLimits.LeaseLife, leading.Token);
        while (!leading.IsCancellationRequested)
        {
            await Task.Delay(LogLimits.LeaseRenewal, _time, leading.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (leading.IsCancellationRequested) return;

            // Counted from before the question, since PostgreSQL counts from when it answers it.
            var asked = _time.GetTimestamp();
            var left = LogLimits.LeaseLife - _time.GetElapsedTime(renewed, asked);
            var held = await RenewAsync(session, lease, left, leading.Token);
            if (held == true) renewed = asked;
            if (held == false || _time.GetElapsedTime(renewed) >= LogLimits.LeaseLife)
            {
                _logger.LogWarning("the lease of {Service}, epoch {Epoch}, is lost", lease.Service, lease.Epoch);
                await leading.CancelAsync();
            }
        }
    }

    /// <returns>Whether it is still held; null where PostgreSQL could not be asked in time.</returns>
    private async Task<bool?> RenewAsync(LeaseSession session, Lease lease, TimeSpan left, CancellationToken ct)
    {
        if (left <= TimeSpan.Zero) return null;
        try
        {
            using var inTime = new CancellationTokenSource(left, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(inTime.Token, ct);
            return await session.RenewAsync(both.Token);
        }
        catch (Exception e)
        {
            _logger.LogDebug(e, "the lease of {Service} could not be renewed", lease.Service);
            return null;
        }
    }

    private async Task GiveUpAsync(Lease lease)
    {
        try
        {
            using var inTime = new CancellationTokenSource(LogLimits.LeaseLife, _time);
            await _leases.GiveUpAsync(lease, inTime.Token);
        }
        catch (Exception e)
        {
            // It ends by itself when its life is over.
            _logger.LogDebug(e, "the lease of {Service} could not be given up", lease.Service);
        }
    }
}
