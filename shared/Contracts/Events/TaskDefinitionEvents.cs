using System.Text.Json.Serialization;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Events;

/// <summary>A new revision of a family was registered.</summary>
[EventName("task-definition-registered")]
public sealed record TaskDefinitionRegistered : IEvent
{
    /// <summary>The revision's ARN.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>The family's name.</summary>
    public required string Family { get; init; }

    /// <summary>Its number in the family.</summary>
    public required int Revision { get; init; }

    /// <summary>The sender's own label for it; null where none was given.</summary>
    public string? VersionLabel { get; init; }

    /// <summary>What it says, defaults filled in.</summary>
    public required TaskDefinitionContent Content { get; init; }

    /// <summary>The SHA-256 of the canonical content.</summary>
    public required string Digest { get; init; }

    /// <summary>Who registered it.</summary>
    public string? RegisteredBy { get; init; }

    /// <summary>Its tags; null where it has none.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => FamilyStream.Of(TaskDefinitionArn);
}

/// <summary>A revision was made INACTIVE.</summary>
[EventName("task-definition-deregistered")]
public sealed record TaskDefinitionDeregistered(string TaskDefinitionArn, int Revision, DateTimeOffset At) : IEvent
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => FamilyStream.Of(TaskDefinitionArn);
}

/// <summary>A revision that was INACTIVE was given up: it is DELETE_IN_PROGRESS for good.</summary>
[EventName("task-definition-deletion-requested")]
public sealed record TaskDefinitionDeletionRequested(
    string TaskDefinitionArn, int Revision, DateTimeOffset At) : IEvent
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => FamilyStream.Of(TaskDefinitionArn);
}

/// <summary>Where the events of a definition are: in the stream of its family.</summary>
public static class FamilyStream
{
    /// <summary>The key of the family's stream of a revision's ARN.</summary>
    public static string Of(string taskDefinitionArn) => taskDefinitionArn[..taskDefinitionArn.LastIndexOf(':')];
}
