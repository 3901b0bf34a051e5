using Ecs.Contracts;
using Ecs.Log;

namespace Ecs.Auditor.History;

/// <summary>What a history is asked of: a resource with its stream, or one revision of a family's.</summary>
/// <param name="Arn">The resource; of a definition the family.</param>
/// <param name="Version">Of a family: the revision or the label that alone is meant; null for all of it.</param>
internal sealed record Subject(Arn Arn, string? Version = null)
{
    /// <summary>The key of its stream.</summary>
    public string Stream => Arn.ToString();

    /// <summary>The subject as it is named, the revision or label included.</summary>
    public override string ToString() => Version is null ? Stream : $"{Stream}:{Version}";

    /// <summary>
    /// Finds its events, and perhaps some that <see cref="Holds"/> then tells apart. A cluster's history is also that
    /// of the instances and tasks in it; of the others it is their own stream's.
    /// </summary>
    public LogFilter Filter => Arn.Kind is ResourceKind.Cluster
        ? new() { Places = new LogPlaces(Arn.Scope.Account, Arn.Scope.Region, Arn.Path) }
        : new() { Streams = [Stream] };

    /// <summary>Whether a stream's events belong to the history.</summary>
    public bool Holds(string stream) => stream == Stream
        || (Arn.Kind is ResourceKind.Cluster
            && Contracts.Arn.TryParse(stream, out var arn)
            && Inside.Contains(arn.Kind)
            && arn.Scope == Arn.Scope
            && arn.ClusterName == Arn.Path);

    private static ResourceKind[] Inside => [ResourceKind.ContainerInstance, ResourceKind.Task];
}
