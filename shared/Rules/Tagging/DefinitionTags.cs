using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Tagging;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Rules.Tagging;

/// <summary>Tags of revisions. They are no part of the content: another tag is no other revision.</summary>
public static class DefinitionTags
{
    /// <summary>Sets tags of a revision.</summary>
    public static Decision Decide(Families families, TagTaskDefinition command, DateTimeOffset now) =>
        Find(families, command, out var refusal) is { } tags
            ? TagDecisions.Set(command, tags, now)
            : Decision.Refuse(refusal!);

    /// <summary>Takes tags from a revision.</summary>
    public static Decision Decide(Families families, UntagTaskDefinition command, DateTimeOffset now) =>
        Find(families, command, out var refusal) is { } tags
            ? TagDecisions.Take(command, tags, now)
            : Decision.Refuse(refusal!);

    /// <summary>Lists the tags of a revision.</summary>
    public static Decision Answer(Families families, ListTagsForTaskDefinition query) =>
        Find(families, query, out var refusal) is { } tags
            ? Decision.Accept(new TagsResult(tags))
            : Decision.Refuse(refusal!);

    private static IReadOnlyList<Tag>? Find<TCommand>(Families families, TCommand command, out CommandError? refusal)
        where TCommand : Command, INamesResource
    {
        refusal = TagDecisions.Broken(command);
        if (refusal is not null || TagDecisions.Read(command, out refusal) is not { } arn) return null;

        var scope = new Scope(command.Account, command.Region);
        TaskDefinitionReference? reference = null;
        if (arn.Kind is ResourceKind.TaskDefinition
            && !TaskDefinitionReference.TryParse(command.ResourceArn, scope, out reference, out refusal))
        {
            return null;
        }

        if (reference?.Revision is null)
        {
            refusal = CommandError.Wrong("resourceArn", "must be the ARN of one revision of a task definition");
            return null;
        }

        if (families.Of(scope, reference.Family).Find(reference) is { } revision)
        {
            return revision.Tags ?? TagList.None;
        }

        // ECS has no type of its own for a list of what is not there.
        var type = command is ListTagsForTaskDefinition ? ErrorTypes.InvalidParameter : ErrorTypes.ResourceNotFound;
        refusal = new CommandError(type, "The specified task definition was not found.") { Field = "resourceArn" };
        return null;
    }
}
