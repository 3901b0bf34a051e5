using System.Globalization;
using Ecs.Contracts;
using Ecs.EndToEnd.Clients;

namespace Ecs.EndToEnd.House;

/// <summary>
/// The whole house as its user has it: broker, database and the five programs as processes of their own. Each stack has
/// an account of its own, so that its containers are told from everyone else's on the same engine.
/// </summary>
public abstract class EcsStack : IAsyncLifetime
{
    private readonly Backbone _backbone = new();
    private readonly List<AgentProcess> _agents = [];
    private readonly List<ServiceProcess> _others = [];
    private int _dataFolders;

    protected EcsStack()
    {
        var account = Random.Shared.NextInt64(100_000_000_000, 999_999_999_999);
        Account = account.ToString(CultureInfo.InvariantCulture);
        Folder = Path.Combine(Path.GetTempPath(), $"ecs-end-to-end-{Account}");
        Directory.CreateDirectory(Folder);
        Starts = new ContainerStarts(Account);
        Registry = Service("Registry");
        Scheduler = Service("Scheduler");
        Auditor = Service("Auditor");
        Gateway = Service("Gateway", ("ECS_AUDITOR_URL", Auditor.Url), ("ECS_UNSIGNED_ACCESS", "true"));
    }

    public string Account { get; }

    /// <summary>The folder of the programs' spans.</summary>
    internal string Traces => Path.Combine(Folder, "traces");

    internal Scope Scope => new(Account, Scope.DefaultRegion);

    internal string Folder { get; }

    internal Backbone Backbone => _backbone;

    internal ServiceProcess Registry { get; }

    internal ServiceProcess Scheduler { get; }

    internal ServiceProcess Auditor { get; }

    internal ServiceProcess Gateway { get; }

    internal EcsApi Api { get; private set; } = null!;

    internal BusClient Bus { get; private set; } = null!;

    /// <summary>The Agent of the cluster <c>default</c>, whose engine is this machine's.</summary>
    internal AgentProcess Default { get; private set; } = null!;

    internal ContainerStarts Starts { get; }

    /// <summary>The engines that tasks of this stack run on: this machine's, and those that tests have for themselves.</summary>
    internal List<Uri> Engines { get; } = [TestSettings.DockerHost];

    /// <summary>
    /// The settings of a migration: it alone is let in as the owner of the tables, and gives the roles their passwords.
    /// </summary>
    internal (string Name, string Value)[] OfTheOwner =>
    [
        ("ECS_LOG_CONNECTION", _backbone.LogConnection),
        .. new[] { "REGISTRY", "SCHEDULER", "AUDITOR" }.Select(role => ($"ECS_{role}_PASSWORD", Backbone.RolePassword)),
    ];

    internal IEnumerable<ServiceProcess> Services =>
        [Registry, Scheduler, Auditor, Gateway, .. _agents.Select(agent => agent.Process), .. _others];

    public virtual async ValueTask InitializeAsync()
    {
        Starts.Watch(TestSettings.DockerHost);
        await _backbone.StartAsync();
        var migration = Service("Registry", "migrate", null, OfTheOwner);
        if (await migration.RunAsync("migrate") is not 0 and var code)
        {
            throw new InvalidOperationException($"the migration ended with {code}:\n{migration.Tail()}");
        }

        await Task.WhenAll(
            Registry.StartReadyAsync(),
            Scheduler.StartReadyAsync(),
            Auditor.StartReadyAsync(),
            Gateway.StartReadyAsync());
        Api = new EcsApi(Gateway.Url, Account);
        Bus = new BusClient(_backbone.BusUri);
        Default = await AgentAsync("default");
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var service in Services) await service.DisposeAsync();
        if (Bus is not null) await Bus.DisposeAsync();
        await Starts.DisposeAsync();
        await _backbone.DisposeAsync();
        using (var engine = new Engine()) await engine.SweepAsync(Account);
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A cluster of its own with one container instance, which has what is said and nothing else.</summary>
    internal async Task<AgentProcess> AgentAsync(
        string cluster, int cpu = 65_536, int memory = 65_536, params (string Name, string Value)[] settings)
    {
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        var agent = NewAgent(cluster, cpu, memory, program: null, settings);
        await agent.Process.StartReadyAsync();
        await agent.WhenRegisteredAsync(Api);
        return agent;
    }

    /// <summary>An Agent that is not started yet.</summary>
    internal AgentProcess NewAgent(
        string cluster, int cpu, int memory, string? program, params (string Name, string Value)[] settings)
    {
        var data = Path.Combine(Folder, $"agent-{Interlocked.Increment(ref _dataFolders)}");
        Directory.CreateDirectory(data);
        return Agent(cluster, cpu, memory, program, data, settings);
    }

