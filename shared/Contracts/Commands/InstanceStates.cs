using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Commands;

/// <summary>Drains instances or makes them take tasks again.</summary>
[CommandName("update-container-instances-state", Services.Scheduler)]
public sealed record UpdateContainerInstancesState : Command
{
    /// <summary>The most instances that one command names.</summary>
    public const int MaxInstances = 10;

    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary>Ids or ARNs of 1..<see cref="MaxInstances"/> instances.</summary>
    public IReadOnlyList<string>? ContainerInstances { get; init; }

    /// <summary><c>ACTIVE</c> or <c>DRAINING</c>.</summary>
    public string? Status { get; init; }
}

/// <summary>Takes an instance out of its cluster. Its Agent joins again only when it is started anew.</summary>
[CommandName("deregister-container-instance", Services.Scheduler)]
public sealed record DeregisterContainerInstance : Command
{
    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary>The instance's id or ARN.</summary>
    public string? ContainerInstance { get; init; }

    /// <summary>Whether its tasks are stopped with it; without it an instance with tasks is not let go.</summary>
    public bool? Force { get; init; }
}

/// <summary>Sets custom attributes of instances; what has a value already gets the new one.</summary>
[CommandName("put-attributes", Services.Scheduler)]
public sealed record PutAttributes : Command
{
    /// <summary>The most attributes that one command names.</summary>
    public const int MaxAttributes = 10;

    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary>1..<see cref="MaxAttributes"/> attributes.</summary>
    public IReadOnlyList<InstanceAttribute>? Attributes { get; init; }
}

/// <summary>Takes custom attributes from instances.</summary>
[CommandName("delete-attributes", Services.Scheduler)]
public sealed record DeleteAttributes : Command
{
    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary>
    /// 1..<see cref="PutAttributes.MaxAttributes"/> attributes; one with a value goes only if it has it.
    /// </summary>
    public IReadOnlyList<InstanceAttribute>? Attributes { get; init; }
}

/// <summary>Lists attributes of a cluster's instances, by instance and name.</summary>
[CommandName("list-attributes", Services.Scheduler, IsQuery = true)]
public sealed record ListAttributes : Command
{
    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary><c>container-instance</c>.</summary>
    public string? TargetType { get; init; }

    /// <summary>Only attributes of this name.</summary>
    public string? AttributeName { get; init; }

    /// <summary>Only attributes of this value; needs a name.</summary>
    public string? AttributeValue { get; init; }

    /// <summary>The size of a page, 1..100.</summary>
    public int? MaxResults { get; init; }

    /// <summary>Where the last page ended, as its answer said.</summary>
    public string? NextToken { get; init; }
}

/// <summary>
/// The Scheduler's own view of time, sent to itself when something is due: waits for room that have lasted long enough.
/// Recorded only where that changed something.
/// </summary>
[CommandName("observe-time", Services.Scheduler, IsRoutine = true)]
public sealed record ObserveTime : Command;

/// <summary>
/// The log was restored from a backup. Said by <c>ecs-scheduler restored</c>, which also sees to it that no position is
/// given out a second time; from anyone else it is not true, and is not taken.
/// </summary>
[CommandName("observe-restore", Services.Scheduler, IsInternal = true)]
public sealed record ObserveRestore : Command
{
    /// <summary>The last position of the backup.</summary>
    public long? Position { get; init; }

    /// <summary>The hash of the backup's last commit.</summary>
    public string? Hash { get; init; }

    /// <summary>The time of the backup's last commit.</summary>
    public DateTimeOffset? LogTime { get; init; }

    /// <summary>The first position that is given out from now on.</summary>
    public long? From { get; init; }
}

/// <summary>The reply of ObserveRestore.</summary>
/// <param name="Clusters">The clusters that were told.</param>
/// <param name="Ended">The tasks that waited for room and are ended, since they may have run.</param>
public sealed record ObserveRestoreResult(int Clusters, int Ended);

/// <summary>The reply of UpdateContainerInstancesState.</summary>
/// <param name="ContainerInstances">Those that are there, as they are now.</param>
/// <param name="Failures">Those that are not, with <c>MISSING</c> or <c>INACTIVE</c>.</param>
public sealed record ContainerInstancesResult(
    IReadOnlyList<ContainerInstanceDescription> ContainerInstances, IReadOnlyList<Failure> Failures);

/// <summary>The reply of PutAttributes and DeleteAttributes.</summary>
/// <param name="Attributes">The attributes that were set or taken.</param>
public sealed record AttributesResult(IReadOnlyList<InstanceAttribute> Attributes);

/// <summary>A page of attributes.</summary>
/// <param name="Attributes">The attributes.</param>
/// <param name="NextToken">Where the next page begins; null on the last.</param>
public sealed record ListAttributesResult(IReadOnlyList<InstanceAttribute> Attributes, string? NextToken);
