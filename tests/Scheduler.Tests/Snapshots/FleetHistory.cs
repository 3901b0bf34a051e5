using CsCheck;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Scheduler.Tests.Snapshots;

/// <summary>What can happen to a fleet, all of it: every command that changes something, in any order.</summary>
internal static class FleetHistory
{
    private static readonly string[] Clusters = ["default", "other"];

    public enum Act
    {
        Cluster,
        Register,
        Run,
        Wait,
        Start,
        Stop,
        Report,
        Silence,
        Drain,
        Attributes,
        Deregister,
        Execute,
        EndExecution,
        Time,
        Restore,
        Stranger,
        Tag,
        Setting,
    }

    /// <summary>Histories; a step is what is done, and two numbers that say to what.</summary>
    public static Gen<(Act Act, int A, int B)[]> Any { get; } =
        Gen.Select(Gen.Enum<Act>(), Gen.Int[0, 99], Gen.Int[0, 99]).Array[0, 80];

    public static Fleet Play(IEnumerable<(Act Act, int A, int B)> history)
    {
        var fleet = new Fleet();
        foreach (var (act, a, b) in history)
        {
            fleet.Now = fleet.Now.AddSeconds(a);
            if (Command(fleet, act, a, b) is { } command)
            {
                var web = Fleet.Web(cpu: 128 + (b * 4), hostPort: b % 5 == 0 ? 8000 + (a % 3) : 0);
                fleet.When(command, b % 2 == 0 ? web : Checked(web));
            }
        }

        return fleet;
    }

    private static TaskDefinitionContent Checked(TaskDefinitionContent content) => content with
    {
        ContainerDefinitions =
        [
            .. content.ContainerDefinitions.Select(c => c with { HealthCheck = new() { Command = ["CMD", "true"] } }),
        ],
    };

