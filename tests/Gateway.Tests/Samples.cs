using Ecs.Contracts;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Gateway.Tests;

/// <summary>One task and one definition, as the services describe them.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset CreatedAt = new(2026, 8, 3, 10, 11, 12, 345, TimeSpan.Zero);

    private const string TaskId = "0123456789abcdef0123456789abcdef";
    private const string InstanceId = "f00df00df00df00df00df00df00df00d";

    public static string TaskArn { get; } = Arn.Task(Scope.Default, "default", TaskId).ToString();

    public static TaskDefinition Definition() => new()
    {
        TaskDefinitionArn = Arn.TaskDefinition(Scope.Default, "web", 1).ToString(),
        Family = "web",
        Revision = 1,
        VersionLabel = "9a56714",
        Status = TaskDefinitionStatus.Active,
        ContainerDefinitions =
        [
            new ContainerDefinition
            {
                Name = "web",
                Image = "web:1",
                Cpu = 128,
                Memory = 64,
                PortMappings = [new PortMapping { ContainerPort = 80, HostPort = 8080, Protocol = "tcp" }],
                Links = ["db:database"],
                Essential = true,
                Environment = [new NameValue("A", "1")],
            },
            new ContainerDefinition { Name = "db", Image = "postgres:15", MemoryReservation = 128, Essential = true },
        ],
        NetworkMode = "bridge",
        Digest = "d",
        RegisteredAt = CreatedAt,
        RegisteredBy = "arn:aws:iam::000000000000:user/alice",
    };

    public static TaskDescription Task(LifecycleStatus status) => new()
    {
        TaskArn = TaskArn,
        ClusterArn = Arn.Cluster(Scope.Default, "default").ToString(),
        TaskDefinitionArn = Arn.TaskDefinition(Scope.Default, "web", 1).ToString(),
        ContainerInstanceArn = Arn.ContainerInstance(Scope.Default, "default", InstanceId).ToString(),
        Overrides = new OverridesDescription { ContainerOverrides = [] },
        LastStatus = status,
        DesiredStatus = status is LifecycleStatus.Stopped ? DesiredStatus.Stopped : DesiredStatus.Running,
        Cpu = "128",
        Memory = "192",
        Containers = [Container("web", status, 8080), Container("db", status, null)],
        StartedBy = "alice",
        Version = 3,
        Group = "family:web",
        Connectivity = "CONNECTED",
        CreatedAt = CreatedAt,
        StartedAt = status >= LifecycleStatus.Running ? CreatedAt.AddSeconds(1.5) : null,
        StoppedAt = status is LifecycleStatus.Stopped ? CreatedAt.AddSeconds(60) : null,
        StopCode = status is LifecycleStatus.Stopped ? StopCode.EssentialContainerExited : null,
        StoppedReason = status is LifecycleStatus.Stopped ? "Essential container in task exited" : null,
    };

    private static ContainerDescription Container(string name, LifecycleStatus status, int? port) => new()
    {
        ContainerArn = $"arn:aws:ecs:us-east-1:000000000000:container/{name}",
        TaskArn = TaskArn,
        Name = name,
        Image = $"{name}:1",
        LastStatus = status,
        ExitCode = status is LifecycleStatus.Stopped ? (name is "web" ? 3 : 0) : null,
        NetworkBindings = port is { } host && status is LifecycleStatus.Running
            ? [new NetworkBinding { BindIP = "0.0.0.0", ContainerPort = 80, HostPort = host, Protocol = "tcp" }]
            : [],
        Cpu = "64",
    };
}
