using System.Text.Json.Serialization;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>What an Agent knows of one container. What is not ignored here is what its journal keeps.</summary>
internal sealed record ContainerState
{
    /// <summary>What the assignment says of it; only name and image where it was found in Docker.</summary>
    public required ContainerDefinition Definition { get; init; }

    /// <summary>Docker's name of it.</summary>
    public required string DockerName { get; init; }

    /// <summary>Where it is in its life, as reported. It only ever rises.</summary>
    public LifecycleStatus Status { get; init; } = LifecycleStatus.Pending;

    /// <summary>Docker's id of it, once it was created.</summary>
    public string? RuntimeId { get; init; }

    /// <summary>
    /// Whether it may have run already, though nobody knows its id: it is looked for by its name, and never made.
    /// </summary>
    public bool MayHaveRun { get; init; }

    /// <summary>The digest of its image.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>Its exit code, once it has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why it could not be made or run, in ECS's form; it is then wanted Stopped.</summary>
    public string? Failure { get; init; }

    /// <summary>Why it ended, where that says more than its exit code.</summary>
    public string? EndReason { get; init; }

    /// <summary>
    /// Whether Docker has not got it, though it was made or may have been: it has ended, and is never started again.
    /// </summary>
    public bool IsGone { get; init; }

    /// <summary>When Docker started it.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>
    /// When the run began after which it is to be started again; null where no restart is owed. It is kept before the
    /// start is begun, so that one is one over every crash.
    /// </summary>
    public DateTimeOffset? RestartOf { get; init; }

    /// <summary>The newest time that it was started again; null where it never was.</summary>
    public ContainerRestart? Restart { get; init; }

    /// <summary>Whether it is healthy; unknown where it has no health check.</summary>
    public ContainerHealth Health { get; init; }

    /// <summary>The ports that Docker opened for it.</summary>
    public IReadOnlyList<NetworkBinding> Bindings { get; init; } = [];

    /// <summary>How far the pull of its image is or was; null where none was needed.</summary>
    public ImagePull? Pull { get; init; }

    /// <summary>
    /// Docker's id of it, while it is to be made anew since somebody else has ports that were chosen for it. It never
    /// ran. It is kept before it is removed, so that one that is gone is then one to make.
    /// </summary>
    public string? Obstructed { get; init; }

    /// <summary>How often ports that were chosen for it were taken.</summary>
    public int PortsTaken { get; init; }

    /// <summary>What Docker was last seen to have.</summary>
    [JsonIgnore]
    public Observed Observed { get; init; }

    /// <summary>The step that is under way.</summary>
    [JsonIgnore]
    public Step Doing { get; init; }

    /// <summary>Whether Docker told of a change during the step, whose end may know nothing of it.</summary>
    [JsonIgnore]
    public bool Doubted { get; init; }

    /// <summary>Whether Docker told that the kernel killed a process of it for its memory.</summary>
    [JsonIgnore]
    public bool RanOutOfMemory { get; init; }

    /// <summary>How often in a row Docker could not be asked, for the pause before the next time.</summary>
    [JsonIgnore]
    public int Misses { get; init; }

    /// <summary>
    /// Why it could not be stopped when that was first tried, while it goes on running: it is told, and tried again.
    /// </summary>
    [JsonIgnore]
    public string? StopFault { get; init; }

    /// <summary>
    /// How often in a row it could not be made, started, stopped or removed, or its image could not be pulled, for the
    /// pause before the next time: Docker answers a look between two tries.
    /// </summary>
    [JsonIgnore]
    public int Refusals { get; init; }

    /// <summary>How often its image was pulled.</summary>
    [JsonIgnore]
    public int Pulls { get; init; }

    /// <summary>Its name in the definition.</summary>
    [JsonIgnore]
    public string Name => Definition.Name ?? "";

    /// <summary>Whether ports of the machine are chosen for it: until it runs it may yet be made with others.</summary>
    [JsonIgnore]
    public bool HasPortRanges =>
        Definition.PortMappings?.Any(mapping => mapping.ContainerPortRange is not null) is true;

    /// <summary>
    /// Docker's id of it, as it is told: none of one that may yet be made anew. The log never forgets an id, and were
    /// the journal lost meanwhile, one that was removed for its ports would be missed, and its task ended.
    /// </summary>
    [JsonIgnore]
    public string? ToldId => HasPortRanges && Status < LifecycleStatus.Running ? null : RuntimeId;

    /// <summary>Why it failed or ended, as it is told; null where its exit code says all.</summary>
    [JsonIgnore]
    public string? ToldReason => Failure ?? EndReason ?? (this switch
    {
        { IsGone: false } => null,
        { MayHaveRun: true, RuntimeId: null } => Reasons.MayHaveRun,
        _ => Reasons.Vanished,
    });

    /// <summary>Whether its task ends with it.</summary>
    [JsonIgnore]
    public bool Essential => Definition.Essential ?? true;

    /// <summary>What is wanted of it in a task so wanted: no container runs twice, or after a failure.</summary>
    public Desired WantedIn(Desired task) =>
        task < Desired.Stopped && (Failure is not null || Status == LifecycleStatus.Stopped) ? Desired.Stopped : task;

    /// <summary>
    /// The container as its journal gives it back: what Docker has is to be looked at, unless all is known of it. One
    /// without Docker's id is looked at in any case, so that nothing is ever removed by its name alone.
    /// </summary>
    public ContainerState Restored() => this with
    {
        Observed = Status == LifecycleStatus.Stopped && RuntimeId is not null ? Observed.Ended : Observed.Unknown,
    };
}
