using System.Globalization;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Model.Fleet;

/// <summary>The shapes that ECS shows, told from the state.</summary>
public static class Describing
{
    /// <summary>A cluster as DescribeClusters shows it.</summary>
    public static ClusterDescription Describe(this ClusterState cluster) => new()
    {
        ClusterArn = cluster.Arn,
        ClusterName = cluster.Name,
        Status = cluster.IsActive ? "ACTIVE" : "INACTIVE",
        RegisteredContainerInstancesCount = cluster.Instances.Count,
        RunningTasksCount = cluster.RunningTasks,
        PendingTasksCount = cluster.PendingTasks,
        Settings = [new NameValue(ClusterState.ContainerInsights, cluster.Insights)],
        Configuration = cluster.Configuration,
        Tags = cluster.Tags,
    };

    /// <summary>A cluster's tasks and services by launch type, as ECS counts them.</summary>
    public static IReadOnlyList<NameValue> Statistics(this ClusterState cluster)
    {
        var external = cluster.Tasks.Values.Where(task => task.Origin.LaunchType is "EXTERNAL").ToList();
        var running = external.Count(task => task.IsRunning);
        var pending = external.Count(task => task.IsPending);
        return
        [
            new NameValue("runningEC2TasksCount", Text(cluster.RunningTasks - running)),
            new NameValue("pendingEC2TasksCount", Text(cluster.PendingTasks - pending)),
            new NameValue("runningExternalTasksCount", Text(running)),
            new NameValue("pendingExternalTasksCount", Text(pending)),
            .. NoneOf.Select(name => new NameValue(name, "0")),
        ];
    }

    // What ECS counts besides: no Fargate, and services are not here yet.
    private static readonly string[] NoneOf =
    [
        "runningFargateTasksCount", "pendingFargateTasksCount", "activeEC2ServiceCount", "activeFargateServiceCount",
        "activeExternalServiceCount", "drainingEC2ServiceCount", "drainingFargateServiceCount",
        "drainingExternalServiceCount",
    ];

    /// <summary>An instance as DescribeContainerInstances shows it.</summary>
    public static ContainerInstanceDescription Describe(this InstanceState instance)
    {
        var has = instance.Profile.Resources;
        return new ContainerInstanceDescription
        {
            ContainerInstanceArn = instance.Arn,
            Ec2InstanceId = instance.Profile.Hostname,
            Version = instance.Version,
            VersionInfo = instance.Profile.VersionInfo,
            RegisteredResources = Resources(has.Cpu, has.Memory, has.Ports, has.PortsUdp),
            RemainingResources = Resources(
                instance.FreeCpu,
                instance.FreeMemory,
                has.Ports.Union(instance.ReservedPorts),
                has.PortsUdp.Union(instance.ReservedPortsUdp)),
            Status = NameOf(instance.Status),
            AgentConnected = instance.AgentConnected,
            RunningTasksCount = instance.RunningTasks,
            PendingTasksCount = instance.PendingTasks,
            Attributes = [.. instance.Attributes.Select(a => new NameValue(a.Key, a.Value))],
            RegisteredAt = instance.RegisteredAt,
            Tags = instance.Tags,
        };
    }

