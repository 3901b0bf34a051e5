using Ecs.Log;
using Ecs.Model.Snapshots;
using Microsoft.Extensions.Logging;

namespace Ecs.Leading;

/// <summary>
/// Follows the log while another process leads, so that taking over is the lease and a short tail. It holds the
/// followed state and nothing else.
/// </summary>
internal sealed class Follower<TState>
    where TState : ISnapshot<TState>
{
    private readonly LeadingParts<TState> _parts;
    private readonly LeadingStatus _status;
    private readonly StateReader<TState> _reader;
    private volatile Published<TState>? _known;

    public Follower(LeadingParts<TState> parts, LeadingStatus status)
    {
        _parts = parts;
        _status = status;
        _reader = new StateReader<TState>(parts.Log, parts.Service, parts.Role.Decider.Kinds, parts.Logger);
    }

    /// <summary>Whether it has been at the end of the log and understood everything up to there.</summary>
    public bool IsThere => _known is not null && _status.Refusal is null;

    /// <summary>
    /// Follows until it is cancelled. What fails is tried again, an event that it does not know included: that is told
    /// as the reason why this process will not lead.
    /// </summary>
    public async Task RunAsync(CancellationToken ct)
    {
        for (var failed = 0; !ct.IsCancellationRequested;)
        {
            var wait = LogLimits.FollowPoll;
            try
            {
                _known = await _reader.ToTheEndAsync(_known, ct);
                _status.Follow();
                failed = 0;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (failed++ == 0) _parts.Logger.LogWarning(e, "{Service} cannot follow the log", _parts.Service);
                _status.Fail(e);
                wait = LogLimits.RetryMost;
            }

            await Task.Delay(wait, _parts.Time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// The state to go on from where this process leads now. It is given away: after the lead it is read anew, since
    /// whatever ended the lead may have been a doubt about it.
    /// </summary>
    public async Task<Published<TState>> HandOverAsync(CancellationToken ct)
    {
        var known = await _reader.ToTheEndAsync(_known, ct);
        _known = null;
        return known;
    }

    /// <summary>Forgets what it knows; the next time it follows it begins anew.</summary>
    public void Forget() => _known = null;
}
