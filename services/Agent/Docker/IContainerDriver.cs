using Ecs.Agent.Tasks;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Docker;

/// <summary>All that the Agent's core knows of Docker. Each step may be repeated: done twice is done once.</summary>
internal interface IContainerDriver
{
    /// <summary>Does one step about one container. Never throws, but when <paramref name="ct"/> ends it.</summary>
    Task<Outcome> DoAsync(TaskState task, ContainerState container, Step step, CancellationToken ct);

    /// <summary>The containers that this Agent made.</summary>
    /// <param name="which">Which of them.</param>
    /// <param name="ct">Ends the call.</param>
    Task<IReadOnlyList<SeenContainer>> ListAsync(Listing which, CancellationToken ct);

    /// <summary>
    /// Hears of containers that died, were destroyed or changed their health, until the stream or the call ends, and of
    /// how far pulls are.
    /// </summary>
    Task WatchAsync(Action<ContainerSign> heard, CancellationToken ct);

    /// <summary>What the engine says of itself.</summary>
    Task<EngineFacts> DescribeAsync(CancellationToken ct);
}

/// <summary>Which containers to list.</summary>
/// <param name="TaskArn">Only those of this task; null for all.</param>
/// <param name="WithEnded">Whether those that ended are listed too.</param>
internal sealed record Listing(string? TaskArn, bool WithEnded);

/// <summary>A container as a list shows it.</summary>
internal sealed record SeenContainer
{
    /// <summary>The task it is of.</summary>
    public required string TaskArn { get; init; }

    /// <summary>Its name in the definition.</summary>
    public required string Name { get; init; }

    /// <summary>Docker's name of it.</summary>
    public required string DockerName { get; init; }

    /// <summary>Docker's id of it.</summary>
    public required string RuntimeId { get; init; }

    /// <summary>Its image as Docker names it.</summary>
    public required string Image { get; init; }

    /// <summary>Created, Running or Ended.</summary>
    public required Observed Observed { get; init; }

    /// <summary>Its health while it runs; null where Docker does not tell.</summary>
    public ContainerHealth? Health { get; init; }
}

/// <summary>A sign from Docker that a container changed.</summary>
/// <param name="TaskArn">Its task.</param>
/// <param name="Container">Its name in the definition.</param>
/// <param name="ExitCode">Its exit code, where the sign tells it.</param>
internal sealed record ContainerSign(string TaskArn, string Container, int? ExitCode)
{
    /// <summary>How far the pull of its image is; null for a sign of the container itself.</summary>
    public ImagePull? Pull { get; init; }

    /// <summary>Whether it says that the kernel killed a process of the container for its memory.</summary>
    public bool OutOfMemory { get; init; }
}

/// <summary>What an engine says of itself.</summary>
internal sealed record EngineFacts
{
    /// <summary>The engine's own id, which outlives restarts.</summary>
    public required string Id { get; init; }

    /// <summary>The machine's name.</summary>
    public required string Hostname { get; init; }

    /// <summary>The engine's version.</summary>
    public required string Version { get; init; }

    /// <summary>Cores.</summary>
    public required int Cores { get; init; }

    /// <summary>Memory in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The system, such as <c>linux</c>.</summary>
    public required string OsType { get; init; }

    /// <summary>The processor, such as <c>x86_64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>What the machine runs, in its own words, such as <c>Debian GNU/Linux 12 (bookworm)</c>.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The newest version of Docker's API that the engine speaks, such as <c>1.41</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The log drivers that the engine has.</summary>
    public required IReadOnlyList<string> LogDrivers { get; init; }

    /// <summary>The volume drivers that the engine has.</summary>
    public required IReadOnlyList<string> VolumeDrivers { get; init; }

    /// <summary>
    /// TCP ports of the machine that Docker itself has opened for containers, whosever they are, and those that
    /// containers of Agents have in the machine's own network.
    /// </summary>
    public required IReadOnlySet<int> PublishedPorts { get; init; }
}
