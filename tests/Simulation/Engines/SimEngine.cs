using System.Globalization;
using Ecs.Agent.Docker;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Engines;

/// <summary>
/// A Docker engine: its containers outlive every Agent, end by themselves, come to be healthy, and are counted, so that
/// a second one of the same name is found out, and a run that no restart policy allows.
/// </summary>
internal sealed class SimEngine(World world, string id)
{
    private readonly SortedDictionary<string, SimContainer> _containers = new(StringComparer.Ordinal);
    private readonly List<Action<ContainerSign>> _watchers = [];
    private readonly HashSet<string> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _created = new(StringComparer.Ordinal);
    private int _ids;

    /// <summary>Its id.</summary>
    public string Id => id;

    /// <summary>Whether its machine came back with half of what it had.</summary>
    public bool IsHalved { get; set; }

    /// <summary>Cpu units of its machine.</summary>
    public int Cpu => IsHalved ? 1024 : 2048;

    /// <summary>MiB of its machine.</summary>
    public int Memory => IsHalved ? 2048 : 4096;

    /// <summary>The containers that are there, by name.</summary>
    public IReadOnlyCollection<SimContainer> Containers => _containers.Values;

    /// <summary>Every container that was ever made, those that were removed too.</summary>
    public List<SimContainer> Ever { get; } = [];

    /// <summary>Every container that was ever made, by the name it had.</summary>
    public IReadOnlyDictionary<string, int> Created => _created;

    /// <summary>The container of that name; null where there is none.</summary>
    public SimContainer? Find(string name) => _containers.GetValueOrDefault(name);

    /// <summary>Whether the image is there.</summary>
    public bool HasImage(string image) => _images.Contains(image);

    /// <summary>Fetches an image.</summary>
    public void Pull(string image) => _images.Add(image);

    /// <summary>Makes a container.</summary>
    public SimContainer Create(string taskArn, ContainerState wanted)
    {
        var made = new SimContainer
        {
            TaskArn = taskArn,
            Name = wanted.Name,
            DockerName = wanted.DockerName,
            Image = wanted.Definition.Image ?? "",
            Definition = wanted.Definition,
            RuntimeId = string.Create(CultureInfo.InvariantCulture, $"{id[^4..]}-{++_ids}"),
        };
        _containers.Add(made.DockerName, made);
        Ever.Add(made);
        _created[made.DockerName] = _created.GetValueOrDefault(made.DockerName) + 1;
        world.Tell(Name, $"created {made.DockerName[^8..]}/{made.Name}");
        if (_created[made.DockerName] > 1)
        {
            world.Break("P2", $"{made.DockerName} was made {_created[made.DockerName]} times on {id}");
        }

        return made;
    }

    /// <summary>Starts a container; one that runs runs on.</summary>
    public void Start(SimContainer container)
    {
        if (container.Observed is Observed.Running) return;

        if (container.Starts > 0 && !container.MayRunAgain)
        {
            world.Break("P2", $"{container.DockerName} was started again on {id}, against its policy");
        }

        container.Observed = Observed.Running;
        container.BeganAt = World.Epoch + world.Now;
        container.StoppedAt = null;
        container.Health = ContainerHealth.Unknown;
        container.Starts++;
        world.Tell(Name, $"started {container.DockerName[^8..]}/{container.Name}");
        LiveOn(container, run: container.Starts);
    }

    /// <summary>A container's health becomes another; whoever watches hears of it, if the sign arrives.</summary>
    public void Change(SimContainer container, ContainerHealth health, bool isHeard)
    {
        if (container.Definition.HealthCheck is null || container.Observed is not Observed.Running) return;

        container.Health = health;
        container.WasHealthy |= health is ContainerHealth.Healthy;
        world.Tell(Name, $"{container.DockerName[^8..]}/{container.Name} is {health}");
        if (isHeard) Sign(container, null);
    }

