namespace Ecs.Contracts.Vocabulary;

/// <summary>A cluster as DescribeClusters shows it.</summary>
public sealed record ClusterDescription
{
    /// <summary>The cluster's ARN.</summary>
    public required string ClusterArn { get; init; }

    /// <summary>Its name.</summary>
    public required string ClusterName { get; init; }

    /// <summary><c>ACTIVE</c>, or <c>INACTIVE</c> once it was deleted.</summary>
    public required string Status { get; init; }

    /// <summary>Instances that are registered in it.</summary>
    public int RegisteredContainerInstancesCount { get; init; }

    /// <summary>Tasks of it that are RUNNING.</summary>
    public int RunningTasksCount { get; init; }

    /// <summary>Tasks of it that are on their way to RUNNING.</summary>
    public int PendingTasksCount { get; init; }

    /// <summary>Services of it that are active.</summary>
    public int ActiveServicesCount { get; init; }

    /// <summary>Tasks and services by launch type, where they are asked for.</summary>
    public IReadOnlyList<NameValue> Statistics { get; init; } = [];

    /// <summary>Its tags, by key; of DescribeClusters only where they are asked for.</summary>
    public IReadOnlyList<Tag> Tags { get; init; } = [];

    /// <summary>Its settings; of DescribeClusters only where they are asked for.</summary>
    public IReadOnlyList<NameValue> Settings { get; init; } = [];

    /// <summary>Its configuration; of DescribeClusters only where it is asked for.</summary>
    public ClusterConfiguration? Configuration { get; init; }

    /// <summary>Attachments, where they are asked for: there are none.</summary>
    public IReadOnlyList<NameValue>? Attachments { get; init; }

    /// <summary>Capacity providers: none, present because ECS's own clients expect the member.</summary>
    public IReadOnlyList<string> CapacityProviders { get; init; } = [];

    /// <summary>Default capacity providers: none, present because ECS's own clients expect the member.</summary>
    public IReadOnlyList<NameValue> DefaultCapacityProviderStrategy { get; init; } = [];
}

/// <summary>A container instance as DescribeContainerInstances shows it.</summary>
public sealed record ContainerInstanceDescription
{
    /// <summary>The instance's ARN.</summary>
    public required string ContainerInstanceArn { get; init; }

    /// <summary>The machine's own name; ECS has the EC2 instance id here.</summary>
    public required string Ec2InstanceId { get; init; }

    /// <summary>Rises by one with every event of the instance.</summary>
    public required long Version { get; init; }

    /// <summary>The versions of Agent and Docker engine.</summary>
    public required VersionInfo VersionInfo { get; init; }

    /// <summary>What is left of its resources.</summary>
    public required IReadOnlyList<Resource> RemainingResources { get; init; }

    /// <summary>What it registered with.</summary>
    public required IReadOnlyList<Resource> RegisteredResources { get; init; }

    /// <summary><c>ACTIVE</c> while it takes tasks.</summary>
    public required string Status { get; init; }

    /// <summary>Whether its Agent is heard.</summary>
    public required bool AgentConnected { get; init; }

    /// <summary>Tasks on it that are RUNNING.</summary>
    public required int RunningTasksCount { get; init; }

    /// <summary>Tasks on it that are on their way to RUNNING.</summary>
    public required int PendingTasksCount { get; init; }

    /// <summary>What is said of the machine: built-in attributes and its owner's.</summary>
    public required IReadOnlyList<NameValue> Attributes { get; init; }

    /// <summary>How it is, where that is asked for: <c>CONTAINER_INSTANCE_HEALTH</c>.</summary>
    public InstanceHealth? HealthStatus { get; init; }

    /// <summary>When it first registered.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>Attachments: none, present because ECS's own clients expect the member.</summary>
    public IReadOnlyList<NameValue> Attachments { get; init; } = [];

    /// <summary>Its tags, by key; of DescribeContainerInstances only where they are asked for.</summary>
    public IReadOnlyList<Tag> Tags { get; init; } = [];
}

/// <summary>How a container instance is, as far as its Agent's heartbeats tell.</summary>
public sealed record InstanceHealth
{
    /// <summary><c>OK</c> while its Agent is heard; else <c>INSUFFICIENT_DATA</c>.</summary>
    public required string OverallStatus { get; init; }

    /// <summary>The same of its container runtime, which an Agent speaks for.</summary>
    public required IReadOnlyList<InstanceHealthCheck> Details { get; init; }
}

/// <summary>One part of an instance's health.</summary>
/// <param name="Type"><c>CONTAINER_RUNTIME</c>.</param>
/// <param name="Status">As of the whole.</param>
public sealed record InstanceHealthCheck(string Type, string Status);

/// <summary>The versions that a container instance runs.</summary>
public sealed record VersionInfo
{
    /// <summary>The Agent's version.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>The hash of ECS's own agent, as it was registered; Agents here have none.</summary>
    public string? AgentHash { get; init; }

    /// <summary>The Docker engine's version, as <c>DockerVersion: 20.10.24</c>.</summary>
    public string? DockerVersion { get; init; }
}

/// <summary>One resource of an instance, in ECS's shape: a number or a set of ports.</summary>
public sealed record Resource
{
    /// <summary><c>CPU</c>, <c>MEMORY</c>, <c>PORTS</c> or <c>PORTS_UDP</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>INTEGER</c> or <c>STRINGSET</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Always 0: no resource is of type DOUBLE. ECS shows it of every resource.</summary>
    public double DoubleValue { get; init; }

    /// <summary>Always 0: no resource is of type LONG. ECS shows it of every resource.</summary>
    public long LongValue { get; init; }

    /// <summary>The number, where the type is INTEGER; else 0.</summary>
    public int IntegerValue { get; init; }

    /// <summary>The ports in use, where the type is STRINGSET.</summary>
    public IReadOnlyList<string>? StringSetValue { get; init; }
}
