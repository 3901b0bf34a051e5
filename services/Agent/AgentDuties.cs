using Ecs.Agent.Assigning;
using Ecs.Agent.Joining;
using Ecs.Agent.Reporting;
using Ecs.Agent.Running;
using Ecs.Agent.Tasks;
using Ecs.Bus;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent;

/// <summary>
/// All that an Agent does once its engine, instance and journal are found, wired together. Everything outside comes in:
/// a simulation runs the same.
/// </summary>
internal sealed class AgentDuties
{
    private readonly AgentSettings _settings;
    private readonly InstanceIdentity _identity;
    private readonly InstanceSession _session;
    private readonly IAgentEndpoint _endpoint;
    private readonly Membership _membership;
    private readonly Reporter _reporter;
    private readonly TaskWorld _world;
    private readonly TaskLoops _loops;
    private readonly AssignmentDesk _desk;

    /// <summary>The duties of one instance; they begin when they are run.</summary>
    public AgentDuties(
        AgentSettings settings,
        InstanceIdentity identity,
        InstanceSession session,
        IAgentEndpoint endpoint,
        Membership membership,
        Reporter reporter,
        TaskWorld world)
    {
        _settings = settings;
        _identity = identity;
        _session = session;
        _endpoint = endpoint;
        _membership = membership;
        _reporter = reporter;
        _world = world with { Forget = task => _desk!.Forget(task) };
        _loops = new TaskLoops(_world);
        _desk = new AssignmentDesk(identity.Arn.ToString(), _loops, world.Report, _world);
        Watch = new Watch(world.Driver, _loops, _desk, _world);
    }

    /// <summary>Told of each full list once it is taken over.</summary>
    public Action<Assignments> Listed { get; init; } = static _ => { };

    /// <summary>The watch over Docker.</summary>
    public Watch Watch { get; }

    /// <summary>The tasks that a bug has stopped.</summary>
    public StandingStill StandingStill => _world.StandingStill;

    /// <summary>What is known of a task; null of one that is not looked after.</summary>
    public TaskState? Find(string taskArn) => _loops.Find(taskArn)?.State;

    /// <summary>Whether a task is looked after.</summary>
    public bool IsKnown(string taskArn) => Find(taskArn) is not null;

    /// <summary>Whether a task that is not over has a container of an image.</summary>
    public bool IsWanted(string image) => _loops.All.Any(loop =>
        loop.State.Status != LifecycleStatus.Stopped && loop.State.Containers.Any(c => c.Definition.Image == image));

    /// <summary>
    /// Goes on with what the journal knows, joins the cluster and drives tasks, until the Agent ends.
    /// </summary>
    public async Task RunAsync(Func<CancellationToken, Task<MachineFacts>> describe)
    {
        var ct = _world.Ended;
        _desk.Resume(_world.Journal.Load());
        await Together.RunAsync(
            ct,
            ListenAsync(ct),
            Watch.HearAsync(),
            Watch.SweepAsync(),
            _membership.BeatAsync(_identity, _session, IsAble, ct),
            _membership.KeepAsync(_identity, _session, describe, AcceptAsync, _desk.TellAll, ct),
            ReportAsync(ct));
    }

    // While nothing can be kept nothing is begun: silence tells the Scheduler to place tasks elsewhere.
    private bool IsAble() => _world.Journal.Fault is null;

    // A report names the session, which is certain only then; and before it nobody would take one.
    private async Task ReportAsync(CancellationToken ct)
    {
        await _membership.Joined.WaitAsync(ct);
        await _reporter.RunAsync(Origin(), Answered, () => _loops.AnyStarts, ct);
    }

    // On a new connection the Scheduler is told all that is seen here, whatever it was told before.
    private async Task AcceptAsync(Assignments list, bool isNew, CancellationToken ct)
    {
        if (isNew) _desk.TellAll();
        await _desk.AcceptAsync(list, ct);
        Listed(list);
    }

    private void Answered(TaskObservation told, bool mustStop)
    {
        if (_loops.Find(told.TaskArn) is not { } loop) return;

        loop.Pass(new Acknowledged(_world.Now, told.Status));
        if (mustStop) _desk.Stop(told.TaskArn);
    }

    // Beside the rest: while the broker is away, tasks that end are looked after all the same.
    private async Task ListenAsync(CancellationToken ct)
    {
        await using var listening = await _endpoint.ListenAsync(_identity.Id, HearAsync, ct);
        await Task.Delay(Timeout.Infinite, ct);
    }

    // What is another Agent's stays in the queue for it. A list of an earlier connection tells of a past that this
    // Agent cannot place: its own comes within seconds.
    private Task HearAsync(Assignments message, CancellationToken ct)
    {
        if (!_membership.IsMeant(message, _session))
        {
            throw new NotLeadingException($"session {message.Session} of this instance's Agent has replaced this one");
        }

        if (!message.IsFullList || !(message.Session < _session.Number)) return _desk.AcceptAsync(message, ct);

        _world.Log.LogWarning(
            "Dropped: a full list of position {Number} for session {Old}, which is older than {Session}.",
            message.Number, message.Session, _session.Number);
        return Task.CompletedTask;
    }

    private SubmitTaskStates Origin() => new()
    {
        Account = _settings.Scope.Account,
        Region = _settings.Scope.Region,
        Actor = _identity.Arn.ToString(),
        ContainerInstance = _identity.Arn.ToString(),
        Session = _session.Number,
    };
}
