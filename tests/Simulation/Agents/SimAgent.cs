using Ecs.Agent;
using Ecs.Agent.Docker;
using Ecs.Agent.Joining;
using Ecs.Agent.Reporting;
using Ecs.Agent.Running;
using Ecs.Agent.Tasks;
using Ecs.Contracts;
using Ecs.Simulation.Broker;
using Ecs.Simulation.Engines;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Agents;

/// <summary>A machine with an engine and an Agent: all of the Agent's real duties, on simulated Docker, disk and bus.</summary>
internal sealed class SimAgent(
    World world, SimEngine engine, string cluster, SimBroker broker, IMishaps mishaps, Guards guards)
    : SimNode(world, $"agent-{engine.Id[^2..]}")
{
    /// <summary>The machine's disk.</summary>
    public SimDisk Disk { get; } = new();

    /// <summary>Its engine.</summary>
    public SimEngine Engine => engine;

    /// <summary>The instance that it is.</summary>
    public string InstanceArn => Arn.ContainerInstance(Scope.Default, cluster, engine.Id).ToString();

    /// <inheritdoc/>
    protected override async Task RunAsync(SimProcess process)
    {
        var wire = new Wire(process, mishaps);
        var bus = new SimBus(wire, broker, guards);
        var word = new AgentWord(process, bus, guards);
        var driver = new SimDriver(wire, engine, guards, word.Begin);
        await FindEngineAsync(driver, process.Clock);

        Disk.Session = InstanceSession.Next(Disk.Session, process.Clock.GetUtcNow());
        var identity = new InstanceIdentity(Arn.Parse(InstanceArn), "");
        var session = new InstanceSession(Disk.Session, number => Disk.Session = number);
        var settings = Settings();
        var reporter = new Reporter(bus, process.Clock, new SimLogger<Reporter>(process));
        var membership = new Membership(word, bus, settings, process.Clock, new SimLogger<Membership>(process));
        var duties = new AgentDuties(settings, identity, session, word, membership, reporter, new TaskWorld
        {
            Driver = driver,
            Turns = new Turns(process.Clock),
            Journal = new SimJournal(process, Disk, mishaps),
            Report = reporter.Tell,
            Clock = process.Clock,
            CleanupAfter = settings.CleanupAfter,
            Log = new SimLogger<TaskLoop>(process),
            Ended = CancellationToken.None,
            Begin = work => process.Post(_ => _ = work(), null),
        });
        await duties.RunAsync(async ct => new MachineFacts(await driver.DescribeAsync(ct), [22]));
    }

    private static async Task FindEngineAsync(SimDriver driver, SimClock clock)
    {
        while (true)
        {
            try
            {
                await driver.DescribeAsync(CancellationToken.None);
                return;
            }
            catch (TimeoutException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), clock);
            }
        }
    }

    private AgentSettings Settings() => new()
    {
        Cluster = cluster,
        Scope = Scope.Default,
        DataDir = "",
        DockerHost = new Uri("unix:///simulated"),
        Attributes = [],
        ReservedMemory = 0,
        StopTimeout = TimeSpan.FromSeconds(2),
        CleanupAfter = TimeSpan.FromSeconds(3),
        InstanceId = engine.Id,
    };
}
