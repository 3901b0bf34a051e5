using System.Text.Json.Serialization;

namespace Ecs.Contracts.Vocabulary;

/// <summary>The life of a task or a container. It only ever rises; STOPPED is final.</summary>
public enum LifecycleStatus
{
    /// <summary>It waits for a place.</summary>
    [JsonStringEnumMemberName("PROVISIONING")] Provisioning,

    /// <summary>It has a place and is being made there.</summary>
    [JsonStringEnumMemberName("PENDING")] Pending,

    /// <summary>All of its containers run.</summary>
    [JsonStringEnumMemberName("RUNNING")] Running,

    /// <summary>It is to stop, and its containers are being stopped.</summary>
    [JsonStringEnumMemberName("STOPPING")] Stopping,

    /// <summary>Every container has ended.</summary>
    [JsonStringEnumMemberName("STOPPED")] Stopped,
}

/// <summary>Where a task is meant to be.</summary>
public enum DesiredStatus
{
    /// <summary>It shall run.</summary>
    [JsonStringEnumMemberName("RUNNING")] Running,

    /// <summary>It shall not run any more.</summary>
    [JsonStringEnumMemberName("STOPPED")] Stopped,
}

/// <summary>Why a task stopped, as a code; its <c>stoppedReason</c> says it in words.</summary>
public enum StopCode
{
    /// <summary>A container could not be made or started; the text stands in that container's reason.</summary>
    TaskFailedToStart,

    /// <summary>A container that is essential ended.</summary>
    EssentialContainerExited,

    /// <summary>Somebody asked for it.</summary>
    UserInitiated,
}

/// <summary>Whether a definition can be run.</summary>
public enum TaskDefinitionStatus
{
    /// <summary>It can be run.</summary>
    [JsonStringEnumMemberName("ACTIVE")] Active,

    /// <summary>It was deregistered: tasks of it go on, no new ones start.</summary>
    [JsonStringEnumMemberName("INACTIVE")] Inactive,

    /// <summary>It was given up: tasks of it go on, and it is never ACTIVE again.</summary>
    [JsonStringEnumMemberName("DELETE_IN_PROGRESS")] DeleteInProgress,
}

/// <summary>What a container instance is to its cluster.</summary>
public enum InstanceStatus
{
    /// <summary>It takes tasks.</summary>
    [JsonStringEnumMemberName("ACTIVE")] Active,

    /// <summary>It takes no new tasks; those it has stay.</summary>
    [JsonStringEnumMemberName("DRAINING")] Draining,

    /// <summary>It was deregistered.</summary>
    [JsonStringEnumMemberName("INACTIVE")] Inactive,
}
