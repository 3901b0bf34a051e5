using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Model;
using Ecs.Model.Tagging;
using Ecs.Model.TaskDefinitions;
using Ecs.Rules.Tagging;
using Ecs.Rules.TaskDefinitions;

namespace Ecs.Rules.Queries;

/// <summary>The Registry's queries, answered from its state.</summary>
public static class RegistryQueries
{
    /// <summary>Answers a query of the Registry.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static Answer Answer(Families families, Command query)
    {
        var decision = query switch
        {
            DescribeTaskDefinition describe => Describe(families, describe),
            ListTaskDefinitions list => DefinitionLists.Revisions(families, list),
            ListTaskDefinitionFamilies list => DefinitionLists.Families(families, list),
            ListTagsForTaskDefinition list => DefinitionTags.Answer(families, list),
            _ => throw new ArgumentException($"not a query of the Registry: {query.GetType().Name}", nameof(query)),
        };
        return new Answer
        {
            CommandId = query.CommandId,
            Result = decision.Result is { } result ? JsonSerializer.SerializeToElement(result, EcsJson.Options) : null,
            Error = decision.Error,
        };
    }

    private static Decision Describe(Families families, DescribeTaskDefinition query)
    {
        if (Inclusion.Wrong(query.Include, Inclusion.Tags) is { } wrong) return Decision.Refuse(wrong);

        var scope = new Scope(query.Account, query.Region);
        if (!TaskDefinitionReference.TryParse(query.TaskDefinition, scope, out var reference, out var error))
        {
            return Decision.Refuse(error);
        }

        return families.Of(scope, reference.Family).Find(reference) is { } revision
            ? Decision.Accept(new TaskDefinitionResult(
                revision.Describe(),
                // As in ECS: an empty list where they are not asked for.
                query.Include.Has(Inclusion.Tags) ? revision.Tags ?? TagList.None : TagList.None))
            : Decision.Refuse(Unknown.TaskDefinition);
    }
}
