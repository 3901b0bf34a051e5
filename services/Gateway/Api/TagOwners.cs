using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Api;

/// <summary>
/// One operation of ECS about tags is two commands here, since each resource has one owner: task definitions are the
/// Registry's, all else the Scheduler's.
/// </summary>
internal static class TagOwners
{
    /// <summary>The command as the resource's owner knows it.</summary>
    public static Command Of(Command command) => command switch
    {
        TagResource tag when IsDefinition(tag) =>
            new TagTaskDefinition { ResourceArn = tag.ResourceArn, Tags = tag.Tags },
        UntagResource untag when IsDefinition(untag) =>
            new UntagTaskDefinition { ResourceArn = untag.ResourceArn, TagKeys = untag.TagKeys },
        ListTagsForResource list when IsDefinition(list) =>
            new ListTagsForTaskDefinition { ResourceArn = list.ResourceArn },
        _ => command,
    };

    private static bool IsDefinition(INamesResource command) =>
        Arn.TryParse(command.ResourceArn, out var arn) && arn.Kind is ResourceKind.TaskDefinition;
}
