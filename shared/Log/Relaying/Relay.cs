using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Log;

/// <summary>
/// Publishes a service's events in the order of the log: at least once, none skipped, and never more than
/// <see cref="LogLimits.Unconfirmed"/> that are not confirmed yet. It runs where the lease is, and is the only one that
/// publishes facts.
/// </summary>
[SuppressMessage(
    "Reliability",
    "CA1001",
    Justification = "A semaphore whose wait handle is never asked for holds nothing to release.")]
public sealed class Relay
{
    private readonly IRelayLog _log;
    private readonly string _name;
    private readonly LogFilter _owned;
    private readonly Func<IReadOnlyList<RawEvent>, CancellationToken, Task> _publish;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _woken = new(0, 1);
    private readonly RecentCommits _recent = new();
    private volatile bool _paused;
    private long _at;

    /// <summary>A relay; it does nothing until it is run.</summary>
    /// <param name="log">The log.</param>
    /// <param name="name">The name that its place is kept under, such as the service's.</param>
    /// <param name="owned">The events that it publishes: those that its service owns.</param>
    /// <param name="publish">Publishes events in order, and returns when the broker has confirmed every one.</param>
    /// <param name="time">Drives the waits.</param>
    /// <param name="logger">Told of publishing that fails.</param>
    public Relay(
        EventLog log,
        string name,
        LogFilter owned,
        Func<IReadOnlyList<RawEvent>, CancellationToken, Task> publish,
        TimeProvider? time = null,
        ILogger? logger = null)
        : this(new RelayTable(log), name, owned, publish, time, logger)
    {
    }

    internal Relay(
        IRelayLog log,
        string name,
        LogFilter owned,
        Func<IReadOnlyList<RawEvent>, CancellationToken, Task> publish,
        TimeProvider? time = null,
        ILogger? logger = null)
    {
        _log = log;
        _name = name;
        _owned = owned;
        _publish = publish;
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>Everything up to here is published, or another service's; 0 until it has run.</summary>
    public long At => Volatile.Read(ref _at);

    /// <summary>
    /// Publishes until it is cancelled. What fails is tried again, without end: a broker that is away is waited for.
    /// </summary>
    /// <exception cref="FencedException">Somebody else leads and relays.</exception>
    public async Task RunAsync(Lease lease, CancellationToken ct)
    {
        RelayPlace? place = null;
        for (var failed = 0; !ct.IsCancellationRequested;)
        {
            try
            {
                place ??= await _log.PlaceAsync(_name, ct);
                var step = _paused ? new RelayStep(place, More: false) : await StepAsync(lease, place, ct);
                (place, failed) = (step.Place, 0);
                Volatile.Write(ref _at, place.At);
                if (!step.More) await _woken.WaitAsync(LogLimits.RelayPoll, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not FencedException)
            {
                _logger.LogWarning(e, "relay '{Name}' failed behind position {Position}", _name, place?.At);
                await Task.Delay(Retry.After(++failed), _time, ct)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>
    /// Takes over what the writer of this process has just written, and publishes it now instead of at the next poll;
    /// it need not be read back. Cheap, and never blocks.
    /// </summary>
    public void Take(Written written)
    {
        _recent.Add(written);
        Wake();
    }

    /// <summary>Looks for new events now instead of at the next poll. Cheap, and never blocks.</summary>
    public void Wake()
    {
        try
        {
            if (_woken.CurrentCount == 0) _woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it in the same moment.
        }
    }

    /// <summary>For tests: publishes nothing more, as a relay that is stuck would.</summary>
    public void Pause() => _paused = true;

    /// <summary>For tests: goes on where it paused.</summary>
    public void Resume()
    {
        _paused = false;
        Wake();
    }

    /// <summary>
    /// One step: the next events are taken from what was written here, or read; published, and only then is the place
    /// behind them saved. A crash between the two publishes them again.
    /// </summary>
    internal async Task<RelayStep> StepAsync(Lease lease, RelayPlace place, CancellationToken ct)
    {
        // A pause holds for all that is written after it, in a step that was begun before it, too.
        if ((_recent.After(place.At) ?? await ReadAsync(place.At, ct)) is not { } page || _paused)
        {
            return new RelayStep(place, More: false);
        }

        if (page.Events.Count > 0) await _publish(page.Events, ct);

        if (page.Events.Count == 0 && page.UpTo - place.Saved < LogLimits.PassedOver)
        {
            return new RelayStep(place with { At = page.UpTo }, page.IsFull);
        }

        await _log.SaveAsync(lease, _name, page.UpTo, ct);
        return new RelayStep(new RelayPlace(page.UpTo, page.UpTo), page.IsFull);
    }

    /// <summary>The next events of the log; null where it ends.</summary>
    private async Task<RelayPage?> ReadAsync(long after, CancellationToken ct)
    {
        // The head is read first: all that stands up to it is there to be read, and what the page passes over is not
        // ours.
        var head = await _log.HeadAsync(ct);
        return head > after
            ? RelayPage.Of(await _log.ReadAsync(after, head, _owned, LogLimits.Unconfirmed, ct), head)
            : null;
    }
}

/// <summary>How far a relay is.</summary>
/// <param name="At">Everything up to here is published, or another service's.</param>
/// <param name="Saved">What a restart would begin behind.</param>
internal sealed record RelayPlace(long At, long Saved);

/// <summary>What a relay publishes next.</summary>
/// <param name="Events">At most <see cref="LogLimits.Unconfirmed"/>.</param>
/// <param name="UpTo">Where the relay is when they are published.</param>
internal sealed record RelayPage(IReadOnlyList<RawEvent> Events, long UpTo)
{
    /// <summary>Whether more may follow at once.</summary>
    public bool IsFull => Events.Count == LogLimits.Unconfirmed;

    /// <summary>The first events behind a place, of which all up to another one were asked for.</summary>
    public static RelayPage Of(IReadOnlyList<RawEvent> events, long asked) =>
        new(events, events.Count == LogLimits.Unconfirmed ? events[^1].Position : asked);
}

/// <summary>What a step came to.</summary>
/// <param name="Place">The place after it.</param>
/// <param name="More">Whether more events wait already.</param>
internal sealed record RelayStep(RelayPlace Place, bool More);
