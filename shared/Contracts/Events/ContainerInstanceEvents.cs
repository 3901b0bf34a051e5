using System.Text.Json.Serialization;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Events;

/// <summary>An engine joined a cluster: for the first time, or again after it was deregistered.</summary>
[EventName("container-instance-registered")]
public sealed record ContainerInstanceRegistered : IEvent
{
    /// <summary>The instance.</summary>
    public required string ContainerInstanceArn { get; init; }

    /// <summary>The cluster it joined.</summary>
    public required string ClusterArn { get; init; }

    /// <summary>What the Agent said of its engine.</summary>
    public required InstanceProfile Profile { get; init; }

    /// <summary>Its tags; null where it has none.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => ContainerInstanceArn;
}

/// <summary>An instance's Agent is there again: it started anew, or its heartbeats were heard again.</summary>
[EventName("container-instance-connected")]
public sealed record ContainerInstanceConnected : IEvent
{
    /// <summary>The instance.</summary>
    public required string ContainerInstanceArn { get; init; }

    /// <summary>What the Agent said of its engine; null where only its heartbeats came back.</summary>
    public InstanceProfile? Profile { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => ContainerInstanceArn;
}

/// <summary>An instance's Agent fell silent. Its tasks keep their places; it gets no new ones.</summary>
[EventName("container-instance-disconnected")]
public sealed record ContainerInstanceDisconnected(string ContainerInstanceArn, DateTimeOffset At) : IEvent
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => ContainerInstanceArn;
}

/// <summary>An instance was drained, or made to take tasks again.</summary>
[EventName("container-instance-state-changed")]
public sealed record ContainerInstanceStateChanged(
    string ContainerInstanceArn, InstanceStatus Status, DateTimeOffset At) : IEvent
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => ContainerInstanceArn;
}

/// <summary>Custom attributes of an instance were set or taken.</summary>
[EventName("container-instance-attributes-changed")]
public sealed record ContainerInstanceAttributesChanged : IEvent
{
    /// <summary>The instance.</summary>
    public required string ContainerInstanceArn { get; init; }

    /// <summary>Attributes that were set.</summary>
    public IReadOnlyList<NameValue> Put { get; init; } = [];

    /// <summary>Names of attributes that were taken.</summary>
    public IReadOnlyList<string> Deleted { get; init; } = [];

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => ContainerInstanceArn;
}

/// <summary>An instance was taken out of its cluster. It can join again, in a new session of its Agent.</summary>
[EventName("container-instance-deregistered")]
public sealed record ContainerInstanceDeregistered : IEvent
{
    /// <summary>The instance.</summary>
    public required string ContainerInstanceArn { get; init; }

    /// <summary>The tasks that it had, which end with it; none unless it was forced.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => ContainerInstanceArn;
}

/// <summary>
/// An instance's Agent ran tasks that are not the instance's, as far as the log knows: it was told to stop them. After
/// a restore these are the tasks that were placed after the backup. It may repeat itself, as the Agent's report does.
/// </summary>
[EventName("container-instance-tasks-disowned")]
public sealed record ContainerInstanceTasksDisowned : IEvent
{
    /// <summary>The instance.</summary>
    public required string ContainerInstanceArn { get; init; }

    /// <summary>The tasks.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => ContainerInstanceArn;
}

/// <summary>What an Agent says of its engine when it connects.</summary>
public sealed record InstanceProfile
{
    /// <summary>The Agent's session, which rises with each of its starts.</summary>
    public required long Session { get; init; }

    /// <summary>The machine's own name.</summary>
    public required string Hostname { get; init; }

    /// <summary>What the engine has to give.</summary>
    public required InstanceResources Resources { get; init; }

    /// <summary>What is said of the machine.</summary>
    public required IReadOnlyList<NameValue> Attributes { get; init; }

    /// <summary>The versions of Agent and Docker engine.</summary>
    public required VersionInfo VersionInfo { get; init; }

    /// <summary>
    /// The fingerprint of the key that the Agent signs with: the first one holds until the instance is deregistered.
    /// Null of an Agent that has none.
    /// </summary>
    public string? Key { get; init; }
}
