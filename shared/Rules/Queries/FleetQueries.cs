using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules.Accounts;
using Ecs.Rules.Clusters;
using Ecs.Rules.ContainerInstances;
using Ecs.Rules.Tagging;
using Ecs.Rules.Tasks;

namespace Ecs.Rules.Queries;

/// <summary>
/// What can be asked of clusters, instances and lists of tasks: answers told from one state, nothing else.
/// </summary>
public static class FleetQueries
{
    /// <summary>The most resources that one Describe shows, as in ECS.</summary>
    public const int MaxDescribed = 100;

    /// <summary>Answers one query from one state.</summary>
    /// <param name="fleet">The state.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="older">
    /// Of the tasks that <see cref="TaskQueries.Forgotten"/> names those that there are; null for none.
    /// </param>
    /// <exception cref="ArgumentException">It is none of the Scheduler's.</exception>
    public static Decision Answer(
        FleetState fleet, Command query, IReadOnlyDictionary<string, TaskState>? older = null) => query switch
    {
        DescribeTasks q => TaskQueries.Answer(fleet, q, older ?? NoTasks),
        DescribeClusters q => Describe(fleet, q),
        ListClusters q => Page(
            fleet.Clusters.Values.Where(c => c.IsActive && IsIn(q, c.Arn)).Select(c => c.Arn),
            (q.MaxResults, q.NextToken),
            (arns, next) => new ListClustersResult(arns, next)),
        ListAccountSettings q => AccountSettings.Answer(fleet, q),
        GetTaskProtection q => Protecting.Answer(fleet, q),
        ListTagsForResource q => ResourceTags.Answer(fleet, q),
        ListAttributes q => AttributeQueries.Answer(fleet, q),
        DescribeContainerInstances q => Describe(fleet, q),
        ListContainerInstances q => List(fleet, q),
        ListTasks q => List(fleet, q),
        _ => throw new ArgumentException($"not a query of the Scheduler: {query.GetType().Name}"),
    };

    private static readonly Dictionary<string, TaskState> NoTasks = [];

    private static Decision Describe(FleetState fleet, DescribeClusters query)
    {
        var named = query.Clusters is { Count: > 0 } clusters ? clusters : [ClusterDecisions.DefaultName];
        if (Naming.Wrong(named, MaxDescribed, "clusters") is { } wrong) return Decision.Refuse(wrong);

        if (Inclusion.Wrong(query.Include, Included) is { } unknown) return Decision.Refuse(unknown);

        var found = new List<ClusterDescription>();
        var failures = new List<Failure>();
        foreach (var name in named)
        {
            var arn = ClusterDecisions.ArnOf(query, name);
            if (fleet.Clusters.TryGetValue(arn, out var cluster)) found.Add(Shown(cluster));
            else failures.Add(new Failure(arn is "" ? name : arn, Naming.Missing));
        }

        return Decision.Accept(new DescribeClustersResult(found, failures));

        ClusterDescription Shown(ClusterState cluster)
        {
            var all = cluster.Describe();
            return all with
            {
                Tags = query.Include.Has(Inclusion.Tags) ? all.Tags : [],
                Settings = query.Include.Has("SETTINGS") ? all.Settings : [],
                Configuration = query.Include.Has("CONFIGURATIONS") ? all.Configuration : null,
                Statistics = query.Include.Has("STATISTICS") ? cluster.Statistics() : [],
                Attachments = query.Include.Has("ATTACHMENTS") ? [] : null,
            };
        }
    }