    /// <summary>A container ends; whoever watches hears of it, if the sign arrives.</summary>
    public void End(SimContainer container, int exitCode, bool isHeard)
    {
        if (container.Observed is not Observed.Running) return;

        container.Observed = Observed.Ended;
        container.ExitCode = exitCode;
        container.StoppedAt = World.Epoch + world.Now;
        world.Tell(Name, $"ended {container.DockerName[^8..]}/{container.Name} with {exitCode}");
        if (isHeard) Sign(container, exitCode);
    }

    /// <summary>Removes a container.</summary>
    public void Remove(SimContainer container)
    {
        _containers.Remove(container.DockerName);
        world.Tell(Name, $"removed {container.DockerName[^8..]}/{container.Name}");
    }

    /// <summary>Begins to tell of containers that end.</summary>
    /// <returns>What ends it.</returns>
    public Action Watch(Action<ContainerSign> heard)
    {
        _watchers.Add(heard);
        return () => _watchers.Remove(heard);
    }

    private string Name => $"docker-{id[^2..]}";

    private void Sign(SimContainer container, int? exitCode)
    {
        foreach (var watcher in _watchers.ToArray())
        {
            watcher(new ContainerSign(container.TaskArn, container.Name, exitCode));
        }
    }

    // What is checked becomes healthy, and a job does its work: mostly well.
    private void LiveOn(SimContainer container, int run)
    {
        var isJob = container.Name == SimContainer.Job;
        if (!isJob && container.Definition.HealthCheck is null) return;

        world.After(world.Chance.Milliseconds(50, 3_000), () =>
        {
            if (container.Starts != run) return;

            Change(container, ContainerHealth.Healthy, world.Chance.Hits(0.8));
            if (isJob) End(container, world.Chance.Hits(0.2) ? 1 : 0, world.Chance.Hits(0.8));
        });
    }
}

/// <summary>A container of a simulated engine.</summary>
internal sealed class SimContainer
{
    /// <summary>The name of containers that end by themselves.</summary>
    public const string Job = "job";

    /// <summary>
    /// How many times as long as it was Docker tells a run to have been: a world lives for a minute, which is the
    /// shortest period that a restart policy can have.
    /// </summary>
    private const int Stretch = 20;

    /// <summary>Its label of the task.</summary>
    public required string TaskArn { get; init; }

    /// <summary>Its name in the definition.</summary>
    public required string Name { get; init; }

    /// <summary>Docker's name of it.</summary>
    public required string DockerName { get; init; }

    /// <summary>Its image.</summary>
    public required string Image { get; init; }

    /// <summary>Docker's id of it.</summary>
    public required string RuntimeId { get; init; }

    /// <summary>Created, Running or Ended.</summary>
    public Observed Observed { get; set; } = Observed.Created;

    /// <summary>What it was made from.</summary>
    public required ContainerDefinition Definition { get; init; }

    /// <summary>How often it was started.</summary>
    public int Starts { get; set; }

    /// <summary>Its health, where that is checked.</summary>
    public ContainerHealth Health { get; set; }

    /// <summary>Whether it has ever been healthy.</summary>
    public bool WasHealthy { get; set; }

    /// <summary>Whether its policy lets it run once more after the run that has ended.</summary>
    public bool MayRunAgain => Definition.RestartPolicy is { Enabled: true } policy &&
        policy.IgnoredExitCodes?.Contains(ExitCode) is not true &&
        Lasted >= TimeSpan.FromSeconds(policy.RestartAttemptPeriod!.Value);

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode { get; set; }

    /// <summary>When its newest run began.</summary>
    public DateTimeOffset? BeganAt { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? StoppedAt { get; set; }

    /// <summary>What Docker says of it.</summary>
    public ContainerFacts Facts => new()
    {
        RuntimeId = RuntimeId,
        Observed = Observed,
        ExitCode = Observed is Observed.Ended ? ExitCode : null,
        StartedAt = StoppedAt is { } end ? end - Lasted : BeganAt,
        StoppedAt = StoppedAt,
        Health = Observed is Observed.Running && Definition.HealthCheck is not null ? Health : null,
    };

    private TimeSpan? Lasted => (StoppedAt - BeganAt) * Stretch;
}
