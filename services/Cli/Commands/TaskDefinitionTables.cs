using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Ecs.Contracts.Vocabulary;
using Spectre.Console;

namespace Ecs.Cli.Commands;

/// <summary>A task definition for a person.</summary>
internal static class TaskDefinitionTables
{
    /// <summary>Shows a revision with its containers.</summary>
    public static void Show(Session session, TaskDefinitionView definition)
    {
        session.Screen.Show(Blocks.Facts(
        [
            ("task definition", $"[bold]{Words.Safe(definition.Name)}[/]"),
            ("status", Words.Status(definition.Status)),
            ("arn", Words.Safe(definition.TaskDefinitionArn)),
            ("network", Words.Safe(definition.NetworkMode)),
            ("volumes", Words.Safe(string.Join(' ', definition.Volumes.Select(volume => volume.Name)))),
            ("cpu", Words.Safe(definition.Cpu)),
            ("memory", definition.Memory is null ? "" : Words.Safe(definition.Memory) + " MiB"),
            ("registered", Words.Time(definition.RegisteredAt)),
            ("registered by", Words.Safe(Words.Actor(definition.RegisteredBy))),
            ("deregistered", Words.Time(definition.DeregisteredAt)),
        ]));
        session.Screen.Line("");
        var table = new Listing("CONTAINER", "IMAGE", "CPU", "MEMORY", "PORTS", "LINKS", "ESSENTIAL", "COMMAND");
        foreach (var container in definition.ContainerDefinitions)
        {
            table.AddRow(
                $"[bold]{Words.Safe(container.Name)}[/]",
                Words.Safe(container.Image),
                $"{container.Cpu ?? 0}",
                Words.Safe(Memory(container)),
                Words.Safe(Joined(container.PortMappings?.Select(Port))),
                Words.Safe(Joined(container.Links)),
                container.Essential is false ? "no" : "yes",
                Words.Safe(string.Join(' ', (container.EntryPoint ?? []).Concat(container.Command ?? []))));
        }

        session.Screen.Show(table);
    }

    private static string Memory(ContainerDefinition of) => (of.MemoryReservation, of.Memory) switch
    {
        (null, null) => "-",
        (null, { } limit) => $"{limit}",
        ({ } soft, null) => $"{soft} or more",
        ({ } soft, { } limit) => $"{soft}, at most {limit}",
    };

    private static string Port(PortMapping port)
    {
        var protocol = port.Protocol is null or "tcp" ? "" : "/" + port.Protocol;
        var host = port.HostPort is null or 0 ? "any" : $"{port.HostPort}";
        return $"{host}->{port.ContainerPortRange ?? $"{port.ContainerPort}"}{protocol}";
    }

    private static string Joined(IEnumerable<string>? items) =>
        string.Join(' ', items ?? []) is { Length: > 0 } text ? text : "-";
}
