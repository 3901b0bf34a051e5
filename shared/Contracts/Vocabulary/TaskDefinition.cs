namespace Ecs.Contracts.Vocabulary;

/// <summary>A revision of a family as DescribeTaskDefinition shows it.</summary>
public sealed record TaskDefinition
{
    /// <summary>Its ARN, revision included.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>The family's name.</summary>
    public required string Family { get; init; }

    /// <summary>Its number in the family, from 1, never used again.</summary>
    public required int Revision { get; init; }

    /// <summary>The sender's own label for it, such as a git SHA; null where none was given.</summary>
    public string? VersionLabel { get; init; }

    /// <summary>Whether it can be run.</summary>
    public required TaskDefinitionStatus Status { get; init; }

    /// <summary>The containers, defaults filled in.</summary>
    public required IReadOnlyList<ContainerDefinition> ContainerDefinitions { get; init; }

    /// <summary>The network mode.</summary>
    public required string NetworkMode { get; init; }

    /// <summary>Cpu units of the whole task, as text; null where only its containers say.</summary>
    public string? Cpu { get; init; }

    /// <summary>MiB of the whole task, as text; null where only its containers say.</summary>
    public string? Memory { get; init; }

    /// <summary>The SHA-256 of its content after defaults.</summary>
    public required string Digest { get; init; }

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>Who registered it.</summary>
    public string? RegisteredBy { get; init; }

    /// <summary>When it was deregistered; null while it is active.</summary>
    public DateTimeOffset? DeregisteredAt { get; init; }

    /// <summary>When it was given up; null where it was not.</summary>
    public DateTimeOffset? DeleteRequestedAt { get; init; }

    /// <summary>The launch types that its registration asked for; null where it asked for none.</summary>
    public IReadOnlyList<string>? RequiresCompatibilities { get; init; }

    /// <summary>The role of ECS's own agent, as it was registered.</summary>
    public string? ExecutionRoleArn { get; init; }

    /// <summary>The role of the containers' own programs, as it was registered.</summary>
    public string? TaskRoleArn { get; init; }

    /// <summary>The machine that its images are made for, as it was registered.</summary>
    public RuntimePlatform? RuntimePlatform { get; init; }

    /// <summary>What an instance must have for its tasks, of what not every instance has; null where nothing.</summary>
    public IReadOnlyList<InstanceAttribute>? RequiresAttributes { get; init; }

    /// <summary>The launch types it can run on.</summary>
    public IReadOnlyList<string> Compatibilities { get; init; } = ["EXTERNAL", "EC2"];

    /// <summary>The places for files that containers mount by name.</summary>
    public IReadOnlyList<Volume> Volumes { get; init; } = [];

    /// <summary>Whose processes the containers see; null for their own.</summary>
    public string? PidMode { get; init; }

    /// <summary>Whose shared memory and queues the containers have; null for the engine's own setting.</summary>
    public string? IpcMode { get; init; }

    /// <summary>The instances that its tasks may be on.</summary>
    public IReadOnlyList<PlacementConstraint> PlacementConstraints { get; init; } = [];
}
