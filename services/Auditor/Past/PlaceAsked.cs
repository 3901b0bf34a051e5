using Ecs.Auditor.Requests;
using Ecs.Contracts;

namespace Ecs.Auditor.Past;

/// <summary>What a question is about: an account and region, or one cluster there.</summary>
/// <param name="Scope">The name space.</param>
/// <param name="Cluster">The cluster's name; null for all of the name space.</param>
internal sealed record PlaceAsked(Scope Scope, string? Cluster)
{
    /// <summary>Reads <c>account</c>, <c>region</c> and <c>cluster</c>, a name or an ARN.</summary>
    /// <exception cref="RefusedException">The ARN is no cluster's, or one of another name space.</exception>
    public static PlaceAsked Read(Parameters parameters)
    {
        var scope = new Scope(
            parameters.Text("account") ?? Scope.DefaultAccount, parameters.Text("region") ?? Scope.DefaultRegion);
        var cluster = parameters.Text("cluster");
        if (cluster?.StartsWith("arn:", StringComparison.Ordinal) is not true) return new PlaceAsked(scope, cluster);

        return Arn.TryParse(cluster, out var arn) && arn.Kind is ResourceKind.Cluster && arn.Scope == scope
            ? new PlaceAsked(scope, arn.Name)
            : throw RefusedException.Wrong("cluster", "must be a cluster of the account and region that are asked.");
    }

    /// <summary>Whether a stream's events are about it; definitions belong to no cluster.</summary>
    public bool Holds(string stream) =>
        Arn.TryParse(stream, out var arn)
        && arn.Scope == Scope
        && (Cluster is null || arn.ClusterName == Cluster);
}