    /// <summary>A task as DescribeTasks shows it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="instance">
    /// The instance that it is on, as it is now; null where it has no place yet, or the instance is not known.
    /// </param>
    public static TaskDescription Describe(this TaskState task, InstanceState? instance)
    {
        var origin = task.Origin;
        return new TaskDescription
        {
            TaskArn = origin.TaskArn,
            ClusterArn = origin.ClusterArn,
            TaskDefinitionArn = origin.TaskDefinitionArn,
            ContainerInstanceArn = task.ContainerInstanceArn,
            Overrides = Overrides(origin),
            LastStatus = task.LastStatus,
            DesiredStatus = task.DesiredStatus,
            Cpu = Text(origin.Reserved.Cpu),
            Memory = Text(origin.Reserved.Memory),
            Containers = [.. origin.Containers.Select(container => Describe(task, container))],
            StartedBy = origin.StartedBy,
            Version = task.Version,
            Group = origin.Group,
            LaunchType = origin.LaunchType ?? "EC2",
            Tags = task.Tags,
            HealthStatus = task.Health,
            StopCode = task.StopCode,
            StoppedReason = task.StoppedReason,
            Attributes = instance?.Attributes.GetValueOrDefault(RequiredAttributes.Architecture) is { } machine
                ? [new InstanceAttribute { Name = RequiredAttributes.Architecture, Value = machine }]
                : [],
            AvailabilityZone = instance?.Attributes.GetValueOrDefault("ecs.availability-zone"),
            Connectivity = task.ContainerInstanceArn is null ? null
                : instance is { AgentConnected: true } ? "CONNECTED" : "DISCONNECTED",
            CreatedAt = task.CreatedAt,
            PullStartedAt = task.PullStartedAt,
            PullStoppedAt = task.PullStoppedAt,
            StartedAt = task.StartedAt,
            StoppingAt = task.StoppingAt,
            ExecutionStoppedAt = task.ExecutionStoppedAt,
            StoppedAt = task.StoppedAt,
        };
    }

    // As ECS does, each container in the definition's order: all that was said of it, else its name.
    private static OverridesDescription Overrides(TaskBegun task) => new()
    {
        ContainerOverrides =
        [
            .. task.Containers.SelectMany(container => task.Overrides.ContainerOverrides
                .Where(change => change.Name == container.Name)
                .DefaultIfEmpty(new ContainerOverride { Name = container.Name })),
        ],
        Cpu = task.Overrides.Cpu,
        Memory = task.Overrides.Memory,
        ExecutionRoleArn = task.Overrides.ExecutionRoleArn,
        TaskRoleArn = task.Overrides.TaskRoleArn,
    };

    private static ContainerDescription Describe(TaskState task, PlacedContainer container)
    {
        var seen = task.Containers.GetValueOrDefault(container.Name);
        return new ContainerDescription
        {
            ContainerArn = container.ContainerArn,
            TaskArn = task.Origin.TaskArn,
            Name = container.Name,
            Image = container.Image,
            ImageDigest = seen?.ImageDigest,
            RuntimeId = seen?.RuntimeId,
            LastStatus = task.IsStopped ? LifecycleStatus.Stopped
                : seen?.Status
                ?? (task.Waiting is not null ? LifecycleStatus.Provisioning : LifecycleStatus.Pending),
            ExitCode = seen?.ExitCode,
            Reason = seen?.Reason,
            NetworkBindings = seen?.NetworkBindings ?? [],
            HealthStatus = seen?.Health ?? ContainerHealth.Unknown,
            Cpu = Text(container.Cpu),
            Memory = container.Memory is { } memory ? Text(memory) : null,
            MemoryReservation = container.MemoryReservation is { } soft ? Text(soft) : null,
        };
    }

    /// <summary>A status as ECS writes it.</summary>
    public static string NameOf(InstanceStatus status) => status switch
    {
        InstanceStatus.Active => "ACTIVE",
        InstanceStatus.Draining => "DRAINING",
        InstanceStatus.Inactive => "INACTIVE",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    private static Resource[] Resources(int cpu, int memory, IEnumerable<int> ports, IEnumerable<int> portsUdp) =>
    [
        new Resource { Name = "CPU", Type = "INTEGER", IntegerValue = cpu },
        new Resource { Name = "MEMORY", Type = "INTEGER", IntegerValue = memory },
        new Resource { Name = "PORTS", Type = "STRINGSET", StringSetValue = [.. ports.Order().Select(Text)] },
        new Resource { Name = "PORTS_UDP", Type = "STRINGSET", StringSetValue = [.. portsUdp.Order().Select(Text)] },
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
