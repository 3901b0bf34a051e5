namespace Ecs.Contracts.Vocabulary;

/// <summary>A task as DescribeTasks shows it.</summary>
public sealed record TaskDescription
{
    /// <summary>The task's ARN.</summary>
    public required string TaskArn { get; init; }

    /// <summary>The cluster it belongs to.</summary>
    public required string ClusterArn { get; init; }

    /// <summary>The definition it was made from.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>Where it runs.</summary>
    public string? ContainerInstanceArn { get; init; }

    /// <summary>What was changed for this task alone, of each of its containers.</summary>
    public required OverridesDescription Overrides { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required LifecycleStatus LastStatus { get; init; }

    /// <summary>Where it is meant to be.</summary>
    public required DesiredStatus DesiredStatus { get; init; }

    /// <summary>Cpu units reserved for it, as text.</summary>
    public required string Cpu { get; init; }

    /// <summary>MiB reserved for it, as text.</summary>
    public required string Memory { get; init; }

    /// <summary>Its containers.</summary>
    public required IReadOnlyList<ContainerDescription> Containers { get; init; }

    /// <summary>Whoever started it, as the caller named itself.</summary>
    public string? StartedBy { get; init; }

    /// <summary>Rises by one with every event of the task.</summary>
    public required long Version { get; init; }

    /// <summary>The group it is counted in; <c>family:&lt;family&gt;</c> where the caller named none.</summary>
    public required string Group { get; init; }

    /// <summary><c>EC2</c>, or <c>EXTERNAL</c> where that was asked for: one's own machines, both.</summary>
    public string LaunchType { get; init; } = "EC2";

    /// <summary>Always false: <c>ecs exec</c> needs no such leave.</summary>
    public bool EnableExecuteCommand { get; init; }

    /// <summary>Attachments: none, present because ECS's own clients expect the member.</summary>
    public IReadOnlyList<NameValue> Attachments { get; init; } = [];

    /// <summary>Accelerators: none, present because ECS's own clients expect the member.</summary>
    public IReadOnlyList<NameValue> InferenceAccelerators { get; init; } = [];

    /// <summary>Its tags, by key; of DescribeTasks only where they are asked for.</summary>
    public IReadOnlyList<Tag> Tags { get; init; } = [];

    /// <summary>Its health: that of its essential containers that have a health check.</summary>
    public ContainerHealth HealthStatus { get; init; }

    /// <summary>Why it stopped, as a code.</summary>
    public StopCode? StopCode { get; init; }

    /// <summary>Why it stopped, in words.</summary>
    public string? StoppedReason { get; init; }

    /// <summary>What is said of the machine that it is on: <c>ecs.cpu-architecture</c>, where that is known.</summary>
    public IReadOnlyList<InstanceAttribute> Attributes { get; init; } = [];

    /// <summary>
    /// The zone of the instance that it is on, as that says it now; null where it has no place yet, or no zone.
    /// </summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>Whether its Agent can be reached; null where it has no place yet.</summary>
    public string? Connectivity { get; init; }

    /// <summary>When the command that made it was decided.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its first image pull began.</summary>
    public DateTimeOffset? PullStartedAt { get; init; }

    /// <summary>When its last image pull ended.</summary>
    public DateTimeOffset? PullStoppedAt { get; init; }

    /// <summary>When it reached RUNNING.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it began to stop.</summary>
    public DateTimeOffset? StoppingAt { get; init; }

    /// <summary>When its last container ended.</summary>
    public DateTimeOffset? ExecutionStoppedAt { get; init; }

    /// <summary>When it reached STOPPED.</summary>
    public DateTimeOffset? StoppedAt { get; init; }
}

/// <summary>A container of a task as DescribeTasks shows it.</summary>
public sealed record ContainerDescription
{
    /// <summary>The container's ARN.</summary>
    public required string ContainerArn { get; init; }

    /// <summary>The task it is of.</summary>
    public required string TaskArn { get; init; }

    /// <summary>Its name in the definition.</summary>
    public required string Name { get; init; }

    /// <summary>Its image.</summary>
    public required string Image { get; init; }

