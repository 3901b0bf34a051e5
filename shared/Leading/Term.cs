using Ecs.Bus;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Snapshots;

namespace Ecs.Leading;

/// <summary>One lead, from taking the lease to giving it up.</summary>
internal sealed class Term<TState> : IAsyncDisposable
    where TState : ISnapshot<TState>
{
    /// <summary>
    /// How long the last batch may take to be published: with the time that begun commands may take, less than a
    /// program's shutdown. What is not published then, the next leader publishes.
    /// </summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(3);

    /// <summary>How often it is looked whether the relay has caught up. It is woken for every commit besides.</summary>
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(5);

    private readonly LeadingParts<TState> _parts;
    private readonly Lease _lease;
    private readonly GroupWriter<TState> _writer;
    private readonly Relay _relay;
    private readonly RelaySwitch _relaySwitch;
    private readonly SnapshotTaker<TState> _snapshots;
    private readonly StateTelling<TState> _telling = new();

    /// <param name="parts">What the lead is made of.</param>
    /// <param name="lease">The lease that was taken.</param>
    /// <param name="relaySwitch">Holds the relay for tests.</param>
    /// <param name="start">Gives the state that was followed so far.</param>
    public Term(
        LeadingParts<TState> parts,
        Lease lease,
        RelaySwitch relaySwitch,
        Func<CancellationToken, Task<Published<TState>>> start)
    {
        _parts = parts;
        _lease = lease;
        _writer = new GroupWriter<TState>(parts.Log, lease, parts.Role.Decider, parts.Time, parts.Logger, start);
        _snapshots = new SnapshotTaker<TState>(parts.Log, lease, parts.Time, parts.Logger);
        var publication = new Publication<TState>(parts, _writer);
        _relay = new Relay(parts.Log, parts.Service, parts.Owned, publication.PublishAsync, parts.Time, parts.Logger);
        _relaySwitch = relaySwitch;
        _writer.Committed += written =>
        {
            _relay.Take(written);
            _snapshots.Offer(_writer.Current);
        };
        relaySwitch.Attach(_relay);
    }

    public Published<TState> Current => _writer.Current;

    /// <summary>Leads until it is to stop, or until the lease is lost or a part fails, which is then thrown.</summary>
    /// <param name="listening">Called when commands are being answered.</param>
    /// <param name="stopping">Ends the lead in order; the lease is still held meanwhile.</param>
    /// <param name="lost">Ends it at once.</param>
    public async Task RunAsync(Action listening, CancellationToken stopping, CancellationToken lost)
    {
        using var serving = CancellationTokenSource.CreateLinkedTokenSource(stopping, lost);
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(lost);
        using var relaying = CancellationTokenSource.CreateLinkedTokenSource(lost);

        var writer = _writer.RunAsync(writing.Token);
        var relay = _relay.RunAsync(_lease, relaying.Token);
        var serve = ServeAsync(listening, serving.Token);
        var beside = BesideAsync(serving.Token);

        await Task.WhenAny(writer, relay, serve, beside);
        await serving.CancelAsync();
        await EndedAsync(serve, beside);
        await writing.CancelAsync();
        await EndedAsync(writer);
        if (!lost.IsCancellationRequested && !writer.IsFaulted) await DrainAsync(relay);
        await relaying.CancelAsync();
        await EndedAsync(relay);

        await ThrowFirstAsync(writer, relay, serve, beside);
    }

    /// <summary>Ends the snapshot that is being taken.</summary>
    public ValueTask DisposeAsync()
    {
        _telling.Dispose();
        return _snapshots.DisposeAsync();
    }

    private async Task ServeAsync(Action listening, CancellationToken ct)
    {
        await _writer.Ready.WaitAsync(ct);
        // A service that decides nothing for long would otherwise have an ever longer log to read at its next start.
        _snapshots.Offer(_writer.Current);
        await using var endpoint = await _parts.Endpoint.ListenAsync(_parts.Service, AnswerAsync, IsPassing, ct);
        listening();
        await Task.Delay(Timeout.Infinite, ct);
    }

    private async Task BesideAsync(CancellationToken ct)
    {
        await _writer.Ready.WaitAsync(ct);
        if (_parts.Role.WhileLeading is { } whileLeading) await whileLeading(_writer, ct);
        await Task.Delay(Timeout.Infinite, ct);
    }

    private async Task<Answer> AnswerAsync(Command command, CancellationToken ct)
    {
        if (CommandScope.Check(command) is { } error)
        {
            return new Answer { CommandId = command.CommandId, Error = error };
        }

        if (!CommandTypes.Of(command.GetType()).IsQuery) return await _writer.SubmitAsync(command, ct);

        var current = _writer.Current;
        if (command is IAsksState) return await _telling.AnswerAsync(command, current, ct);

        var answer = await _parts.Role.Query(command, current, ct);
        return answer with { Position = answer.Position ?? current.Position };
    }

    private static bool IsPassing(Exception fault) =>
        fault is Log.NotLeadingException or FencedException || PassingFaults.IsPassing(fault);

    private async Task DrainAsync(Task relay)
    {
        var deadline = _parts.Time.GetTimestamp();
        while (_relay.At < _writer.Current.Position
            && !relay.IsCompleted
            && !_relaySwitch.IsPaused
            && _parts.Time.GetElapsedTime(deadline) < DrainTime)
        {
            await Task.Delay(DrainPoll, _parts.Time);
        }
    }

    private static Task EndedAsync(params Task[] parts) =>
        Task.WhenAll(parts).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>The fault that ended the lead: the writer's before those that followed from it.</summary>
    private static async Task ThrowFirstAsync(params Task[] parts)
    {
        if (parts.FirstOrDefault(part => part.IsFaulted) is { } fault) await fault;
    }
}
