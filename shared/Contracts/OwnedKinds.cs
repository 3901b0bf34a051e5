using Ecs.Contracts.Commands;

namespace Ecs.Contracts;

/// <summary>Which kinds of stream each service appends to, and folds into its state.</summary>
public static class OwnedKinds
{
    /// <summary>The kinds of <see cref="Services.Scheduler"/>, that with the most events first.</summary>
    public static IReadOnlyCollection<ResourceKind> Scheduler { get; } =
    [
        ResourceKind.Task, ResourceKind.ContainerInstance, ResourceKind.Cluster, ResourceKind.AccountSettings,
    ];

    /// <summary>The kinds of <see cref="Services.Registry"/>.</summary>
    public static IReadOnlyCollection<ResourceKind> Registry { get; } = [ResourceKind.TaskDefinition];
}
