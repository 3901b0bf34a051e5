using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Commands;

/// <summary>Makes a cluster, empty at first. One that exists is answered as it is.</summary>
[CommandName("create-cluster", Services.Scheduler)]
public sealed record CreateCluster : Command
{
    /// <summary>1-255 letters, digits, hyphens and underscores; <c>default</c> where nothing is said.</summary>
    public string? ClusterName { get; init; }

    /// <summary><c>containerInsights</c>: <c>enabled</c>, <c>enhanced</c> or <c>disabled</c>.</summary>
    public IReadOnlyList<NameValue>? Settings { get; init; }

    /// <summary>What is kept for a cloud's ExecuteCommand and storage.</summary>
    public ClusterConfiguration? Configuration { get; init; }

    /// <summary>Its tags, at most 50; of a cluster that exists they are left as they are.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }
}

/// <summary>Deletes a cluster that has neither container instances nor tasks.</summary>
[CommandName("delete-cluster", Services.Scheduler)]
public sealed record DeleteCluster : Command
{
    /// <summary>The cluster's name or ARN.</summary>
    public string? Cluster { get; init; }
}

/// <summary>Shows up to 100 clusters.</summary>
[CommandName("describe-clusters", Services.Scheduler, IsQuery = true)]
public sealed record DescribeClusters : Command
{
    /// <summary>Names or ARNs; <c>default</c> where none are given.</summary>
    public IReadOnlyList<string>? Clusters { get; init; }

    /// <summary>
    /// What to show besides: <c>ATTACHMENTS</c> (there are none), <c>CONFIGURATIONS</c>, <c>SETTINGS</c>,
    /// <c>STATISTICS</c>, <c>TAGS</c>.
    /// </summary>
    public IReadOnlyList<string>? Include { get; init; }
}

/// <summary>Lists clusters' ARNs by name.</summary>
[CommandName("list-clusters", Services.Scheduler, IsQuery = true)]
public sealed record ListClusters : Command
{
    /// <summary>The size of a page, 1..100.</summary>
    public int? MaxResults { get; init; }

    /// <summary>Where the last page ended, as its answer said.</summary>
    public string? NextToken { get; init; }
}

/// <summary>The reply of Create- and DeleteCluster.</summary>
/// <param name="Cluster">The cluster.</param>
public sealed record ClusterResult(ClusterDescription Cluster);

/// <summary>The reply of DescribeClusters.</summary>
/// <param name="Clusters">Those that are there.</param>
/// <param name="Failures">Those that are not, with <c>MISSING</c>.</param>
public sealed record DescribeClustersResult(
    IReadOnlyList<ClusterDescription> Clusters, IReadOnlyList<Failure> Failures);

/// <summary>A page of clusters.</summary>
/// <param name="ClusterArns">Their ARNs.</param>
/// <param name="NextToken">Where the next page begins; null on the last.</param>
public sealed record ListClustersResult(IReadOnlyList<string> ClusterArns, string? NextToken);