    private static Decision Describe(FleetState fleet, DescribeContainerInstances query)
    {
        if (!ClusterDecisions.TryFind(fleet, query, query.Cluster, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (Inclusion.Wrong(query.Include, Inclusion.Tags, Health) is { } unknown)
        {
            return Decision.Refuse(unknown);
        }

        if (Naming.Wrong(query.ContainerInstances, MaxDescribed, "containerInstances") is { } wrong)
        {
            return Decision.Refuse(wrong);
        }

        var found = new List<ContainerInstanceDescription>();
        var failures = new List<Failure>();
        foreach (var name in query.ContainerInstances!)
        {
            if (Naming.Find(fleet, query, cluster, name) is { } instance) found.Add(Shown(instance));
            else failures.Add(Naming.MissingOf(query, cluster, name));
        }

        return Decision.Accept(new DescribeContainerInstancesResult(found, failures));

        ContainerInstanceDescription Shown(InstanceState instance)
        {
            var all = instance.Describe();
            return all with
            {
                Tags = query.Include.Has(Inclusion.Tags) ? all.Tags : [],
                HealthStatus = query.Include.Has(Health) ? HealthOf(instance) : null,
            };
        }
    }

    private static Decision List(FleetState fleet, ListContainerInstances query)
    {
        if (!ClusterDecisions.TryFind(fleet, query, query.Cluster, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (query.Status is { } status && !InstanceStatuses.Contains(status))
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter,
                $"status must be one of {string.Join(", ", InstanceStatuses)}.",
                "status");
        }

        if (!InstanceFilter.TryRead(query.Filter, out var filter, out var error)) return Decision.Refuse(error);

        return Page(
            cluster.Instances.InNameOrder()
                .Where(instance => query.Status is null || query.Status == Describing.NameOf(instance.Status))
                .Where(filter)
                .Select(instance => instance.Arn),
            (query.MaxResults, query.NextToken),
            (arns, next) => new ListContainerInstancesResult(arns, next));
    }

    private static Decision List(FleetState fleet, ListTasks query)
    {
        if (!ClusterDecisions.TryFind(fleet, query, query.Cluster, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        var desired = query.DesiredStatus ?? "RUNNING";
        if (desired is not ("RUNNING" or "PENDING" or "STOPPED"))
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "desiredStatus must be RUNNING, PENDING or STOPPED.", "desiredStatus");
        }

        if (query.LaunchType is not (null or "EC2" or "FARGATE" or "EXTERNAL" or "MANAGED_INSTANCES"))
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter,
                "launchType must be EC2, FARGATE, EXTERNAL or MANAGED_INSTANCES.",
                "launchType");
        }

        // ECS's document has startedBy as the only filter; clients of ECS send desiredStatus beside it.
        if (query.StartedBy is not null
            && (query.Family ?? query.ContainerInstance ?? query.ServiceName ?? query.LaunchType) is not null)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "startedBy must be the only filter beside desiredStatus.", "startedBy");
        }

        if (query.LaunchType is { } type && !LaunchTypes.Contains(type))
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter,
                $"launchType must be one of {string.Join(", ", LaunchTypes)}.",
                "launchType");
        }

        // Services are not here yet.
        if (query.ServiceName is not null)
        {
            return Decision.Refuse(ErrorTypes.ServiceNotFound, "Service not found.", "serviceName");
        }

        // Without the revision, with the colon in front of it.
        var family = query.Family is { } name ? $"{Arn.Family(ClusterDecisions.Scope(query), name)}:" : null;

        // The pages before are passed over by their keys alone: there may be 100,000 tasks.
        return Paging.TryCut(
            cluster.Tasks.ByArn,
            task => task.Key,
            falling: false,
            (query.MaxResults, query.NextToken),
            out var page,
            out var error,
            task => Matches(task.Value, query, cluster, (desired, family)))
            ? Decision.Accept(new ListTasksResult([.. page.Items.Select(task => task.Key)], page.NextToken))
            : Decision.Refuse(error);
    }

    private static bool Matches(
        TaskState task, ListTasks query, ClusterState cluster, (string Desired, string? Family) asked) =>
        asked.Desired == (task.DesiredStatus == DesiredStatus.Running ? "RUNNING" : "STOPPED")
        && (query.LaunchType is null || query.LaunchType == (task.Origin.LaunchType ?? "EC2"))
        && (query.StartedBy is null || task.Origin.StartedBy == query.StartedBy)
        && (query.ContainerInstance is null
            || task.ContainerInstanceArn == Naming.ArnOf(query, cluster, query.ContainerInstance))
        && (asked.Family is null
            || task.Origin.TaskDefinitionArn.StartsWith(asked.Family, StringComparison.Ordinal));

    private const string Health = "CONTAINER_INSTANCE_HEALTH";

    private static InstanceHealth HealthOf(InstanceState instance)
    {
        var status = instance.AgentConnected ? "OK" : "INSUFFICIENT_DATA";
        return new InstanceHealth
        {
            OverallStatus = status,
            Details = [new InstanceHealthCheck("CONTAINER_RUNTIME", status)],
        };
    }

    private static readonly string[] LaunchTypes = ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];

    private static readonly string[] Included =
        ["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS", Inclusion.Tags];

    private static readonly string[] InstanceStatuses =
        ["ACTIVE", "DRAINING", "REGISTERING", "DEREGISTERING", "REGISTRATION_FAILED"];

    private static Decision Page(
        IEnumerable<string> sorted,
        (int? MaxResults, string? NextToken) query,
        Func<IReadOnlyList<string>, string?, object> shape) =>
        Paging.TryCut(sorted, name => name, falling: false, query, out var page, out var error)
            ? Decision.Accept(shape(page.Items, page.NextToken))
            : Decision.Refuse(error);

    private static bool IsIn(Command query, string arn) => Arn.Parse(arn).Scope == ClusterDecisions.Scope(query);
}
