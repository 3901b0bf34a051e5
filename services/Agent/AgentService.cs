using Ecs.Agent.Conversing;
using Ecs.Agent.Docker;
using Ecs.Agent.Environments;
using Ecs.Agent.Executing;
using Ecs.Agent.Joining;
using Ecs.Agent.Journal;
using Ecs.Agent.Machine;
using Ecs.Agent.Reporting;
using Ecs.Agent.Running;
using Ecs.Bus;

namespace Ecs.Agent;

/// <summary>The Agent's life: find the engine, take up the journal, join the cluster, drive tasks.</summary>
internal sealed class AgentService(
    AgentSettings settings,
    Engine engine,
    IAgentEndpoint endpoint,
    Membership membership,
    Reporter reporter,
    AgentHealth health,
    ConversationDesk conversations,
    KernelPorts kernel,
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
            var identity = InstanceIdentity.Locate(settings, facts.Id);
            using var held = await DataDirectory.HoldAsync(identity.Directory, clock, WaitFor, stoppingToken);
            var session = await InstanceSession.BeginAsync(identity.Directory, clock, WaitFor, stoppingToken);
            var book = new ImageBook(Path.Combine(identity.Directory, "images.json"), _log);
            var images = new Images(
                engine, new(settings.RegistryCredentials), book, clock, logs.CreateLogger<Images>());
            await UntilReplacedAsync(ct => RunAsync(identity, session, images, book, ct), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _log.LogInformation("The Agent ends; its containers run on.");
        }
    }

    private void WaitFor(string why)
    {
        health.Waits(why);
        _log.LogError("The Agent waits: {Why}", why);
    }

    // It stays, and does nothing: ended, it would be started again, and take the other's place in its turn for ever.
    private async Task UntilReplacedAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        using var working = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var duties = work(working.Token);
        if (await Task.WhenAny(duties, membership.Replaced) == duties)
        {
            await duties;
            return;
        }

        await working.CancelAsync();
        await duties.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var why = $"another Agent, of session {await membership.Replaced}, speaks for this instance with its key: this "
            + "one does nothing more, and its containers run on. Where the other is on a copy of this machine, give "
            + $"one of them an id of its own with {AgentSettings.InstanceIdName}; where it is gone, start this one "
            + "anew. Who is started last is heard";
        health.Waits(why);
        _log.LogCritical("The Agent stands by: {Why}", why);
        await Task.Delay(Timeout.Infinite, ct);
    }

    private async Task RunAsync(
        InstanceIdentity identity, InstanceSession session, Images images, ImageBook book, CancellationToken ct)
    {
        var instance = new Instance(
            identity.Id, settings.Cluster, settings.StopTimeout, settings.AllowsPrivileged, settings.Images.Pulls)
        {
            CreateTimeout = settings.CreateTimeout,
            StartTimeout = settings.StartTimeout,
        };
        var variables = new Variables(
            new LocalFiles(settings.SecretsDir, AgentSettings.SecretsDirName),
            new LocalFiles(settings.EnvFilesDir, AgentSettings.EnvFilesDirName),
            logs.CreateLogger<Variables>());
        var driver = new DockerDriver(
            engine, images, instance, variables, new HostPorts(kernel), clock, logs.CreateLogger<DockerDriver>());
        await using var journal = await TaskJournal.OpenAsync(
            Path.Combine(identity.Directory, "tasks"), clock, logs.CreateLogger<TaskJournal>(), ct);
        var duties = new AgentDuties(settings, identity, session, endpoint, membership, reporter, new TaskWorld
        {
            Driver = driver,
            Turns = new Turns(clock),
            Journal = journal,
            Report = reporter.Tell,
            Clock = clock,
            CleanupAfter = settings.CleanupAfter,
            Log = logs.CreateLogger<TaskLoop>(),
            Ended = ct,
        })
        {
            Listed = conversations.Compare,
        };
        health.Watch(duties.Watch, membership, journal, duties.StandingStill);
        var executions = new ExecutionJournal(Path.Combine(identity.Directory, "executions"), _log);
        var house = new Housekeeping(engine, book, new Volumes(instance), settings.Images, clock, _log);

        await Together.RunAsync(
            ct,
            duties.RunAsync(DescribeAsync),
            conversations.RunAsync(identity.Arn, duties.Find, executions, ct),
            house.RunAsync(duties.IsKnown, duties.IsWanted, ct));

        async Task<MachineFacts> DescribeAsync(CancellationToken token)
        {
            var facts = await driver.DescribeAsync(token);
            return new MachineFacts(facts, PortsInUse.Find(facts.PublishedPorts, kernel));
        }
    }

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
