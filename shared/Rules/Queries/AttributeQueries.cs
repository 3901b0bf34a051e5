using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules.Clusters;
using Ecs.Rules.ContainerInstances;

namespace Ecs.Rules.Queries;

/// <summary>ListAttributes: of every instance of a cluster, built-in and custom ones.</summary>
public static class AttributeQueries
{
    // Behind an instance's ARN and before a name in a page's key: in neither of them, and before all that is.
    private const char Between = '\n';

    /// <summary>One page, by instance and name.</summary>
    public static Decision Answer(FleetState fleet, ListAttributes query)
    {
        if (!ClusterDecisions.TryFind(fleet, query, query.Cluster, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (query.TargetType is not AttributeDecisions.TargetType)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, $"targetType must be {AttributeDecisions.TargetType}.", "targetType");
        }

        if (query is { AttributeValue: not null, AttributeName: null })
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "attributeValue needs an attributeName.", "attributeName");
        }

        var found = cluster.Instances.InNameOrder().SelectMany(instance => instance.Attributes
            .Where(a => (query.AttributeName is null || a.Key == query.AttributeName)
                && (query.AttributeValue is null || a.Value == query.AttributeValue))
            .Select(a => new InstanceAttribute
            {
                Name = a.Key,
                Value = a.Value,
                TargetType = AttributeDecisions.TargetType,
                TargetId = instance.Arn,
            }));
        var asked = (query.MaxResults, query.NextToken);
        return Paging.TryCut(found, a => $"{a.TargetId}{Between}{a.Name}", false, asked, out var page, out var error)
            ? Decision.Accept(new ListAttributesResult(page.Items, page.NextToken))
            : Decision.Refuse(error);
    }
}
