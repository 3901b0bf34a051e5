using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using static Ecs.Contracts.Commands.CommandError;

namespace Ecs.Rules.Clusters;

/// <summary>The rules of a cluster's settings and configuration.</summary>
public static class ClusterSettings
{
    // The greatest weight and base of a strategy's item, as the ECS model has them.
    private const int MaxWeight = 1000;
    private const int MaxBase = 100_000;

    private const string Insights = ClusterState.ContainerInsights;

    /// <summary>Changes settings and configuration; the same again changes nothing.</summary>
    public static Decision Decide(FleetState fleet, UpdateCluster command, DateTimeOffset now) =>
        Change(fleet, command, (command.Cluster, command.Settings, command.Configuration), now);

    /// <summary>Changes settings; the same again changes nothing.</summary>
    public static Decision Decide(FleetState fleet, UpdateClusterSettings command, DateTimeOffset now) =>
        command.Settings is null or { Count: 0 }
            ? Decision.Refuse(Wrong("settings", "must be given"))
            : Change(fleet, command, (command.Cluster, command.Settings, null), now);

    /// <summary>A cluster has no capacity providers, and can get none.</summary>
    public static Decision Decide(FleetState fleet, PutClusterCapacityProviders command)
    {
        if (Named(fleet, command, command.Cluster, out var refusal) is not { } cluster)
        {
            return Decision.Refuse(refusal!);
        }

        if (command.CapacityProviders is null) return Decision.Refuse(Wrong("capacityProviders", "must be given"));

        if (command.DefaultCapacityProviderStrategy is null)
        {
            return Decision.Refuse(Wrong("defaultCapacityProviderStrategy", "must be given"));
        }

        if (Broken(command.DefaultCapacityProviderStrategy) is { } broken) return Decision.Refuse(broken);

        var named = command.CapacityProviders
            .Concat(command.DefaultCapacityProviderStrategy.Select(item => item?.CapacityProvider))
            .FirstOrDefault();
        return command.CapacityProviders.Count + command.DefaultCapacityProviderStrategy.Count == 0
            ? Decision.Accept(new ClusterResult(cluster.Describe()))
            : Decision.Refuse(
                ErrorTypes.InvalidParameter,
                $"The specified capacity provider '{named}' was not found. Ecs.Events has none: tasks run on the "
                + "container instances that are registered in the cluster.",
                "capacityProviders");
    }

    // A strategy is wrong in itself before its provider is one that is not there.
    private static CommandError? Broken(IReadOnlyList<CapacityProviderStrategyItem?> strategy)
    {
        for (var i = 0; i < strategy.Count; i++)
        {
            var path = $"defaultCapacityProviderStrategy[{i}]";
            if (strategy[i]?.Weight is < 0 or > MaxWeight) return Wrong($"{path}.weight", $"must be 0 to {MaxWeight}");

            if (strategy[i]?.Base is < 0 or > MaxBase) return Wrong($"{path}.base", $"must be 0 to {MaxBase}");
        }

        return null;
    }

    /// <summary>The first rule that settings break; null where they keep them all.</summary>
    public static CommandError? Broken(IReadOnlyList<NameValue?>? settings)
    {
        for (var i = 0; i < settings?.Count; i++)
        {
            if (settings[i]?.Name is not Insights) return Wrong($"settings[{i}].name", $"must be {Insights}");

            if (settings[i]!.Value is not ("enabled" or "enhanced" or "disabled"))
            {
                return Wrong($"settings[{i}].value", "must be enabled, enhanced or disabled");
            }
        }

        return null;
    }

    /// <summary>The first rule that a configuration breaks; null where it keeps them all.</summary>
    public static CommandError? Broken(ClusterConfiguration? configuration)
    {
        const string path = "configuration.executeCommandConfiguration";
        return configuration?.ExecuteCommandConfiguration switch
        {
            null => null,
            { Logging: not (null or "NONE" or "DEFAULT" or "OVERRIDE") } =>
                Wrong($"{path}.logging", "must be NONE, DEFAULT or OVERRIDE"),
            { Logging: "OVERRIDE", LogConfiguration: null } =>
                Wrong($"{path}.logConfiguration", "must be given where logging is OVERRIDE"),
            { Logging: not "OVERRIDE", LogConfiguration: not null } =>
                Wrong($"{path}.logConfiguration", "must be left out where logging is not OVERRIDE"),
            _ => null,
        };
    }

    private static Decision Change(
        FleetState fleet,
        Command command,
        (string? Cluster, IReadOnlyList<NameValue>? Settings, ClusterConfiguration? Configuration) asked,
        DateTimeOffset now)
    {
        if ((Broken(asked.Settings) ?? Broken(asked.Configuration)) is { } broken) return Decision.Refuse(broken);

        if (Named(fleet, command, asked.Cluster, out var refusal) is not { } cluster)
        {
            return Decision.Refuse(refusal!);
        }

        // Of one name said twice the last holds; there is only one name.
        var insights = asked.Settings is { Count: > 0 } settings ? settings[^1].Value : cluster.Insights;
        var configuration = asked.Configuration ?? cluster.Configuration;
        if (insights == cluster.Insights && configuration == cluster.Configuration)
        {
            return Decision.Accept(new ClusterResult(cluster.Describe()));
        }

        var updated = new ClusterUpdated
        {
            ClusterArn = cluster.Arn,
            Settings = insights == cluster.Insights ? null : [new NameValue(Insights, insights)],
            Configuration = asked.Configuration,
            At = now,
        };
        return Decision.Accept(new ClusterResult(fleet.Apply(updated).Clusters[cluster.Arn].Describe()), updated);
    }

    private static ClusterState? Named(FleetState fleet, Command command, string? name, out CommandError? refusal)
    {
        refusal = string.IsNullOrEmpty(name) ? Wrong("cluster", "must name the cluster") : null;
        return refusal is null && ClusterDecisions.TryFind(fleet, command, name, out var cluster, out refusal)
            ? cluster
            : null;
    }
}
