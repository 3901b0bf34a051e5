using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Commands;

/// <summary>Changes a cluster's settings and configuration; what is not given stays as it is.</summary>
[CommandName("update-cluster", Services.Scheduler)]
public sealed record UpdateCluster : Command
{
    /// <summary>The cluster's name or ARN.</summary>
    public string? Cluster { get; init; }

    /// <summary><c>containerInsights</c>: <c>enabled</c>, <c>enhanced</c> or <c>disabled</c>.</summary>
    public IReadOnlyList<NameValue>? Settings { get; init; }

    /// <summary>In place of the configuration that it has.</summary>
    public ClusterConfiguration? Configuration { get; init; }
}

/// <summary>Changes a cluster's settings.</summary>
[CommandName("update-cluster-settings", Services.Scheduler)]
public sealed record UpdateClusterSettings : Command
{
    /// <summary>The cluster's name or ARN.</summary>
    public string? Cluster { get; init; }

    /// <summary><c>containerInsights</c>: <c>enabled</c>, <c>enhanced</c> or <c>disabled</c>.</summary>
    public IReadOnlyList<NameValue>? Settings { get; init; }
}

/// <summary>
/// Says which capacity providers a cluster has: none. There are no others here, so only that can be said.
/// </summary>
[CommandName("put-cluster-capacity-providers", Services.Scheduler)]
public sealed record PutClusterCapacityProviders : Command
{
    /// <summary>The cluster's name or ARN.</summary>
    public string? Cluster { get; init; }

    /// <summary>None.</summary>
    public IReadOnlyList<string>? CapacityProviders { get; init; }

    /// <summary>None.</summary>
    public IReadOnlyList<CapacityProviderStrategyItem>? DefaultCapacityProviderStrategy { get; init; }
}