    /// <summary>The digest of the image that was really run.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>Docker's id of it.</summary>
    public string? RuntimeId { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required LifecycleStatus LastStatus { get; init; }

    /// <summary>Its exit code once it has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What went wrong: <c>&lt;Name&gt;: &lt;text&gt;</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The ports that the instance opened for it.</summary>
    public IReadOnlyList<NetworkBinding> NetworkBindings { get; init; } = [];

    /// <summary>Network interfaces: none in bridge mode, present because ECS's own clients expect the member.</summary>
    public IReadOnlyList<NameValue> NetworkInterfaces { get; init; } = [];

    /// <summary>Whether it is healthy, where it has a health check.</summary>
    public ContainerHealth HealthStatus { get; init; }

    /// <summary>Cpu units, as text.</summary>
    public required string Cpu { get; init; }

    /// <summary>The hard memory limit in MiB, as text.</summary>
    public string? Memory { get; init; }

    /// <summary>The soft memory limit in MiB, as text.</summary>
    public string? MemoryReservation { get; init; }
}

/// <summary>A port of the instance that leads into a container, or a range of them.</summary>
public sealed record NetworkBinding
{
    /// <summary>The address it listens on.</summary>
    public required string BindIP { get; init; }

    /// <summary>The port in the container; null of a range.</summary>
    public int? ContainerPort { get; init; }

    /// <summary>The port of the instance; null of a range.</summary>
    public int? HostPort { get; init; }

    /// <summary>The ports in the container, such as <c>8000-8010</c>; null of a single one.</summary>
    public string? ContainerPortRange { get; init; }

    /// <summary>The ports of the instance, as many, that lead there in their order; null of a single one.</summary>
    public string? HostPortRange { get; init; }

    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public required string Protocol { get; init; }
}

/// <summary>What one RunTask changed of its definition, as DescribeTasks shows it.</summary>
public sealed record OverridesDescription
{
    /// <summary>The changes of single containers; one that nothing was changed of is named alone.</summary>
    public required IReadOnlyList<ContainerOverride> ContainerOverrides { get; init; }

    /// <summary>Accelerators: none, present because ECS's own clients expect the member.</summary>
    public IReadOnlyList<NameValue> InferenceAcceleratorOverrides { get; init; } = [];

    /// <summary>Cpu units of the whole task, as text.</summary>
    public string? Cpu { get; init; }

    /// <summary>MiB of the whole task, as text.</summary>
    public string? Memory { get; init; }

    /// <summary>In place of the definition's role of ECS's own agent.</summary>
    public string? ExecutionRoleArn { get; init; }

    /// <summary>In place of the definition's role of the containers' programs.</summary>
    public string? TaskRoleArn { get; init; }
}

/// <summary>What one RunTask changes of its definition.</summary>
public sealed record TaskOverrides
{
    /// <summary>Changes of single containers, by name.</summary>
    public IReadOnlyList<ContainerOverride> ContainerOverrides { get; init; } = [];

    /// <summary>Cpu units of the whole task, as text.</summary>
    public string? Cpu { get; init; }

    /// <summary>MiB of the whole task, as text.</summary>
    public string? Memory { get; init; }

    /// <summary>In place of the definition's role of ECS's own agent. Nothing here uses it.</summary>
    public string? ExecutionRoleArn { get; init; }

    /// <summary>In place of the definition's role of the containers' programs. Nothing here uses it.</summary>
    public string? TaskRoleArn { get; init; }
}

/// <summary>What one RunTask changes of one container.</summary>
public sealed record ContainerOverride
{
    /// <summary>The container's name in the definition.</summary>
    public string? Name { get; init; }

    /// <summary>In place of the definition's command.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Added to the definition's environment; the same name replaces.</summary>
    public IReadOnlyList<NameValue>? Environment { get; init; }

    /// <summary>In place of the definition's files of variables.</summary>
    public IReadOnlyList<EnvironmentFile>? EnvironmentFiles { get; init; }

    /// <summary>In place of the definition's cpu units.</summary>
    public int? Cpu { get; init; }

    /// <summary>In place of the definition's hard limit in MiB.</summary>
    public int? Memory { get; init; }

    /// <summary>In place of the definition's soft limit in MiB.</summary>
    public int? MemoryReservation { get; init; }
}

/// <summary>One thing that a batch operation could not do.</summary>
/// <param name="Arn">What it is about.</param>
/// <param name="Reason">The code: <c>MISSING</c>, <c>RESOURCE:CPU</c>, ...</param>
/// <param name="Detail">The numbers behind it, for a person.</param>
public sealed record Failure(string? Arn, string Reason, string? Detail = null);
