using System.Threading.Channels;
using Ecs.Contracts.Commands;
using Ecs.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Log;

/// <summary>
/// The one writer of a service, while it holds the lease: takes the commands that wait, decides them one after another
/// on the state in memory, appends all in one transaction, then answers all.
/// </summary>
/// <typeparam name="TState">The service's state.</typeparam>
public sealed class GroupWriter<TState>
    where TState : IState<TState>
{
    private readonly IWriterLog _log;
    private readonly Lease _lease;
    private readonly IDecider<TState> _decider;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogFilter _owned;
    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(LogLimits.Waiting) { SingleReader = true });
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Published<TState> _current = new(TState.Empty, 0);

    /// <summary>
    /// The state must be folded again before it can be decided on: it has not been yet, or a commit failed.
    /// </summary>
    private bool _stale = true;

    /// <summary>
    /// Where to fold from: what was published is the fold of a log that cannot change, unless it is doubted.
    /// </summary>
    private Published<TState>? _foldFrom;

    /// <summary>Gives the state that the first fold goes on from; null once it has.</summary>
    private Func<CancellationToken, Task<Published<TState>>>? _start;

    /// <summary>A writer for a lease that was taken; it does nothing until it is run.</summary>
    /// <param name="log">The log.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="decider">The service's rules.</param>
    /// <param name="time">Drives the waits, and is what deciders are told.</param>
    /// <param name="logger">Told of commits and decisions that fail.</param>
    /// <param name="start">
    /// A fold of this log to go on from, asked for once no earlier append is under way; the whole log without it.
    /// </param>
    public GroupWriter(
        EventLog log,
        Lease lease,
        IDecider<TState> decider,
        TimeProvider time,
        ILogger? logger = null,
        Func<CancellationToken, Task<Published<TState>>>? start = null)
        : this((IWriterLog)log, lease, decider, time, logger, start)
    {
    }

    internal GroupWriter(
        IWriterLog log,
        Lease lease,
        IDecider<TState> decider,
        TimeProvider time,
        ILogger? logger = null,
        Func<CancellationToken, Task<Published<TState>>>? start = null)
    {
        _start = start;
        _log = log;
        _lease = lease;
        _decider = decider;
        _time = time;
        _logger = logger ?? NullLogger.Instance;
        _owned = new LogFilter { Kinds = decider.Kinds };
    }

    /// <summary>
    /// Told of every commit, in the writer's loop: hands it to the relay of this process, and must be quick.
    /// </summary>
    public event Action<Written>? Committed;

    /// <summary>
    /// The state for readers: never changes under them, and is at least as new as the last answer that was sent. Empty
    /// until <see cref="Ready"/>.
    /// </summary>
    public Published<TState> Current => _current;

    /// <summary>Completes when the log has been folded to its end; fails where the writer ended before that.</summary>
    public Task Ready => _ready.Task;

    /// <summary>
    /// Folds the log, then decides until it is cancelled; those who still wait then learn that nobody leads here.
    /// </summary>
    /// <exception cref="FencedException">Somebody else leads.</exception>
    /// <exception cref="UnknownEventException">
    /// The log was written by a newer version, so this one does not lead.
    /// </exception>
    public async Task RunAsync(CancellationToken ct)
    {
        Exception? end = null;
        try
        {
            await RefoldAsync(ct);
            _ready.TrySetResult();
            while (await _waiting.Reader.WaitToReadAsync(ct)) await SettleAsync(Take(), ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The orderly end.
        }
        catch (Exception e)
        {
            end = e;
            throw;
        }
        finally
        {
            var notLeading = new NotLeadingException(_lease.Service, end);
            _ready.TrySetException(notLeading);
            // Nobody has to wait for it.
            _ = _ready.Task.Exception;
            _waiting.Writer.TryComplete(notLeading);
            while (_waiting.Reader.TryRead(out var waiting)) waiting.Fail(notLeading);
        }
    }

    /// <summary>Has a command decided. The answer comes when it is safe in the log.</summary>
    /// <param name="command">A command of this service, never a query.</param>
    /// <param name="ct">Ends the wait, not the command: it may have its effect all the same.</param>
    /// <exception cref="NotLeadingException">
    /// This process does not lead; the outcome may be unknown. Send it again.
    /// </exception>
    public async Task<Answer> SubmitAsync(Command command, CancellationToken ct)
    {
        var waiting = new Waiting(Arrived.Of(command, _decider.Service));
        try
        {
            await _waiting.Writer.WriteAsync(waiting, ct);
        }
        catch (ChannelClosedException e)
        {
            throw new NotLeadingException(_lease.Service, e.InnerException);
        }

        return await waiting.AnsweredAsync(ct);
    }

    private List<Waiting> Take()
    {
        var group = new List<Waiting>();
        while (group.Count < LogLimits.Group && _waiting.Reader.TryRead(out var waiting)) group.Add(waiting);
        return group;
    }

    /// <summary>Brings a group to its end: answered, or failed because this process no longer leads.</summary>
    private async Task SettleAsync(List<Waiting> group, CancellationToken ct)
    {
        try
        {
            for (var failed = 0; ; )
            {
                try
                {
                    await CommitAsync(group, ct);
                    return;
                }
                catch (Exception e) when (e is not FencedException && ++failed < LogLimits.CommitTries)
                {
                    ct.ThrowIfCancellationRequested();
                    _logger.LogWarning(e, "a commit of {Count} commands failed, try {Failed}", group.Count, failed);
                    _stale = true;
                    if (e is VersionConflictException) _foldFrom = new Published<TState>(TState.Empty, 0);
                    if (failed > 1 && CommitFault.IsOfTheCommands(e))
                    {
                        await SettleOneByOneAsync(group, e, ct);
                        return;
                    }

                    await Task.Delay(Retry.After(failed), _time, ct);
                }
            }
        }
        catch (Exception e)
        {
            var notLeading = new NotLeadingException(_lease.Service, e);
            foreach (var waiting in group) waiting.Fail(notLeading);
            throw;
        }
    }

    /// <summary>A group that the log refuses as it is: each command alone, and the one at fault leaves.</summary>
    private async Task SettleOneByOneAsync(List<Waiting> group, Exception fault, CancellationToken ct)
    {
        if (group.Count > 1)
        {
            foreach (var waiting in group) await SettleAsync([waiting], ct);
            return;
        }

        _logger.LogError(fault, "command {Key} cannot be written", group[0].Arrived.Key);
        group[0].Answer(Repeats.Refuse(group[0].Arrived.Command, Repeats.Broken));
    }

    private async Task CommitAsync(List<Waiting> group, CancellationToken ct)
    {
        if (_stale) await RefoldAsync(ct);
        var now = GroupStep.WholeMicroseconds(_time.GetUtcNow());
        var times = GroupTimes.Begin();
        var finding = FindAsync(group, ct);
        var resolving = _decider.ResolveAsync([.. group.Select(w => w.Arrived.Command)], now, ct).AsTask();
        // Both to their ends, whichever fails: what is tried again must not meet what it left under way.
        await Task.WhenAll(finding, resolving);
        var (known, resolved) = (await finding, await resolving);
        times?.Found();
        var arrived = group.Select((w, i) => w.Arrived with { Resolved = resolved[i] }).ToArray();
        var outcome = GroupStep.Decide(_decider, _current.State, arrived, known, now);

        times?.Decided();
        // Not cancelled with the loop: a commit that was begun is brought to its end, so that its answers are true.
        var commit = outcome.Decided.Count > 0
            ? await _log.CommitAsync(_lease, outcome.Decided, CancellationToken.None)
            : null;
        var behind = _current.Position;
        _current = commit is null ? _current with { State = outcome.State } : At(commit, outcome.State);
        if (commit is not null) Committed?.Invoke(new Written(behind, commit));
        times?.Keep(group);
        for (var i = 0; i < group.Count; i++) Answer(group[i], outcome.Answers[i]);
    }

    private async Task<IReadOnlyDictionary<CommandKey, RecordedCommand>> FindAsync(
        List<Waiting> group, CancellationToken ct)
    {
        var keys = group.Where(w => w.Arrived is { IsRoutine: false, Refusal: null })
            .SelectMany(w => new[] { w.Arrived.Key, w.Arrived.SendingKey })
            .ToHashSet();
        return await _log.FindCommandsAsync(keys, ct);
    }

    private void Answer(Waiting waiting, GroupAnswer answer)
    {
        if (answer.Fault is not null) _logger.LogError(answer.Fault, "deciding {Key} failed", waiting.Arrived.Key);
        waiting.Answer(answer.Answer with { Position = answer.Answer.Position ?? _current.Position });
    }

    private async Task RefoldAsync(CancellationToken ct)
    {
        // An append whose reply was lost may still be under way: what it does must be in the fold.
        await _log.WaitForEarlierAsync(_lease, ct);
        _decider.Forget();
        var from = _foldFrom ?? (_start is null ? _current : await _start(ct));
        _current = await StateFold.ToTheEndAsync(_log, from, _owned, ct);
        _start = null;
        _foldFrom = null;
        _stale = false;
    }

    private static Published<TState> At(Commit commit, TState state) =>
        new(state, commit.LastPosition) { Mark = new CommitMark(commit.Number, commit.Hash) };
}
