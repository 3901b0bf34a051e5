using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Model.Tagging;

namespace Ecs.Rules.Tagging;

/// <summary>Tags of clusters, tasks and container instances, as long as these live.</summary>
public static class ResourceTags
{
    /// <summary>Sets tags of a resource.</summary>
    public static Decision Decide(FleetState fleet, TagResource command, DateTimeOffset now) =>
        Find(fleet, command, out var refusal) is { } tags
            ? TagDecisions.Set(command, tags, now)
            : Decision.Refuse(refusal!);

    /// <summary>Takes tags from a resource.</summary>
    public static Decision Decide(FleetState fleet, UntagResource command, DateTimeOffset now) =>
        Find(fleet, command, out var refusal) is { } tags
            ? TagDecisions.Take(command, tags, now)
            : Decision.Refuse(refusal!);

    /// <summary>Lists the tags of a resource.</summary>
    public static Decision Answer(FleetState fleet, ListTagsForResource query) =>
        Find(fleet, query, out var refusal) is { } tags
            ? Decision.Accept(new TagsResult(tags))
            : Decision.Refuse(refusal!);

    /// <summary>
    /// The house's own tags of a task that nobody but <c>enableECSManagedTags</c> gives: the cluster it belongs to.
    /// </summary>
    public static IEnumerable<Tag> Managed(ClusterState cluster) =>
        [new Tag { Key = "aws:ecs:clusterName", Value = cluster.Name }];

    private static IReadOnlyList<Tag>? Find<TCommand>(FleetState fleet, TCommand command, out CommandError? refusal)
        where TCommand : Command, INamesResource
    {
        refusal = TagDecisions.Broken(command);
        if (refusal is not null || TagDecisions.Read(command, out refusal) is not { } arn) return null;

        var (tags, error) = arn.Kind switch
        {
            ResourceKind.Cluster => OfCluster(fleet, command.ResourceArn!),
            ResourceKind.ContainerInstance => OfInstance(fleet, command.ResourceArn!),
            ResourceKind.Task => OfTask(fleet, command.ResourceArn!),
            _ => (null, CommandError.Wrong(
                "resourceArn",
                "must be the ARN of a cluster, container instance or task: the Registry keeps those of task "
                + "definitions, by tag-task-definition, untag-task-definition and list-tags-for-task-definition")),
        };

        // ECS has no type of its own for a list of what is not there.
        refusal = error is { Type: ErrorTypes.ResourceNotFound } && command is ListTagsForResource
            ? error with { Type = ErrorTypes.InvalidParameter }
            : error;
        return tags;
    }

    private static (IReadOnlyList<Tag>? Tags, CommandError? Error) OfCluster(FleetState fleet, string arn)
    {
        if (!fleet.Clusters.TryGetValue(arn, out var cluster))
        {
            return (null, new CommandError(ErrorTypes.ClusterNotFound, "Cluster not found.") { Field = "resourceArn" });
        }

        return cluster.IsActive
            ? (cluster.Tags, null)
            : (null, Ended("The specified cluster is inactive. Specify an active cluster and try again."));
    }

    private static (IReadOnlyList<Tag>? Tags, CommandError? Error) OfInstance(FleetState fleet, string arn)
    {
        if (fleet.FindInstance(arn) is not { } instance) return (null, NotFound("container instance"));

        return instance.Status is InstanceStatus.Inactive
            ? (null, Ended(
                "The specified container instance is inactive. Specify an active container instance and try again."))
            : (instance.Tags, null);
    }

    private static (IReadOnlyList<Tag>? Tags, CommandError? Error) OfTask(FleetState fleet, string arn)
    {
        if (!fleet.Tasks.TryGetValue(arn, out var task)) return (null, NotFound("task"));

        // Nothing follows STOPPED in a task's stream.
        return task.IsStopped
            ? (null, Ended("The specified task is stopped. Specify a running task and try again."))
            : (task.Tags, null);
    }

    private static CommandError NotFound(string what) =>
        new(ErrorTypes.ResourceNotFound, $"The specified {what} was not found.") { Field = "resourceArn" };

    private static CommandError Ended(string message) =>
        new(ErrorTypes.InvalidParameter, message) { Field = "resourceArn" };
}
