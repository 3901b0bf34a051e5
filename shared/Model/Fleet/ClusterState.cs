using System.Collections.Immutable;

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

    /// <summary>ARNs of its instances, by name.</summary>
    public ImmutableSortedSet<string> Instances { get; init; } =
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>ARNs of its tasks that the working state still holds, by name.</summary>
    public ImmutableSortedSet<string> Tasks { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>How many of its tasks are RUNNING.</summary>
    public int RunningTasks { get; init; }

    /// <summary>How many of its tasks are on their way to RUNNING.</summary>
    public int PendingTasks { get; init; }

    /// <summary>How many of its tasks are not STOPPED.</summary>
    public int UnstoppedTasks { get; init; }
}
