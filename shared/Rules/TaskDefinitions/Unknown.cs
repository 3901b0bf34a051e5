using Ecs.Contracts.Commands;

namespace Ecs.Rules.TaskDefinitions;

/// <summary>The refusal of what is not there.</summary>
public static class Unknown
{
    /// <summary>No revision is meant by the reference, in ECS's words.</summary>
    public static CommandError TaskDefinition { get; } =
        new(ErrorTypes.Client, "Unable to describe task definition.") { Field = "taskDefinition" };
}
