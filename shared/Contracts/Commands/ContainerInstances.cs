using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Commands;

/// <summary>Sent by an Agent on every connection: this engine is there, with these resources.</summary>
[CommandName("register-container-instance", Services.Scheduler, IsRoutine = true)]
public sealed record RegisterContainerInstance : AgentCommand
{
    /// <summary>
    /// The cluster's name or ARN; <c>default</c>, which is made where it is not there, where nothing is said.
    /// </summary>
    public string? Cluster { get; init; }

    /// <summary>The instance's id: 32 hexadecimal characters, the same for the same engine over all restarts.</summary>
    public string? InstanceId { get; init; }

    /// <summary>Rises with every start of the Agent; a command of an older session is refused.</summary>
    public long? Session { get; init; }

    /// <summary>The machine's own name.</summary>
    public string? Hostname { get; init; }

    /// <summary>What the engine has to give.</summary>
    public InstanceResources? Resources { get; init; }

    /// <summary>What is said of the machine.</summary>
    public IReadOnlyList<NameValue>? Attributes { get; init; }

    /// <summary>Its tags, at most 50, where it is new to its cluster; else they are left as they are.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }

    /// <summary>The versions of Agent and Docker engine.</summary>
    public VersionInfo? VersionInfo { get; init; }
}

/// <summary>What an engine has to give, and which ports are taken on its machine.</summary>
public sealed record InstanceResources
{
    /// <summary>Cpu units: 1024 to a core.</summary>
    public required int Cpu { get; init; }

    /// <summary>Memory in MiB.</summary>
    public required int Memory { get; init; }

    /// <summary>TCP ports that no task may have.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>UDP ports that no task may have.</summary>
    public IReadOnlyList<int> PortsUdp { get; init; } = [];
}

/// <summary>Sent by an Agent: how its tasks are now. Sending it again changes nothing.</summary>
[CommandName("submit-task-states", Services.Scheduler, IsRoutine = true)]
public sealed record SubmitTaskStates : AgentCommand
{
    /// <summary>The most tasks in one report.</summary>
    public const int MaxTasks = 100;

    /// <summary>The reporting instance's ARN.</summary>
    public string? ContainerInstance { get; init; }

    /// <summary>The Agent's session; a report of an older one is refused.</summary>
    public long? Session { get; init; }

    /// <summary>What the Agent sees of each task.</summary>
    public IReadOnlyList<TaskObservation>? Tasks { get; init; }
}

/// <summary>
/// Asked by an Agent: all that is assigned to it. The answer's result is an <see cref="Assignments"/>.
/// </summary>
[CommandName("get-assignments", Services.Scheduler, IsQuery = true)]
public sealed record GetAssignments : AgentCommand
{
    /// <summary>The asking instance's ARN.</summary>
    public string? ContainerInstance { get; init; }
}

/// <summary>Shows up to 100 container instances.</summary>
[CommandName("describe-container-instances", Services.Scheduler, IsQuery = true)]
public sealed record DescribeContainerInstances : Command
{
    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary>Ids or ARNs.</summary>
    public IReadOnlyList<string>? ContainerInstances { get; init; }

    /// <summary>What to show besides: <c>TAGS</c>, <c>CONTAINER_INSTANCE_HEALTH</c>.</summary>
    public IReadOnlyList<string>? Include { get; init; }
}

/// <summary>Lists container instances' ARNs by id.</summary>
[CommandName("list-container-instances", Services.Scheduler, IsQuery = true)]
public sealed record ListContainerInstances : Command
{
    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary>Only instances that match this query, in ECS's cluster query language.</summary>
    public string? Filter { get; init; }

    /// <summary>Only instances of this status; ACTIVE and DRAINING ones where nothing is said.</summary>
    public string? Status { get; init; }

    /// <summary>The size of a page, 1..100.</summary>
    public int? MaxResults { get; init; }

    /// <summary>Where the last page ended, as its answer said.</summary>
    public string? NextToken { get; init; }
}

/// <summary>
/// The Scheduler's own view of time, sent to itself: which Agents were heard and which have fallen silent. Recorded
/// only where that changed something.
/// </summary>
[CommandName("observe-agents", Services.Scheduler, IsRoutine = true)]
public sealed record ObserveAgents : Command
{
    /// <summary>ARNs of instances whose heartbeats are heard.</summary>
    public IReadOnlyList<string> Heard { get; init; } = [];

    /// <summary>ARNs of instances whose heartbeats have stopped.</summary>
    public IReadOnlyList<string> Silent { get; init; } = [];
}

/// <summary>The reply of RegisterContainerInstance.</summary>
/// <param name="ContainerInstance">The instance.</param>
public sealed record ContainerInstanceResult(ContainerInstanceDescription ContainerInstance);

/// <summary>The reply of SubmitTaskStates.</summary>
/// <param name="Stop">Tasks of the report that the log knows as STOPPED, or not at all: their containers must
/// go.</param>
public sealed record SubmitTaskStatesResult(IReadOnlyList<string> Stop);

/// <summary>The reply of DescribeContainerInstances.</summary>
/// <param name="ContainerInstances">Those that are there.</param>
/// <param name="Failures">Those that are not, with <c>MISSING</c>.</param>
public sealed record DescribeContainerInstancesResult(
    IReadOnlyList<ContainerInstanceDescription> ContainerInstances, IReadOnlyList<Failure> Failures);

/// <summary>A page of container instances.</summary>
/// <param name="ContainerInstanceArns">Their ARNs.</param>
/// <param name="NextToken">Where the next page begins; null on the last.</param>
public sealed record ListContainerInstancesResult(IReadOnlyList<string> ContainerInstanceArns, string? NextToken);
