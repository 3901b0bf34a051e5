using System.Text.Json.Serialization;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Events;

/// <summary>
/// Tags of a cluster, a container instance, a task or a revision of a task definition were set or taken.
/// </summary>
[EventName("resource-tags-changed")]
public sealed record ResourceTagsChanged : IEvent
{
    /// <summary>The resource; of a task definition with its revision.</summary>
    public required string ResourceArn { get; init; }

    /// <summary>Tags that were set: new ones, and ones with another value than before.</summary>
    public IReadOnlyList<Tag> Put { get; init; } = [];

    /// <summary>Keys of tags that were taken.</summary>
    public IReadOnlyList<string> Taken { get; init; } = [];

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => Arn.Parse(ResourceArn).Kind is ResourceKind.TaskDefinition
        ? FamilyStream.Of(ResourceArn)
        : ResourceArn;
}
