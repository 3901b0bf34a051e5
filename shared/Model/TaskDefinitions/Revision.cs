using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>One revision of a family: what was registered, and whether it may still be run.</summary>
public sealed record Revision
{
    /// <summary>Its ARN, revision included.</summary>
    public required string Arn { get; init; }

    /// <summary>Its number in the family: 1 for the first, rising by one, never used again.</summary>
    public required int Number { get; init; }

    /// <summary>The sender's own label; null where none was given.</summary>
    public string? VersionLabel { get; init; }

    /// <summary>What it says, defaults filled in.</summary>
    public required TaskDefinitionContent Content { get; init; }

    /// <summary>The SHA-256 of the canonical content.</summary>
    public required string Digest { get; init; }

    /// <summary>Whether it can be run.</summary>
    public required TaskDefinitionStatus Status { get; init; }

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>Who registered it; null where the sender gave no name.</summary>
    public string? RegisteredBy { get; init; }

    /// <summary>When it was deregistered; null while it is ACTIVE.</summary>
    public DateTimeOffset? DeregisteredAt { get; init; }

    /// <summary>When it was given up; null where it was not.</summary>
    public DateTimeOffset? DeleteRequestedAt { get; init; }

    /// <summary>Its tags, by key; null where it has none.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }

    /// <summary>The revision as DescribeTaskDefinition shows it.</summary>
    public TaskDefinition Describe() => new()
    {
        TaskDefinitionArn = Arn,
        Family = Arn[(Arn.LastIndexOf('/') + 1)..Arn.LastIndexOf(':')],
        Revision = Number,
        VersionLabel = VersionLabel,
        Status = Status,
        ContainerDefinitions = [.. Content.ContainerDefinitions.Select(Shown)],
        NetworkMode = Content.NetworkMode,
        Cpu = Content.Cpu,
        Memory = Content.Memory,
        Digest = Digest,
        RegisteredAt = RegisteredAt,
        RegisteredBy = RegisteredBy,
        DeregisteredAt = DeregisteredAt,
        DeleteRequestedAt = DeleteRequestedAt,
        RequiresCompatibilities = Content.RequiresCompatibilities,
        ExecutionRoleArn = Content.ExecutionRoleArn,
        TaskRoleArn = Content.TaskRoleArn,
        RuntimePlatform = Content.RuntimePlatform,
        RequiresAttributes = RequiredAttributes.Of(Content) is { Count: > 0 } attributes ? attributes : null,
        PlacementConstraints = Content.PlacementConstraints ?? [],
        Volumes = Content.Volumes ?? [],
        PidMode = Content.PidMode,
        IpcMode = Content.IpcMode,
    };

    // Lists that ECS shows where there is nothing in them, since its clients go through them without asking.
    private static ContainerDefinition Shown(ContainerDefinition container) => container with
    {
        PortMappings = container.PortMappings ?? [],
        Environment = container.Environment ?? [],
        MountPoints = container.MountPoints ?? [],
        VolumesFrom = container.VolumesFrom ?? [],
        SystemControls = container.SystemControls ?? [],
    };
}