    /// <summary>One more Agent, of this version, with the data of another: the same instance.</summary>
    internal AgentProcess WithDataOf(AgentProcess old) => Agent(old.Cluster, old.Cpu, old.Memory, null, old.DataFolder);

    private AgentProcess Agent(
        string cluster, int cpu, int memory, string? program, string data, params (string, string)[] settings)
    {
        var process = Service(
            "Agent",
            $"Agent-{_dataFolders}-{cluster}",
            program,
            [
                ("ECS_CLUSTER", cluster),
                ("ECS_DATA_DIR", data),
                ("ECS_SECRETS_DIR", Path.Combine(Folder, "secrets")),
                ("ECS_ENV_FILES_DIR", Path.Combine(Folder, "env-files")),
                ("ECS_CPU", Text(cpu)),
                ("ECS_MEMORY", Text(memory)),
                ("DOCKER_HOST", TestSettings.DockerHost.ToString().TrimEnd('/')),
                .. settings,
            ]);
        var agent = new AgentProcess(cluster, process, cpu, memory, data);
        lock (_agents) _agents.Add(agent);
        return agent;
    }

    /// <summary>One more process of a service: a standby, or one of another version.</summary>
    internal ServiceProcess Another(
        string program, string name, string? path = null, params (string Name, string Value)[] more)
    {
        var service = Service(program, name, path, more);
        _others.Add(service);
        return service;
    }

    /// <summary>The stack as every test expects it, whatever the test before it left.</summary>
    internal async Task MendAsync()
    {
        await _backbone.RabbitMq.MendAsync();
        await _backbone.Postgres.MendAsync();
        foreach (var service in new[] { Registry, Scheduler, Auditor, Gateway })
        {
            if (!service.IsRunning) service.Start();
            service.Continue();
        }

        foreach (var service in new[] { Registry, Scheduler, Auditor, Gateway }) await service.WhenReadyAsync();
    }

    private ServiceProcess Service(string program, params (string Name, string Value)[] more) =>
        Service(program, program, null, more);

    private ServiceProcess Service(
        string program, string name, string? path, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ECS_BUS_URI"] = _backbone.BusUri,
            ["ECS_LOG_CONNECTION"] = _backbone.LogConnectionOf(program),
            ["ECS_ACCOUNT"] = Account,
            ["ECS_TRACE_FILE"] = Traces + Path.DirectorySeparatorChar,
            // Two cores carry everything: a garbage collector per core and process would not help them.
            ["DOTNET_gcServer"] = "0",
        };
        foreach (var (key, value) in more) settings[key] = value;
        return new ServiceProcess(name, path ?? TestSettings.Program(program), Folder, settings);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An Agent, and the cluster that it is in.</summary>
internal sealed record AgentProcess(
    string Cluster, ServiceProcess Process, int Cpu, int Memory, string DataFolder)
{
    /// <summary>The instance that it registered; known once it has.</summary>
    public string InstanceArn { get; private set; } = "";

    public async Task WhenRegisteredAsync(EcsApi api) => InstanceArn = await Eventually.GetAsync(
        $"the Agent of {Cluster} is registered",
        async () =>
        {
            var listed = await api.CallAsync("ListContainerInstances", new { cluster = Cluster });
            return listed["containerInstanceArns"]!.AsArray().Select(arn => (string)arn!).FirstOrDefault() ?? "";
        },
        arn => arn is not "");
}

/// <summary>The stack of the tests that break nothing.</summary>
public sealed class CalmStack : EcsStack;

/// <summary>The stack of the tests that kill, stop and restart its parts.</summary>
public sealed class FaultyStack : EcsStack;

/// <summary>The stack of the tests that break engines, disks and Agents.</summary>
public sealed class HardyStack : EcsStack;

/// <summary>Tests that share one running house and leave it as it was.</summary>
[CollectionDefinition(Name)]
public sealed class CalmTests : ICollectionFixture<CalmStack>
{
    public const string Name = "Calm";
}

/// <summary>Tests that break parts of their house, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class FaultTests : ICollectionFixture<FaultyStack>
{
    public const string Name = "Faults";
}

/// <summary>Tests that break the engines, disks and processes of Agents of their own; the house itself stays whole.</summary>
[CollectionDefinition(Name)]
public sealed class EngineTests : ICollectionFixture<HardyStack>
{
    public const string Name = "Engines";
}