    private static Command? Command(Fleet fleet, Act act, int a, int b)
    {
        var cluster = Clusters[a % Clusters.Length];
        var instance = Pick(fleet.State.Instances.Select(i => i.Arn), b);
        switch (act)
        {
            case Act.Cluster:
                return b % 4 == 0
                    ? new DeleteCluster { Cluster = cluster }
                    : new CreateCluster { ClusterName = cluster, Tags = [new Tag { Key = "a", Value = $"{b}" }] };
            case Act.Register:
                return Fleet.Register(1 + (a % 4), 1024, 2048, session: 1 + b) with
                {
                    Cluster = cluster,
                    Attributes = [new NameValue("rack", $"r{b % 3}"), new NameValue("plain", null)],
                };
            case Act.Run or Act.Wait:
                return new RunTask
                {
                    Cluster = cluster,
                    TaskDefinition = "web",
                    Count = 1 + (a % 4),
                    Group = b % 3 == 0 ? "a-group" : null,
                    StartedBy = b % 4 == 0 ? "somebody" : null,
                    Tags = b % 5 == 0 ? [new Tag { Key = "key-0", Value = "run" }] : null,
                    LaunchType = b % 6 == 0 ? "EXTERNAL" : null,
                    WaitForCapacity = act is Act.Wait ? 60 + (b * 60) : null,
                };
            case Act.Start when instance is not null:
                return new StartTask { Cluster = cluster, TaskDefinition = "web", ContainerInstances = [instance] };
            case Act.Stop:
                return Pick(Tasks(fleet), b) is { } stopped ? new StopTask { Cluster = cluster, Task = stopped } : null;
            case Act.Report:
                return Report(fleet, a, b);
            case Act.Silence when instance is not null:
                return a % 2 == 0
                    ? new ObserveAgents { Silent = [instance] }
                    : new ObserveAgents { Heard = [instance] };
            case Act.Drain when instance is not null:
                return new UpdateContainerInstancesState
                {
                    Cluster = cluster,
                    ContainerInstances = [instance],
                    Status = a % 3 == 0 ? "DRAINING" : "ACTIVE",
                };
            case Act.Attributes when instance is not null:
                InstanceAttribute[] attributes =
                    [new InstanceAttribute { Name = $"own-{a % 3}", Value = $"v{b % 4}", TargetId = instance }];
                return b % 4 == 0
                    ? new DeleteAttributes { Cluster = cluster, Attributes = attributes }
                    : new PutAttributes { Cluster = cluster, Attributes = attributes };
            case Act.Deregister when instance is not null:
                return new DeregisterContainerInstance
                {
                    Cluster = cluster,
                    ContainerInstance = instance,
                    Force = a % 3 != 0,
                };
            case Act.Tag when (Pick(Tasks(fleet), b) ?? instance) is { } tagged:
                return a % 3 == 0
                    ? new UntagResource { ResourceArn = tagged, TagKeys = [$"key-{b % 3}"] }
                    : new TagResource { ResourceArn = tagged, Tags = [new Tag { Key = $"key-{b % 3}", Value = $"{a}" }] };
            case Act.Execute:
                var entered = fleet.State.Tasks.Values.Where(task => task.IsRunning).Select(task => task.Origin.TaskArn);
                return Pick(entered, b) is { } enteredTask
                    ? new ExecuteCommand
                    {
                        Cluster = Arn.Parse(enteredTask).ClusterName, Task = enteredTask, CommandLine = ["ls"],
                    }
                    : null;
            case Act.EndExecution:
                var open = fleet.State.Tasks.Values.Where(task => !task.Executions.IsEmpty);
                return Pick(open, b) is { } ending
                    ? new SubmitExecutionEnd
                    {
                        ContainerInstance = ending.ContainerInstanceArn,
                        Task = ending.Origin.TaskArn,
                        ExecutionId = ending.Executions.Keys.First(),
                        ExitCode = a,
                    }
                    : null;
            case Act.Setting:
                return (a % 4) switch
                {
                    0 => new DeleteAccountSetting { Name = "containerInsights" },
                    1 => new PutAccountSettingDefault { Name = "containerInsights", Value = b % 2 == 0 ? "enabled" : "disabled" },
                    2 => new PutAccountSetting { Name = "containerInsights", Value = b % 2 == 0 ? "enhanced" : "enabled" },
                    _ => new UpdateCluster
                    {
                        Cluster = cluster,
                        Settings = [new NameValue("containerInsights", b % 2 == 0 ? "enabled" : "disabled")],
                        Configuration = b % 3 == 0 ? new ClusterConfiguration { ManagedStorageConfiguration = new() { KmsKeyId = "k" } } : null,
                    },
                };
            case Act.Time:
                fleet.Now = fleet.Now.AddMinutes(b);
                return new ObserveTime();
            case Act.Restore when b % 4 == 0:
                return new ObserveRestore { Position = a, Hash = "0", LogTime = fleet.Now, From = 1_000 + a };
            case Act.Stranger when instance is not null:
                return fleet.Report(
                    instance, $"arn:aws:ecs:us-east-1:000000000000:task/{cluster}/undone-{b}", LifecycleStatus.Running);
            default:
                return null;
        }
    }

    private static IEnumerable<string> Tasks(Fleet fleet) => fleet.State.Tasks.Keys;

    private static SubmitTaskStates? Report(Fleet fleet, int a, int b)
    {
        var placed = fleet.State.Tasks.Values.Where(task =>
            task.ContainerInstanceArn is { } arn && fleet.State.TryGetInstance(arn, out _));
        if (Pick(placed, b) is not { } task) return null;

        var report = fleet.Report(
            task.ContainerInstanceArn!,
            task.Origin.TaskArn,
            (LifecycleStatus)(1 + (a % 4)),
            a % 4 >= 2 ? b % 3 : null,
            b % 7 == 0 ? StopCode.TaskFailedToStart : null);
        if (task.Origin.Containers[0].HasHealthCheck is null) return report;

        var seen = report.Tasks![0];
        var container = seen.Containers[0] with
        {
            Health = (ContainerHealth)(a % 3),
            Restart = a % 5 == 0 ? new(1 + (b % 9), Fleet.Noon, 1) : null,
        };
        return report with { Tasks = [seen with { Containers = [container] }] };
    }

    private static T? Pick<T>(IEnumerable<T> items, int number)
        where T : class
    {
        var all = items.ToList();
        return all.Count == 0 ? null : all[number % all.Count];
    }
}
