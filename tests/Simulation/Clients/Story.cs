using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Simulation.Engines;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Clients;

/// <summary>What there is to run, and how commands about it look.</summary>
internal static class Story
{
    /// <summary>The cluster that everyone works in.</summary>
    public const string Cluster = "main";

    /// <summary>A cluster that comes and goes.</summary>
    public const string Spare = "spare";

    /// <summary>The host port of <c>web</c>: one to an instance.</summary>
    public const int Port = 8080;

    /// <summary>
    /// The families: one with a fixed port, one that needs cpu, one that needs memory, one with links, one that runs
    /// again, and one whose containers wait for each other.
    /// </summary>
    public static IReadOnlyList<RegisterTaskDefinition> Definitions { get; } =
    [
        Of("web", Container("web", cpu: 256, memory: 256) with
        {
            PortMappings = [new PortMapping { ContainerPort = 80, HostPort = Port }],
        }),
        Of("busy", Container("busy", cpu: 900, memory: 128)),
        Of("large", Container("large", cpu: 64, memory: 1800)),
        Of(
            "pair",
            Container("app", cpu: 128, memory: 128) with { Links = ["db"] },
            Container("db", cpu: 128, memory: 128),
            Container("side", cpu: 0, memory: 64) with { Essential = false }),
        Of("steady", Container("steady", cpu: 64, memory: 64) with { RestartPolicy = Again }),
        Of(
            "chain",
            Container("app", cpu: 64, memory: 64) with { DependsOn = [On(SimContainer.Job, "SUCCESS"), On("db", "HEALTHY")] },
            Container(SimContainer.Job, cpu: 0, memory: 64) with { Essential = false, DependsOn = [On("db", "START")] },
            Container("db", cpu: 64, memory: 64) with
            {
                RestartPolicy = Again, HealthCheck = new() { Command = ["CMD-SHELL", "true"] },
            }),
    ];

    /// <summary>A RunTask of one of the families: with wishes, with rules, ready to wait, or plain.</summary>
    public static RunTask Run(Chance chance, string name) => new()
    {
        Cluster = Cluster,
        TaskDefinition = chance.Below(20) == 0 ? "nothing" : chance.Of(Definitions).Family,
        Count = 1 + chance.Below(3),
        StartedBy = name,
        WaitForCapacity = chance.Hits(0.25) ? 1 + chance.Below(12) : null,
        PlacementConstraints = chance.Hits(0.1) ? [new PlacementConstraint { Type = "distinctInstance" }] : null,
        PlacementStrategy = chance.Hits(0.3) ? [chance.Of(Strategies)] : null,
    };

    /// <summary>A StartTask on one or two machines.</summary>
    public static StartTask Start(Chance chance, string name, IReadOnlyList<string> instances) => new()
    {
        Cluster = Cluster,
        TaskDefinition = chance.Of(Definitions).Family,
        ContainerInstances = [.. instances.Skip(chance.Below(instances.Count)).Take(2)],
        StartedBy = name,
    };

    /// <summary>A change of what a machine is to the cluster: drained, back, marked, or out of it.</summary>
    public static Command Change(Chance chance, IReadOnlyList<string> instances)
    {
        var instance = chance.Of(instances);
        return chance.Below(8) switch
        {
            < 2 => State(instance, "DRAINING"),
            < 5 => State(instance, "ACTIVE"),
            < 7 => new PutAttributes
            {
                Cluster = Cluster,
                Attributes = [new InstanceAttribute { Name = "rack", Value = $"r{chance.Below(2)}", TargetId = instance }],
            },
            _ => new DeregisterContainerInstance
            {
                Cluster = Cluster, ContainerInstance = instance, Force = chance.Below(2) == 0,
            },
        };
    }

    private static ContainerRestartPolicy Again =>
        new() { Enabled = true, RestartAttemptPeriod = 60, IgnoredExitCodes = [1] };

    private static ContainerDependency On(string container, string condition) =>
        new() { ContainerName = container, Condition = condition };

    private static UpdateContainerInstancesState State(string instance, string status) =>
        new() { Cluster = Cluster, ContainerInstances = [instance], Status = status };

    private static readonly PlacementStrategy[] Strategies =
    [
        new() { Type = "spread", Field = "instanceId" },
        new() { Type = "spread", Field = "attribute:rack" },
        new() { Type = "binpack", Field = "memory" },
        new() { Type = "random" },
    ];

    private static RegisterTaskDefinition Of(string family, params ContainerDefinition[] containers) =>
        new() { Family = family, ContainerDefinitions = containers };

    private static ContainerDefinition Container(string name, int cpu, int memory) =>
        new() { Name = name, Image = $"{name}:1", Cpu = cpu, Memory = memory };
}
