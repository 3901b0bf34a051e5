using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Tagging;

namespace Ecs.Model.Fleet;

/// <summary>How the events of clusters and container instances change the state.</summary>
public sealed partial record FleetState
{
    private FleetState With(ClusterCreated e) => Touch(
        Clusters.TryGetValue(e.ClusterArn, out var cluster)
            ? cluster with
            {
                IsActive = true,
                Insights = InsightsOf(e.Settings) ?? ClusterState.NoInsights,
                Configuration = e.Configuration,
                Tags = TagList.Of(e.Tags),
            }
            : New(new ClusterState
            {
                Arn = e.ClusterArn,
                Name = e.ClusterName,
                Version = 0,
                Insights = InsightsOf(e.Settings) ?? ClusterState.NoInsights,
                Configuration = e.Configuration,
                Tags = TagList.Of(e.Tags),
            }));

    private ClusterState New(ClusterState cluster) => IsOpen ? cluster.Open() : cluster;

    private FleetState With(ClusterUpdated e)
    {
        var cluster = Clusters[e.ClusterArn];
        return Touch(cluster with
        {
            Insights = InsightsOf(e.Settings) ?? cluster.Insights,
            Configuration = e.Configuration ?? cluster.Configuration,
        });
    }

    private FleetState With(ClusterRestored e)
    {
        var cluster = Clusters[e.ClusterArn];
        var placed = cluster.Tasks.Values.Where(task => task is { IsStopped: false, ContainerInstanceArn: not null })
            .Select(task => task with { MayHaveRun = true })
            .ToList();
        return Touch(cluster with { RestoredFrom = e.From, Tasks = cluster.Tasks.SetItems(placed) });
    }

    private static string? InsightsOf(IReadOnlyList<NameValue>? settings) =>
        settings?.FirstOrDefault(setting => setting.Name is ClusterState.ContainerInsights)?.Value;

    private FleetState With(TaskPlacementFailed e)
    {
        var cluster = Clusters[e.ClusterArn];
        return Touch(e.Account is { } account
            ? cluster with { LastRefusal = RecordedRefusal.Of(account, cluster.Version + 1) }
            : cluster);
    }

    private FleetState With(ContainerInstanceRegistered e)
    {
        var before = FindInstance(e.ContainerInstanceArn);
        var instance = new InstanceState
        {
            Arn = e.ContainerInstanceArn,
            ClusterArn = e.ClusterArn,
            Profile = e.Profile,
            RegisteredAt = e.At,
            Version = before?.Version ?? 0,
            Tags = TagList.Of(e.Tags),
        };
        var next = this with
        {
            Deregistered = Deregistered.Remove(e.ContainerInstanceArn),
            ClusterOf = ClusterOf.SetItem(e.ContainerInstanceArn, e.ClusterArn),
        };
        return next.Touch(instance.With(e.Profile, instance.CustomAttributes));
    }

    private FleetState With(ContainerInstanceConnected e)
    {
        var instance = FindInstance(e.ContainerInstanceArn)! with { AgentConnected = true };
        if (e.Profile is not { } profile) return Touch(instance);

        // A Scheduler of an older version writes no key: the instance keeps its own all the same.
        return Touch(instance.With(
            profile with { Key = instance.Profile.Key ?? profile.Key }, instance.CustomAttributes));
    }

    private FleetState With(ContainerInstanceAttributesChanged e)
    {
        var instance = FindInstance(e.ContainerInstanceArn)!;
        var custom = instance.CustomAttributes
            .RemoveRange(e.Deleted)
            .SetItems(e.Put.Select(a => KeyValuePair.Create(a.Name, a.Value)));
        return Touch(instance.With(instance.Profile, custom));
    }

    private FleetState With(ContainerInstanceDeregistered e)
    {
        var instance = FindInstance(e.ContainerInstanceArn)!;
        var cluster = Clusters[instance.ClusterArn];
        var next = this with
        {
            ClusterOf = ClusterOf.Remove(instance.Arn),
            Deregistered = Deregistered.SetItem(instance.Arn, instance.Gone()),
        };
        return next.Set(cluster with { Instances = cluster.Instances.Remove(instance.Arn) });
    }

    private FleetState With(ResourceTagsChanged e) => Arn.Parse(e.ResourceArn).Kind switch
    {
        ResourceKind.Cluster => Touch(
            Clusters[e.ResourceArn] with { Tags = Clusters[e.ResourceArn].Tags.After(e) }),
        ResourceKind.ContainerInstance when FindInstance(e.ResourceArn) is { } instance =>
            Touch(instance with { Tags = instance.Tags.After(e) }),
        ResourceKind.Task => WithTags(e),
        _ => this,
    };

    private FleetState Touch(InstanceState instance)
    {
        var changed = instance with { Version = instance.Version + 1 };
        if (Deregistered.ContainsKey(instance.Arn))
        {
            return this with { Deregistered = Deregistered.SetItem(instance.Arn, changed) };
        }

        var cluster = Clusters[instance.ClusterArn];
        return Set(cluster with { Instances = cluster.Instances.SetItem(changed) });
    }
}
