using Ecs.Contracts.Commands;

namespace Ecs.Contracts;

/// <summary>Which kinds of stream each service appends to, and folds into its state.</summary>
public static class OwnedKinds
{
    /// <summary>The kinds of <see cref="Services.Scheduler"/>.</summary>
    public static IReadOnlyCollection<ResourceKind> Scheduler { get; } =
    [
        ResourceKind.Cluster, ResourceKind.ContainerInstance, ResourceKind.Task, ResourceKind.AccountSettings,
    ];

    /// <summary>The kinds of <see cref="Services.Registry"/>.</summary>
    public static IReadOnlyCollection<ResourceKind> Registry { get; } = [ResourceKind.TaskDefinition];
}
