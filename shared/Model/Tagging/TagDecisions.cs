using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using static Ecs.Contracts.Commands.CommandError;

namespace Ecs.Model.Tagging;

/// <summary>How tags are set and taken: the same for every kind of resource, whoever owns it.</summary>
public static class TagDecisions
{
    /// <summary>Sets tags, all of them or, where the resource would have too many, none.</summary>
    /// <param name="command">The command, whose tags keep the rules.</param>
    /// <param name="has">What the resource has.</param>
    /// <param name="now">The moment of deciding.</param>
    public static Decision Set(ISetsTags command, IReadOnlyList<Tag> has, DateTimeOffset now)
    {
        var put = TagList.Of(command.Tags).Except(has).ToList();
        if (put.Count == 0) return Decision.Accept(new EmptyResult());

        var change = new ResourceTagsChanged { ResourceArn = command.ResourceArn!, Put = put, At = now };
        return has.After(change).Count(tag => !TagRules.IsReserved(tag.Key!)) <= TagRules.MaxTags
            ? Decision.Accept(new EmptyResult(), change)
            : Decision.Refuse(
                ErrorTypes.LimitExceeded,
                $"The resource would have more than {TagRules.MaxTags} tags.",
                "tags");
    }

    /// <summary>Takes tags.</summary>
    public static Decision Take(ITakesTags command, IReadOnlyList<Tag> has, DateTimeOffset now)
    {
        var taken = has.Select(tag => tag.Key!)
            .Intersect(command.TagKeys!, StringComparer.Ordinal)
            .ToList();
        return taken.Count == 0
            ? Decision.Accept(new EmptyResult())
            : Decision.Accept(
                new EmptyResult(),
                new ResourceTagsChanged { ResourceArn = command.ResourceArn!, Taken = taken, At = now });
    }

    /// <summary>The first rule that the members of a command about tags break; null where it keeps them all.</summary>
    public static CommandError? Broken(INamesResource command) => command switch
    {
        ISetsTags { Tags: null } => Wrong("tags", "must be given"),
        ISetsTags set => TagRules.Broken(set.Tags),
        ITakesTags take => TagRules.BrokenKeys(take.TagKeys),
        _ => null,
    };

    /// <summary>Reads the ARN of a command about a resource, which must be of the command's own name space.</summary>
    public static Arn? Read<TCommand>(TCommand command, out CommandError? error)
        where TCommand : Command, INamesResource
    {
        const string field = "resourceArn";
        if (!Arn.TryParse(command.ResourceArn, out var arn))
        {
            error = Wrong(field, "must be the ARN of a cluster, container instance, task or task definition");
            return null;
        }

        error = arn.Scope.Account != command.Account
            ? Wrong(field, $"is for {arn.Scope.Account}. Your accountId is {command.Account}")
            : arn.Scope.Region != command.Region
                ? Wrong(field, $"is for region {arn.Scope.Region}, not {command.Region}")
                : null;
        return error is null ? arn : null;
    }
}
