using System.Text.Json;
using Ecs.Agent.Docker;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;

namespace Ecs.Agent.Joining;

/// <summary>
/// Keeps the instance registered, its heartbeats going and the full list coming. Each full list says everything anew,
/// so that nothing that was lost on the way stays lost.
/// </summary>
internal sealed class Membership(
    ICommandSender sender, IHeartbeats heartbeats, AgentSettings settings, TimeProvider clock, ILogger<Membership> log)
{
    /// <summary>How often the full list is asked for.</summary>
    public static readonly TimeSpan ListEvery = TimeSpan.FromSeconds(10);

    /// <summary>How often the Agent shows that it lives.</summary>
    public static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long the Scheduler may take to answer.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The pause after a failed registration; it doubles up to <see cref="LongestPause"/>.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // The Scheduler looks at these last: by then it knows that this is the instance's Agent, and no other is heard.
    private static readonly string[] FieldsOfTheMachine = ["resources", "resources.ports"];

    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<long> _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The numbers of the newest list.
    private long _number;
    private long? _restoredFrom;

    /// <summary>Why the instance is not registered; null while it is.</summary>
    public string? Fault { get; private set; } = "not registered yet";

    /// <summary>
    /// Ends when the Scheduler has taken the first registration since the Agent's start, or refused it for nothing but
    /// what the machine has: from then on the session stays, and reports are answered.
    /// </summary>
    public Task Joined => _joined.Task;

    /// <summary>
    /// Ends with the session of another Agent that was registered after this one, for the same instance and with the
    /// same key: it speaks for the instance from then on, and this one is to end its work.
    /// </summary>
    public Task<long> Replaced => _replaced.Task;

    /// <summary>
    /// Whether a message is this Agent's, or another's that has replaced it. Before it has joined that is open.
    /// </summary>
    public bool IsMeant(Assignments message, InstanceSession session)
    {
        if (!Joined.IsCompleted || message.Session is not { } meant || meant <= session.Number) return true;

        Meet(meant, session);
        return false;
    }

    /// <summary>Registers, asks for lists, and registers again after a silence or a refusal.</summary>
    /// <param name="identity">The instance.</param>
    /// <param name="session">Which of its Agent's starts this is.</param>
    /// <param name="describe">Asks engine and machine what they have to give.</param>
    /// <param name="accept">
    /// Takes a full list over; the flag tells that the connection is new. An instance that is refused, say for what its
    /// engine has no more, is asked what it is assigned all the same: its tasks must be told of and be stopped.
    /// </param>
    /// <param name="refused">
    /// Told when the Scheduler refuses the instance or its list: what runs here is to be told of, since reports are
    /// answered even then.
    /// </param>
    /// <param name="ct">Ends it.</param>
    public async Task KeepAsync(
        InstanceIdentity identity,
        InstanceSession session,
        Func<CancellationToken, Task<MachineFacts>> describe,
        Func<Assignments, bool, CancellationToken, Task> accept,
        Action refused,
        CancellationToken ct)
    {
        var pause = FirstPause;
        while (true)
        {
            var fault = await RegisterAsync(identity, session, describe, ct);
            var isRefused = fault is { IsAnswer: true } && Joined.IsCompleted;
            if (fault is null)
            {
                pause = FirstPause;
                fault = await AskAsync(identity, session, accept, ct);
            }

            if (Fault != fault.Why)
            {
                log.LogError("The instance is not registered: {Fault}", fault.Why);
                if (fault.IsAnswer) refused();
            }

            Fault = fault.Why;
            if (isRefused) await AskRefusedAsync(identity, session, accept, ct);
            await Task.Delay(pause, clock, ct);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Beats while the instance is registered and able to take tasks.</summary>
    public async Task BeatAsync(
        InstanceIdentity identity, InstanceSession session, Func<bool> isAble, CancellationToken ct)
    {
        await Joined.WaitAsync(ct);
        using var timer = new PeriodicTimer(BeatEvery, clock);
        var beat = new Heartbeat { ContainerInstanceArn = identity.Arn.ToString(), Session = session.Number };
        for (var number = 1L; ; number++)
        {
            try
            {
                if (Fault is null && isAble()) await heartbeats.SendAsync(beat with { Number = number }, ct);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                log.LogDebug(fault, "A heartbeat was not sent.");
            }

            if (!await timer.WaitForNextTickAsync(ct)) return;
        }
    }

    private async Task<Trouble?> RegisterAsync(
        InstanceIdentity identity,
        InstanceSession session,
        Func<CancellationToken, Task<MachineFacts>> describe,
        CancellationToken ct)
    {
        try
        {
            var facts = await describe(ct);
            var answer = await sender.SendAsync(
                Registration.Of(settings, identity, session.Number, facts.Engine, facts.PortsInUse), AnswerTimeout, ct);
            if (answer.Error is { } error)
            {
                Rise(session, error);
                if (FieldsOfTheMachine.Contains(error.Field, StringComparer.Ordinal)) _joined.TrySetResult();
                return new Trouble($"the Scheduler refused it: {error.Message}", IsAnswer: true);
            }

            log.LogInformation("Registered as {Arn}, session {Session}.", identity.Arn, session.Number);
            _joined.TrySetResult();
            Fault = null;
            return null;
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            return new Trouble(fault.Message);
        }
    }

    // One that was registered since its start and is older now was replaced by another, and stays so.
    private void Rise(InstanceSession session, CommandError refusal)
    {
        if (refusal.LastSession is not { } last) return;

        if (Joined.IsCompleted)
        {
            Meet(last, session);
            return;
        }

        log.LogWarning("Session {Last} was this instance's, and was lost here: going above it.", last);
        session.RiseAbove(last);
    }

    // Called by one that has joined: its own session stays, so that a higher one is another's.
    private void Meet(long other, InstanceSession session)
    {
        if (other > session.Number) _replaced.TrySetResult(other);
    }

    // A leader that is followed may answer once more, late; whatever stays so was restored past the one command.
    private Trouble WentBack(long number) => new(
        $"the Scheduler's list is of position {number}, and there was one of {_number}: if its log was restored from a "
        + "backup, stop the Scheduler and run 'ecs-scheduler restored'");

    // Returns with the reason when no list comes any more.
    private async Task<Trouble> AskAsync(
        InstanceIdentity identity,
        InstanceSession session,
        Func<Assignments, bool, CancellationToken, Task> accept,
        CancellationToken ct)
    {
        for (var isNew = true; ; isNew = false)
        {
            var trouble = await AskOnceAsync(
                identity, list => Doubt(list, session, isNew), list => accept(list, isNew, ct), ct);
            if (trouble is not null) return trouble;

            await Task.Delay(ListEvery, clock, ct);
        }
    }

    // The log has the session that was registered last. What it says to this one does not register the instance.
    private Task<Trouble?> AskRefusedAsync(
        InstanceIdentity identity,
        InstanceSession session,
        Func<Assignments, bool, CancellationToken, Task> accept,
        CancellationToken ct)
    {
        var before = _restoredFrom;
        return AskOnceAsync(
            identity,
            list => list.Session > session.Number ? OfAnother(list.Session.Value, session) : null,
            list => accept(list, list.RestoredFrom != before, ct),
            ct);
    }

    private async Task<Trouble?> AskOnceAsync(
        InstanceIdentity identity,
        Func<Assignments, Trouble?> doubt,
        Func<Assignments, Task> accept,
        CancellationToken ct)
    {
        var asking = new GetAssignments
        {
            Account = settings.Scope.Account,
            Region = settings.Scope.Region,
            Actor = identity.Arn.ToString(),
            ContainerInstance = identity.Arn.ToString(),
        };
        try
        {
            var answer = await sender.SendAsync(asking, AnswerTimeout, ct);
            if (answer.Error is { } error)
            {
                return new Trouble($"the Scheduler refused the list: {error.Message}", IsAnswer: true);
            }

            if (answer.Result?.Deserialize<Assignments>(EcsJson.Options) is not { } list)
            {
                return new Trouble("an empty list");
            }

            if (doubt(list) is { } trouble) return trouble;
            if (list.Number < _number) return WentBack(list.Number);

            (_number, _restoredFrom) = (list.Number, list.RestoredFrom);
            await accept(list);
            return null;
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            return new Trouble(fault.Message);
        }
    }

    private Trouble? Doubt(Assignments list, InstanceSession session, bool isNew) =>
        !isNew && list.RestoredFrom != _restoredFrom ? new Trouble("the log was restored from a backup")
        : list.Session is { } other && other != session.Number ? OfAnother(other, session)
        : null;

    private Trouble OfAnother(long other, InstanceSession session)
    {
        Meet(other, session);
        return new Trouble($"the list is for session {other} of this instance, and this is {session.Number}");
    }

    /// <summary>Why the instance is not registered, or gets no list.</summary>
    /// <param name="Why">The reason, in words.</param>
    /// <param name="IsAnswer">Whether the Scheduler said so.</param>
    private sealed record Trouble(string Why, bool IsAnswer = false);
}

/// <summary>What a machine has to give: what its engine says, and the ports that no task may have.</summary>
internal sealed record MachineFacts(EngineFacts Engine, IReadOnlyList<int> PortsInUse);
