namespace Ecs.Agent.Docker;

/// <summary>The labels of every container that an Agent makes: after a crash they tell what is whose.</summary>
internal static class Labels
{
    /// <summary>The task's ARN.</summary>
    public const string TaskArn = "com.amazonaws.ecs.task-arn";

    /// <summary>The container's name in the definition.</summary>
    public const string ContainerName = "com.amazonaws.ecs.container-name";

    /// <summary>The definition's family.</summary>
    public const string Family = "com.amazonaws.ecs.task-definition-family";

    /// <summary>The definition's revision.</summary>
    public const string Revision = "com.amazonaws.ecs.task-definition-version";

    /// <summary>The cluster's name.</summary>
    public const string Cluster = "com.amazonaws.ecs.cluster";

    /// <summary>The id of the container instance: an Agent touches only what carries its own.</summary>
    public const string Instance = "ecs.events.container-instance";
}
