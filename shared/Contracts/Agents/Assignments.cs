using System.Text.Json.Serialization;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Agents;

/// <summary>
/// What the Scheduler tells one Agent: single tasks as they are placed or stopped, or the full list on a connection.
/// Absence from a list stops nothing; stops are always said.
/// </summary>
public sealed record Assignments
{
    /// <summary>The most tasks in one message that is not a full list.</summary>
    public const int MaxTasks = 100;

    /// <summary>The instance that is meant.</summary>
    public required string ContainerInstanceArn { get; init; }

    /// <summary>
    /// The log's position that this message stands for, which rises. A full list has overtaken every single start and
    /// stop with a number up to its own: they are dropped.
    /// </summary>
    public required long Number { get; init; }

    /// <summary>Whether these are all of the instance's tasks that are not STOPPED.</summary>
    public required bool IsFullList { get; init; }

    /// <summary>
    /// The session of the Agent that is meant. One of an older session was replaced, and leaves the message to that
    /// Agent; a full list for an older session than one's own is dropped. Null from a Scheduler of an older version.
    /// </summary>
    public long? Session { get; init; }

    /// <summary>
    /// In a full list: the first position after the log was last restored from a backup; null where it never was. Of
    /// what an Agent was answered before, the log may know nothing: all is to be told again.
    /// </summary>
    public long? RestoredFrom { get; init; }

    /// <summary>The tasks.</summary>
    public required IReadOnlyList<TaskAssignment> Tasks { get; init; }
}

/// <summary>One task that an Agent is to run or to stop.</summary>
public sealed record TaskAssignment
{
    /// <summary>The task.</summary>
    public required string TaskArn { get; init; }

    /// <summary>The position of the event that says so: per task, the higher number holds.</summary>
    public required long Number { get; init; }

    /// <summary>
    /// Where the task is meant to be. A stop that comes before its start is kept, and the start then dropped.
    /// </summary>
    public required DesiredStatus DesiredStatus { get; init; }

    /// <summary>The definition's family, for names and labels; null for a stop.</summary>
    public string? Family { get; init; }

    /// <summary>The definition's revision, for names and labels; null for a stop.</summary>
    public int? Revision { get; init; }

    /// <summary>The containers with their overrides applied; null for a stop.</summary>
    public IReadOnlyList<ContainerDefinition>? Containers { get; init; }

    /// <summary>
    /// What the definition says of the task as a whole; null for a stop, and from a Scheduler of an older version,
    /// whose definitions say nothing of it.
    /// </summary>
    public TaskSettings? Settings { get; init; }

    /// <summary>
    /// In a full list: Docker's ids, by name, of the containers that the log knows of. None of them is made again, even
    /// where Agent and Docker have forgotten it. Null where there are none.
    /// </summary>
    public IReadOnlyDictionary<string, string>? RuntimeIds { get; init; }

    /// <summary>
    /// In a full list: true where the log was restored since the task was placed. It may have run, so that none of its
    /// containers is made; those that Docker has are gone on with. Null for all others.
    /// </summary>
    public bool? MayHaveRun { get; init; }

    /// <summary>
    /// In a full list: what the log knows of the containers that it has as STOPPED while their task goes on. None of
    /// them is made or started again, even where Agent and Docker have forgotten it. Null where there are none, and
    /// from a Scheduler of an older version.
    /// </summary>
    public IReadOnlyList<ContainerObservation>? StoppedContainers { get; init; }

    /// <summary>
    /// In a full list: the executions in the task that the log has open, by their ids. One that the Agent knows nothing
    /// of, and that nobody can give it the word for any more, it tells as ended. Null where there are none, and from a
    /// Scheduler of an older version.
    /// </summary>
    public IReadOnlyList<string>? Executions { get; init; }

    /// <summary>Traces the command that placed the task.</summary>
    public string? CorrelationId { get; init; }
}

/// <summary>What a definition says of a task as a whole, overrides applied.</summary>
public sealed record TaskSettings
{
    /// <summary>How its containers reach the network.</summary>
    public string NetworkMode { get; init; } = NetworkModes.Bridge;

    /// <summary>The places for files that its containers mount by name.</summary>
    public IReadOnlyList<Volume>? Volumes { get; init; }

    /// <summary>Whose processes its containers see; null for their own.</summary>
    public string? PidMode { get; init; }

    /// <summary>Whose shared memory and queues its containers have; null for the engine's own setting.</summary>
    public string? IpcMode { get; init; }

    /// <summary>
    /// The container whose namespaces the others join where a mode is <c>task</c>: it is started before them and goes
    /// after them. Null where none is.
    /// </summary>
    public string? NamespaceOwner { get; init; }

