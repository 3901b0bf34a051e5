using System.Text.Json.Serialization;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Events;

/// <summary>A cluster was made, or made again after it had been deleted.</summary>
[EventName("cluster-created")]
public sealed record ClusterCreated(string ClusterArn, string ClusterName, DateTimeOffset At) : IEvent
{
    /// <summary>Its settings, where they are not the usual ones; else null.</summary>
    public IReadOnlyList<NameValue>? Settings { get; init; }

    /// <summary>Its configuration; null where it has none.</summary>
    public ClusterConfiguration? Configuration { get; init; }

    /// <summary>Its tags; null where it has none.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => ClusterArn;
}

/// <summary>A cluster's settings or configuration changed.</summary>
[EventName("cluster-updated")]
public sealed record ClusterUpdated : IEvent
{
    /// <summary>The cluster.</summary>
    public required string ClusterArn { get; init; }

    /// <summary>The settings that changed, as they are now; null where none did.</summary>
    public IReadOnlyList<NameValue>? Settings { get; init; }

    /// <summary>The whole configuration as it is now; null where it stays as it was.</summary>
    public ClusterConfiguration? Configuration { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => ClusterArn;
}

/// <summary>A cluster was deleted; it had neither instances nor tasks.</summary>
[EventName("cluster-deleted")]
public sealed record ClusterDeleted(string ClusterArn, DateTimeOffset At) : IEvent
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => ClusterArn;
}

/// <summary>
/// The log was restored from a backup: what it held behind a position is undone, for this cluster and all others. An
/// event that was seen with a position above <see cref="Position"/> and below <see cref="From"/> never happened, as far
/// as the log knows; those positions are not given out again.
/// </summary>
[EventName("cluster-restored")]
public sealed record ClusterRestored : IEvent
{
    /// <summary>The cluster.</summary>
    public required string ClusterArn { get; init; }

    /// <summary>The last position of the backup; 0 where it held no event.</summary>
    public required long Position { get; init; }

    /// <summary>The hash of the backup's last commit.</summary>
    public required string Hash { get; init; }

    /// <summary>The time of the backup's last commit.</summary>
    public required DateTimeOffset LogTime { get; init; }

    /// <summary>The first position that is given out after the restore.</summary>
    public required long From { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => ClusterArn;
}

/// <summary>A RunTask found no room for some of its tasks.</summary>
[EventName("task-placement-failed")]
public sealed record TaskPlacementFailed : IEvent
{
    /// <summary>The cluster.</summary>
    public required string ClusterArn { get; init; }

    /// <summary>What was to run.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>How many tasks found no place.</summary>
    public required int Count { get; init; }

    /// <summary>The group they would have been in.</summary>
    public required string Group { get; init; }

    /// <summary>Whoever asked, as the caller named itself.</summary>
    public string? StartedBy { get; init; }

    /// <summary>Why, instance by instance, as the caller was told.</summary>
    public required IReadOnlyList<Failure> Failures { get; init; }

    /// <summary>The full account; null where an earlier refusal of the cluster has the same one.</summary>
    public PlacementAccount? Account { get; init; }

    /// <summary>
    /// The version, in the cluster's stream, of the refusal that has the account; null where it is here.
    /// </summary>
    public long? AccountIn { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => ClusterArn;
}
