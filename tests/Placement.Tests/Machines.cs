using System.Globalization;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Placement.Tests;

/// <summary>A cluster that is told by events, as the real one is: nothing else makes a state.</summary>
internal sealed class Machines
{
    public const string Cluster = "arn:aws:ecs:us-east-1:000000000000:cluster/default";

    public static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private int _tasks;

    public Machines() => Apply(new ClusterCreated(Cluster, "default", Noon));

    public FleetState State { get; private set; } = FleetState.Empty;

    public ClusterState Now => State.Clusters[Cluster];

    public static string Arn(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"arn:aws:ecs:us-east-1:000000000000:container-instance/default/{number:x32}");

    public InstanceState Instance(int number) => Now.Instances.Find(Arn(number))!;

    public void Return(FleetState earlier) => State = earlier;

    public Machines Apply(IEvent e)
    {
        State = State.Apply(e);
        return this;
    }

    public Machines Register(
        int number,
        int cpu = 2048,
        int memory = 4096,
        string? zone = null,
        string? agent = null,
        int[]? ports = null,
        string? hostname = null) => Apply(new ContainerInstanceRegistered
        {
            ContainerInstanceArn = Arn(number),
            ClusterArn = Cluster,
            Profile = new InstanceProfile
            {
                Session = 1,
                Hostname = hostname ?? $"machine-{number}",
                Resources = new InstanceResources { Cpu = cpu, Memory = memory, Ports = ports ?? [22] },
                Attributes =
                [
                    new NameValue("ecs.os-type", "linux"),
                    .. zone is null ? Array.Empty<NameValue>() : [new NameValue("ecs.availability-zone", zone)],
                ],
                VersionInfo = new VersionInfo { AgentVersion = agent },
            },
            At = Noon,
        });

    public Machines Put(int number, string name, string? value) => Apply(new ContainerInstanceAttributesChanged
    {
        ContainerInstanceArn = Arn(number),
        Put = [new NameValue(name, value!)],
        At = Noon,
    });

    public Machines Delete(int number, string name) => Apply(new ContainerInstanceAttributesChanged
    {
        ContainerInstanceArn = Arn(number),
        Deleted = [name],
        At = Noon,
    });

    public Machines Drain(int number, bool isDraining = true) => Apply(
        new ContainerInstanceStateChanged(Arn(number), isDraining ? InstanceStatus.Draining : InstanceStatus.Active, Noon));

    public Machines Lose(int number) => Apply(new ContainerInstanceDisconnected(Arn(number), Noon));

    public Machines Hear(int number) => Apply(new ContainerInstanceConnected
    {
        ContainerInstanceArn = Arn(number),
        At = Noon,
    });

    public Machines Reconnect(int number, int moreCpu, string agent)
    {
        var profile = Instance(number).Profile;
        return Apply(new ContainerInstanceConnected
        {
            ContainerInstanceArn = Arn(number),
            Profile = profile with
            {
                Resources = profile.Resources with { Cpu = profile.Resources.Cpu + moreCpu },
                VersionInfo = new VersionInfo { AgentVersion = agent },
            },
            At = Noon,
        });
    }

    public Machines Deregister(int number) => Apply(new ContainerInstanceDeregistered
    {
        ContainerInstanceArn = Arn(number),
        Tasks = [],
        At = Noon,
    });

    /// <summary>Places a task and says its ARN.</summary>
    public string Place(string instanceArn, Reservation needs, string group)
    {
        var arn = $"arn:aws:ecs:us-east-1:000000000000:task/default/{++_tasks:x32}";
        Apply(new TaskPlaced
        {
            TaskArn = arn,
            ClusterArn = Cluster,
            TaskDefinitionArn = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:1",
            DefinitionDigest = "digest",
            Group = group,
            Overrides = new TaskOverrides(),
            Reserved = needs,
            Containers = [],
            ContainerInstanceArn = instanceArn,
            Choice = new PlacementChoice { Rule = "test", Considered = 1 },
            At = Noon,
        });
        return arn;
    }

    public Machines Run(string taskArn) => Apply(new TaskRunning { TaskArn = taskArn, At = Noon });

    public Machines Stop(string taskArn) => Apply(new TaskStopped
    {
        TaskArn = taskArn,
        StopCode = StopCode.UserInitiated,
        Reason = "test",
        At = Noon,
    });
}
