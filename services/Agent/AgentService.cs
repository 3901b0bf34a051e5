using Ecs.Agent.Assigning;
using Ecs.Agent.Docker;
using Ecs.Agent.Joining;
using Ecs.Agent.Journal;
using Ecs.Agent.Reporting;
using Ecs.Agent.Running;
using Ecs.Agent.Tasks;
using Ecs.Bus;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;

namespace Ecs.Agent;

/// <summary>The Agent's life: find the engine, take up the journal, join the cluster, drive tasks.</summary>
internal sealed class AgentService(
    AgentSettings settings,
    Engine engine,
    IAgentEndpoint endpoint,
    Membership membership,
    Reporter reporter,
    AgentHealth health,
    TimeProvider clock,
    ILoggerFactory logs) : BackgroundService
{
    /// <summary>The pause before the engine is looked for again.</summary>
    private static readonly TimeSpan EnginePause = TimeSpan.FromSeconds(1);

    private readonly ILogger _log = logs.CreateLogger<AgentService>();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var facts = await FindEngineAsync(stoppingToken);
            using var images = new Images(engine);
            var identity = InstanceIdentity.Locate(settings, facts.Id);
            using var held = await DataDirectory.HoldAsync(identity.Directory, clock, _log, stoppingToken);
            await RunAsync(identity.Begin(clock.GetUtcNow()), images, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _log.LogInformation("The Agent ends; its containers run on.");
        }
    }

    private async Task RunAsync(InstanceIdentity identity, Images images, CancellationToken ct)
    {
        var instance = new Instance(identity.Id, settings.Cluster, settings.StopTimeout);
        var driver = new DockerDriver(engine, images, instance, logs.CreateLogger<DockerDriver>());
        await using var journal = new TaskJournal(
            Path.Combine(identity.Directory, "tasks"), logs.CreateLogger<TaskJournal>());

        AssignmentDesk? desk = null;
        var world = new TaskWorld
        {
            Driver = driver,
            Journal = journal,
            Report = reporter.Tell,
            Forget = task => desk!.Forget(task),
            Clock = clock,
            CleanupAfter = settings.CleanupAfter,
            Log = logs.CreateLogger<TaskLoop>(),
            Ended = ct,
        };
        var loops = new TaskLoops(world);
        desk = new AssignmentDesk(identity.Arn.ToString(), loops, reporter.Tell, world);
        var watch = new Watch(driver, loops, desk, world);
        health.Watch(watch, membership);

        desk.Resume(journal.Load());
        // None of these ends by itself: one that does has met a bug, and the program ends and is started anew.
        await await Task.WhenAny(
            ListenAsync(identity, desk, ct),
            watch.HearAsync(),
            watch.SweepAsync(),
            membership.BeatAsync(identity, ct),
            membership.KeepAsync(identity, driver.DescribeAsync, AcceptAsync, ct),
            reporter.RunAsync(Origin(identity), AnsweredAsync, ct));

        // On a new connection the Scheduler is told all that is seen here, whatever it was told before.
        Task AcceptAsync(Assignments list, bool isNew, CancellationToken token)
        {
            if (isNew) desk.TellAll();
            return desk.AcceptAsync(list, token);
        }

        async Task AnsweredAsync(TaskObservation told, bool mustStop, CancellationToken token)
        {
            if (loops.Find(told.TaskArn) is not { } loop) return;

            await loop.PostAsync(new Acknowledged(clock.GetUtcNow(), told.Status), token);
            if (mustStop) await desk.StopAsync(told.TaskArn, token);
        }
    }

    // Beside the rest: while the broker is away, tasks that end are looked after all the same.
    private async Task ListenAsync(InstanceIdentity identity, AssignmentDesk desk, CancellationToken ct)
    {
        await using var listening = await endpoint.ListenAsync(identity.Id, desk.AcceptAsync, ct);
        await Task.Delay(Timeout.Infinite, ct);
    }

    private SubmitTaskStates Origin(InstanceIdentity identity) => new()
    {
        Account = settings.Scope.Account,
        Region = settings.Scope.Region,
        Actor = identity.Arn.ToString(),
        ContainerInstance = identity.Arn.ToString(),
        Session = identity.Session,
    };

    private async Task<EngineFacts> FindEngineAsync(CancellationToken ct)
    {
        var said = false;
        while (true)
        {
            try
            {
                return await EngineFactsReader.ReadAsync(engine, ct);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                if (!said) _log.LogError("No Docker engine at {Host}: {Text}", settings.DockerHost, fault.Message);
                said = true;
                await Task.Delay(EnginePause, clock, ct);
            }
        }
    }
}
