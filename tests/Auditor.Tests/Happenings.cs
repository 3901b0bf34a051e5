using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Auditor.Tests;

/// <summary>Events as services write them, for a log that nobody but the test writes.</summary>
internal static class Happenings
{
    public const string TaskId = "0123456789abcdef0123456789abcdef";
    public const string InstanceId = "fedcba9876543210fedcba9876543210";

    public static readonly DateTimeOffset At = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    public static readonly string Cluster = Arn.Cluster(Scope.Default, "default").ToString();
    public static readonly string Instance = Arn.ContainerInstance(Scope.Default, "default", InstanceId).ToString();
    public static readonly string Task = Arn.Task(Scope.Default, "default", TaskId).ToString();
    public static readonly string Definition = Arn.TaskDefinition(Scope.Default, "web", 1).ToString();

    public static ClusterCreated ClusterCreated(string name = "default") =>
        new(Arn.Cluster(Scope.Default, name).ToString(), name, At);

    public static ContainerInstanceRegistered InstanceRegistered() => new()
    {
        ContainerInstanceArn = Instance,
        ClusterArn = Cluster,
        Profile = Profile(),
        At = At,
    };

    public static InstanceProfile Profile() => new()
    {
        Session = 3,
        Hostname = "box",
        Resources = new InstanceResources { Cpu = 2048, Memory = 7000 },
        Attributes = [],
        VersionInfo = new VersionInfo { AgentVersion = "0.1.0", DockerVersion = "DockerVersion: 20.10.24" },
    };

    public static TaskDefinitionRegistered Registered(int revision, string? label = null) => new()
    {
        TaskDefinitionArn = Arn.TaskDefinition(Scope.Default, "web", revision).ToString(),
        Family = "web",
        Revision = revision,
        VersionLabel = label,
        Content = new TaskDefinitionContent
        {
            ContainerDefinitions = [new ContainerDefinition { Name = "web", Image = "busybox:1" }],
        },
        Digest = new string('a', 64),
        At = At,
    };

    public static TaskPlaced Placed(string? task = null) => new()
    {
        TaskArn = task ?? Task,
        ClusterArn = Cluster,
        ContainerInstanceArn = Instance,
        TaskDefinitionArn = Definition,
        DefinitionDigest = new string('a', 64),
        Group = "family:web",
        StartedBy = "nightly",
        Overrides = new TaskOverrides(),
        Reserved = new Reservation { Cpu = 256, Memory = 512, Ports = [8088] },
        Containers = [],
        Choice = new PlacementChoice { Rule = "first-fit", Considered = 1 },
        At = At,
    };

    public static TaskRunning Running() => new()
    {
        TaskArn = Task,
        At = At,
        Containers = [Container(LifecycleStatus.Running) with
        {
            NetworkBindings =
            [
                new NetworkBinding { BindIP = "0.0.0.0", ContainerPort = 80, HostPort = 8088, Protocol = "tcp" },
            ],
        }],
    };

    public static TaskStopping Stopping() => new()
    {
        TaskArn = Task,
        At = At,
        StopCode = StopCode.UserInitiated,
        Reason = "Task stopped by user",
    };

    public static TaskStopped Stopped() => new()
    {
        TaskArn = Task,
        At = At,
        StopCode = StopCode.EssentialContainerExited,
        Reason = "Essential container in task exited",
        Containers = [Container(LifecycleStatus.Stopped) with { ExitCode = 3 }],
    };

    public static ContainerObservation Container(LifecycleStatus status) => new() { Name = "web", Status = status };
}
