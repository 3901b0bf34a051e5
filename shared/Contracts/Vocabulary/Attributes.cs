namespace Ecs.Contracts.Vocabulary;

/// <summary>One attribute of one container instance, as ECS's attribute operations show it.</summary>
public sealed record InstanceAttribute
{
    /// <summary>The name: 1-128 letters, digits, hyphens, underscores, dots and slashes of either kind.</summary>
    public string? Name { get; init; }

    /// <summary>The value, at most 128 characters; an attribute may have none.</summary>
    public string? Value { get; init; }

    /// <summary><c>container-instance</c>; there is no other.</summary>
    public string? TargetType { get; init; }

    /// <summary>The instance's id or ARN.</summary>
    public string? TargetId { get; init; }
}
