using Ecs.Contracts;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Tagging;

namespace Ecs.Model.Fleet;

/// <summary>A cluster: a grouping of container instances and the tasks on them.</summary>
public sealed record ClusterState
{
    /// <summary>The cluster's ARN.</summary>
    public required string Arn { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The version of its stream.</summary>
    public required long Version { get; init; }

    /// <summary>False once it was deleted, until it is made again.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Its ACTIVE and DRAINING instances.</summary>
    public InstanceTable Instances { get; init; } = InstanceTable.Empty;

    /// <summary>Its tasks that wait for room.</summary>
    public WaitingLine Waiting { get; init; } = WaitingLine.Empty;

    /// <summary>Its latest refusal of tasks that was recorded with an account; null before the first.</summary>
    public RecordedRefusal? LastRefusal { get; init; }

    /// <summary>Its tasks that the working state holds, by ARN.</summary>
    public TaskTable Tasks { get; init; } = TaskTable.Empty;

    /// <summary>The one setting that clusters have in ECS.</summary>
    public const string ContainerInsights = "containerInsights";

    /// <summary>What that setting is where nobody says.</summary>
    public const string NoInsights = "disabled";

    /// <summary>The value of <see cref="ContainerInsights"/>.</summary>
    public string Insights { get; init; } = NoInsights;

    /// <summary>What is kept for a cloud; null where nothing is.</summary>
    public ClusterConfiguration? Configuration { get; init; }

    /// <summary>Its tags.</summary>
    public IReadOnlyList<Tag> Tags { get; init; } = TagList.None;

    /// <summary>
    /// The first position after the log was last restored from a backup; null where it never was while the cluster was
    /// there.
    /// </summary>
    public long? RestoredFrom { get; init; }

    /// <summary>How many of its tasks are RUNNING.</summary>
    public int RunningTasks { get; init; }

    /// <summary>How many of its tasks are on their way to RUNNING.</summary>
    public int PendingTasks { get; init; }

    /// <summary>How many of its tasks are not STOPPED.</summary>
    public int UnstoppedTasks { get; init; }

    internal ClusterState Open() => this with { Tasks = Tasks.Open(), Instances = Instances.Open() };

    internal ClusterState Close() => this with { Tasks = Tasks.Close(), Instances = Instances.Close() };
}

/// <summary>Where the account of a refusal stands.</summary>
/// <param name="Digest">The SHA-256 of the account.</param>
/// <param name="Version">The version of the cluster's stream.</param>
public sealed record RecordedRefusal(string Digest, long Version)
{
    /// <summary>The refusal that has this account at this version.</summary>
    public static RecordedRefusal Of(PlacementAccount account, long version) =>
        new(CanonicalJson.Digest(account), version);
}