    /// <summary>
    /// The containers that have ended before that one is made: they share nothing with the others. Null where there are
    /// none.
    /// </summary>
    public IReadOnlyList<string>? BeforeNamespace { get; init; }

    /// <summary>Cpu units that no container may exceed; null where only the containers say.</summary>
    public int? Cpu { get; init; }

    /// <summary>MiB that no container may exceed; null where only the containers say.</summary>
    public int? Memory { get; init; }

    /// <summary>The container whose namespaces another one joins; null where that has its own.</summary>
    public string? OwnerFor(string? container) =>
        container == NamespaceOwner || BeforeNamespace?.Contains(container, StringComparer.Ordinal) is true
            ? null
            : NamespaceOwner;
}

/// <summary>What an Agent sees of one task. It is a level, not an edge: the newest one says everything.</summary>
public sealed record TaskObservation
{
    /// <summary>The task.</summary>
    public required string TaskArn { get; init; }

    /// <summary>The least of its containers' statuses; STOPPING once the Agent has begun to stop them.</summary>
    public required LifecycleStatus Status { get; init; }

    /// <summary>Why it stops, where the Agent is who knows.</summary>
    public StopCode? StopCode { get; init; }

    /// <summary>Why it stops, in ECS's words.</summary>
    public string? Reason { get; init; }

    /// <summary>When its first image pull began.</summary>
    public DateTimeOffset? PullStartedAt { get; init; }

    /// <summary>When its last image pull ended.</summary>
    public DateTimeOffset? PullStoppedAt { get; init; }

    /// <summary>When it reached RUNNING.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its last container ended.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>When the Agent saw it so.</summary>
    public required DateTimeOffset ObservedAt { get; init; }

    /// <summary>All of its containers.</summary>
    public required IReadOnlyList<ContainerObservation> Containers { get; init; }
}

/// <summary>What an Agent sees of one container.</summary>
public sealed record ContainerObservation
{
    /// <summary>Its name in the definition.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required LifecycleStatus Status { get; init; }

    /// <summary>Docker's id of it.</summary>
    public string? RuntimeId { get; init; }

    /// <summary>The digest of the image that was really run.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>Its exit code once it has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What went wrong: <c>&lt;Name&gt;: &lt;text&gt;</c>, at most 1,024 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>When Docker started it.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>The ports that the instance opened for it.</summary>
    public IReadOnlyList<NetworkBinding> NetworkBindings { get; init; } = [];

    /// <summary>
    /// Its health, which may rise and fall; null where it has no health check, and from an Agent of an older version.
    /// </summary>
    public ContainerHealth? Health { get; init; }

    /// <summary>How far the pull of its image is or was; null where none was needed.</summary>
    public ImagePull? Pull { get; init; }

    /// <summary>The newest time that its restart policy started it again; null where it never did.</summary>
    public ContainerRestart? Restart { get; init; }
}

/// <summary>How far the pull of an image is.</summary>
public sealed record ImagePull
{
    /// <summary>The image as the definition names it.</summary>
    public required string Image { get; init; }

    /// <summary>When it began, for whichever task was first.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended well; null before.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>The image's layers, as far as they are known.</summary>
    public int Layers { get; init; }

    /// <summary>Those of them that the machine has.</summary>
    public int LayersDone { get; init; }

    /// <summary>Bytes to load, as far as they are known.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes that are loaded.</summary>
    public long BytesLoaded { get; init; }
}

/// <summary>One time that a container was started again by its restart policy, as the same container.</summary>
/// <param name="Count">Which time it was: 1 is the first.</param>
/// <param name="At">When it was started again.</param>
/// <param name="ExitCode">How the run before had ended.</param>
/// <param name="Reason">Why that had ended, where that says more than its exit code.</param>
public sealed record ContainerRestart(int Count, DateTimeOffset At, int? ExitCode, string? Reason = null);

/// <summary>An Agent's sign of life. Never logged; only its beginning and its end are events.</summary>
public sealed record Heartbeat
{
    /// <summary>The instance.</summary>
    public required string ContainerInstanceArn { get; init; }

    /// <summary>The Agent's session.</summary>
    public required long Session { get; init; }

    /// <summary>Rises with every heartbeat of a session, so that an old one tells nothing new when it is sent again;
    /// null from an Agent of an older version.</summary>
    public long? Number { get; init; }

    /// <summary>The fingerprint of the key that signed the message; null where none did. The bus fills it in.</summary>
    [JsonIgnore]
    public string? SignedBy { get; init; }
}
