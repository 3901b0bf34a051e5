using System.Text.Json.Nodes;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.Faults;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Engines;

/// <summary>A test that breaks the engine, the disk or the process of an Agent that is its own.</summary>
public abstract class EngineTest(HardyStack stack) : FaultTest(stack)
{
    /// <summary>A cluster with one Agent, whose engine is a dockerd of its own.</summary>
    /// <param name="name">What the cluster's name begins with.</param>
    /// <param name="keepsContainers">Whether containers outlive the daemon.</param>
    /// <param name="megabytes">How much fits on the engine's disk.</param>
    /// <param name="hasOwnDisk">Whether the Agent keeps its things on a small disk of their own.</param>
    /// <param name="settings">Settings of the Agent besides.</param>
    internal async Task<OwnCluster> ClusterAsync(
        string name,
        bool keepsContainers = false,
        int megabytes = 200,
        bool hasOwnDisk = false,
        params (string Name, string Value)[] settings)
    {
        var engine = await OwnEngine.StartAsync(keepsContainers, megabytes);
        var cluster = NewName(name);
        var agent = Stack.NewAgent(
            cluster, 65_536, 65_536, null, [("DOCKER_HOST", engine.Host.ToString().TrimEnd('/')), .. settings]);
        var own = new OwnCluster(cluster, engine, agent, Stack);
        try
        {
            if (hasOwnDisk)
            {
                own.AgentDisk = await OwnDisk.MountAsync(agent.DataFolder);
                agent.Process.MountsOf = own.AgentDisk.Process;
            }

            await Api.CallAsync("CreateCluster", new { clusterName = cluster });
            await agent.Process.StartReadyAsync();
            await agent.WhenRegisteredAsync(Api);
            return own;
        }
        catch (Exception)
        {
            await own.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tasks of one sleeping container each, that run, and whose starts are known before their engine may go.</summary>
    internal async Task<IReadOnlyList<string>> RunningAsync(string cluster, int count, string script = Containers.Sleep)
    {
        var definition = await DefineAsync(NewName(cluster), script);
        var tasks = await RunAsync(cluster, definition, count);
        foreach (var task in tasks)
        {
            await WhenAsync(cluster, task, "RUNNING");
            await Stack.Starts.OfAsync(task, atLeast: 1);
        }

        return tasks;
    }

    /// <summary>An Agent's container instance, as it is described.</summary>
    internal async Task<JsonNode> InstanceAsync(AgentProcess agent)
    {
        var shown = await Api.CallAsync(
            "DescribeContainerInstances", new { cluster = agent.Cluster, containerInstances = new[] { agent.InstanceArn } });
        return Assert.Single(shown["containerInstances"]!.AsArray())!;
    }

    /// <summary>The only container of a shown task.</summary>
    internal static JsonNode Only(JsonNode task) => Assert.Single(task["containers"]!.AsArray())!;

    /// <summary>How many events the log has of a task.</summary>
    internal async Task<int> EventsOfAsync(string task) =>
        (await Promises.ReadAsync(Stack)).Count(e => e.Stream == task);
}

/// <summary>A cluster with an engine and an Agent of its own; all of it ends with the test.</summary>
internal sealed class OwnCluster : IAsyncDisposable
{
    private readonly EcsStack _stack;
    private readonly CancellationTokenSource _over = new();

    public OwnCluster(string name, OwnEngine engine, AgentProcess agent, EcsStack stack)
    {
        Name = name;
        Agent = agent;
        Dockerd = engine;
        Docker = new Engine(engine.Host);
        _stack = stack;
        stack.Engines.Add(engine.Host);
        stack.Starts.Watch(engine.Host, _over.Token);
    }

    public string Name { get; }

    public OwnEngine Dockerd { get; }

    public Engine Docker { get; }

    public AgentProcess Agent { get; }

    /// <summary>The disk that the Agent keeps its things on; null where it has none of its own.</summary>
    public OwnDisk? AgentDisk { get; set; }

    /// <summary>The Docker id of a task's only container.</summary>
    public async Task<string> ContainerOfAsync(string task) => Assert.Single(await Docker.OfTaskAsync(task)).Id;

    public async ValueTask DisposeAsync()
    {
        await Agent.Process.DisposeAsync();
        if (AgentDisk is not null) await AgentDisk.DisposeAsync();
        _stack.Engines.Remove(Dockerd.Host);
        await _over.CancelAsync();
        Docker.Dispose();
        await Dockerd.DisposeAsync();
    }
}
