using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Commands;

/// <summary>Sets tags of a cluster, task or container instance; those with other keys stay as they are.</summary>
[CommandName("tag-resource", Services.Scheduler)]
public sealed record TagResource : Command, ISetsTags
{
    /// <inheritdoc/>
    public string? ResourceArn { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<Tag>? Tags { get; init; }
}

/// <summary>
/// Sets tags of a revision of a task definition: TagResource of what the Registry owns. Over HTTP both are TagResource.
/// </summary>
[CommandName("tag-task-definition", Services.Registry)]
public sealed record TagTaskDefinition : Command, ISetsTags
{
    /// <inheritdoc/>
    public string? ResourceArn { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<Tag>? Tags { get; init; }
}

/// <summary>Takes tags from a cluster, task or container instance; a key that is not there is passed over.</summary>
[CommandName("untag-resource", Services.Scheduler)]
public sealed record UntagResource : Command, ITakesTags
{
    /// <inheritdoc/>
    public string? ResourceArn { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<string>? TagKeys { get; init; }
}

/// <summary>Takes tags from a revision of a task definition. Over HTTP it is UntagResource.</summary>
[CommandName("untag-task-definition", Services.Registry)]
public sealed record UntagTaskDefinition : Command, ITakesTags
{
    /// <inheritdoc/>
    public string? ResourceArn { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<string>? TagKeys { get; init; }
}

/// <summary>Lists the tags of a cluster, task or container instance, by key.</summary>
[CommandName("list-tags-for-resource", Services.Scheduler, IsQuery = true)]
public sealed record ListTagsForResource : Command, INamesResource
{
    /// <inheritdoc/>
    public string? ResourceArn { get; init; }
}

/// <summary>Lists the tags of a revision of a task definition. Over HTTP it is ListTagsForResource.</summary>
[CommandName("list-tags-for-task-definition", Services.Registry, IsQuery = true)]
public sealed record ListTagsForTaskDefinition : Command, INamesResource
{
    /// <inheritdoc/>
    public string? ResourceArn { get; init; }
}

/// <summary>A command about one resource, whatever its kind.</summary>
public interface INamesResource
{
    /// <summary>The resource's ARN, of the command's own account and region.</summary>
    string? ResourceArn { get; }
}

/// <summary>A command that sets tags of a resource.</summary>
public interface ISetsTags : INamesResource
{
    /// <summary>The tags, at most 50; a resource has at most 50 besides the house's own.</summary>
    IReadOnlyList<Tag>? Tags { get; }
}

/// <summary>A command that takes tags from a resource.</summary>
public interface ITakesTags : INamesResource
{
    /// <summary>The keys, at most 50.</summary>
    IReadOnlyList<string>? TagKeys { get; }
}

/// <summary>The reply of operations that ECS answers with nothing, such as TagResource.</summary>
public sealed record EmptyResult;

/// <summary>The reply of ListTagsForResource.</summary>
/// <param name="Tags">The tags, by key.</param>
public sealed record TagsResult(IReadOnlyList<Tag> Tags);
