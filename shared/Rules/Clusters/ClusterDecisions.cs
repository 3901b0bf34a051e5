using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Model.Tagging;
using Ecs.Rules.Accounts;

namespace Ecs.Rules.Clusters;

/// <summary>The rules of clusters, and how a command names one.</summary>
public static partial class ClusterDecisions
{
    /// <summary>The cluster that is meant where none is named.</summary>
    public const string DefaultName = "default";

    /// <summary>A cluster that exists is answered as it is, so that asking twice changes nothing.</summary>
    public static Decision Decide(FleetState fleet, CreateCluster command, DateTimeOffset now)
    {
        var name = command.ClusterName ?? DefaultName;
        if (!Names().IsMatch(name))
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter,
                "clusterName must be 1 to 255 letters, digits, hyphens and underscores.",
                "clusterName");
        }

        if ((TagRules.Broken(command.Tags) ?? ClusterSettings.Broken(command.Settings)
            ?? ClusterSettings.Broken(command.Configuration)) is { } broken)
        {
            return Decision.Refuse(broken);
        }

        var arn = Arn.Cluster(Scope(command), name).ToString();
        if (fleet.Clusters.TryGetValue(arn, out var cluster) && cluster.IsActive)
        {
            return Decision.Accept(new ClusterResult(cluster.Describe()));
        }

        var insights = command.Settings is { Count: > 0 } settings
            ? settings[^1].Value
            : AccountSettings.Effective(fleet, command, ClusterState.ContainerInsights);
        var created = new ClusterCreated(arn, name, now)
        {
            Settings = insights is ClusterState.NoInsights
                ? null
                : [new NameValue(ClusterState.ContainerInsights, insights)],
            Configuration = command.Configuration,
            Tags = TagList.Of(command.Tags).Kept(),
        };
        return Decision.Accept(new ClusterResult(fleet.Apply(created).Clusters[arn].Describe()), created);
    }

    /// <summary>Only an empty cluster can be deleted.</summary>
    public static Decision Decide(FleetState fleet, DeleteCluster command, DateTimeOffset now)
    {
        if (command.Cluster is null)
        {
            return Decision.Refuse(ErrorTypes.InvalidParameter, "cluster must name the cluster to delete.", "cluster");
        }

        if (!TryFind(fleet, command, command.Cluster, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (cluster.Instances.Count > 0)
        {
            return Decision.Refuse(
                ErrorTypes.ClusterContainsContainerInstances,
                "The Cluster cannot be deleted while Container Instances are active or draining.");
        }

        if (cluster.UnstoppedTasks > 0)
        {
            return Decision.Refuse(
                ErrorTypes.ClusterContainsTasks, "The Cluster cannot be deleted while Tasks are active.");
        }

        var deleted = new ClusterDeleted(cluster.Arn, now);
        return Decision.Accept(
            new ClusterResult(fleet.Apply(deleted).Clusters[cluster.Arn].Describe()), deleted);
    }

    /// <summary>
    /// Finds the active cluster that a command names by name or ARN; none named means <c>default</c>.
    /// </summary>
    public static bool TryFind(
        FleetState fleet,
        Command command,
        string? named,
        [NotNullWhen(true)] out ClusterState? cluster,
        [NotNullWhen(false)] out CommandError? refusal)
    {
        refusal = null;
        if (fleet.Clusters.TryGetValue(ArnOf(command, named), out cluster) && cluster.IsActive) return true;

        cluster = null;
        refusal = new CommandError(ErrorTypes.ClusterNotFound, "Cluster not found.") { Field = "cluster" };
        return false;
    }

    /// <summary>
    /// The ARN that a name means in the command's scope. An ARN of another scope names nothing there.
    /// </summary>
    public static string ArnOf(Command command, string? named)
    {
        var text = string.IsNullOrEmpty(named) ? DefaultName : named;
        return text.StartsWith("arn:", StringComparison.Ordinal)
            ? Arn.TryParse(text, out var arn) && arn.Scope == Scope(command) ? text : ""
            : Arn.Cluster(Scope(command), text).ToString();
    }

    /// <summary>The name space that a command is about.</summary>
    public static Scope Scope(Command command) => new(command.Account, command.Region);

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,255}\z")]
    private static partial Regex Names();
}
