using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
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

    /// <summary>The families: one with a fixed port, one that needs cpu, one that needs memory, one with links.</summary>
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
    ];

    /// <summary>A RunTask of one of the families.</summary>
    public static RunTask Run(Chance chance, string name) => new()
    {
        Cluster = Cluster,
        TaskDefinition = chance.Below(20) == 0 ? "nothing" : chance.Of(Definitions).Family,
        Count = 1 + chance.Below(3),
        StartedBy = name,
    };

    private static RegisterTaskDefinition Of(string family, params ContainerDefinition[] containers) =>
        new() { Family = family, ContainerDefinitions = containers };

    private static ContainerDefinition Container(string name, int cpu, int memory) =>
        new() { Name = name, Image = $"{name}:1", Cpu = cpu, Memory = memory };
}
