using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Ecs.Contracts.Vocabulary;
using Spectre.Console;

namespace Ecs.Cli.Commands;

/// <summary>Container instances for a person.</summary>
internal static class InstanceTables
{
    /// <summary>One line for each instance.</summary>
    public static void List(Session session, IReadOnlyList<InstanceView> instances)
    {
        if (instances.Count == 0) return;

        var table = new Listing(
            "INSTANCE", "MACHINE", "STATUS", "AGENT", "RUNNING", "PENDING", "CPU FREE", "MEMORY FREE");
        foreach (var instance in instances)
        {
            table.AddRow(
                $"[bold]{Words.Safe(Words.Short(instance.ContainerInstanceArn))}[/]",
                Words.Safe(instance.Ec2InstanceId),
                Words.Status(instance.Status),
                instance.AgentConnected ? "[green]connected[/]" : "[red]silent[/]",
                $"{instance.RunningTasksCount}",
                $"{instance.PendingTasksCount}",
                Free(instance, "CPU"),
                Free(instance, "MEMORY") + " MiB");
        }

        session.Screen.Show(table);
    }

    /// <summary>All of each instance.</summary>
    public static void Describe(Session session, IReadOnlyList<InstanceView> instances)
    {
        foreach (var instance in instances)
        {
            session.Screen.Show(Blocks.Facts(
            [
                ("instance", $"[bold]{Words.Safe(Words.Name(instance.ContainerInstanceArn))}[/]"),
                ("machine", Words.Safe(instance.Ec2InstanceId)),
                ("status", Words.Status(instance.Status)),
                ("agent", instance.AgentConnected ? "[green]connected[/]" : "[red]silent[/]"),
                ("tasks", $"{instance.RunningTasksCount} running, {instance.PendingTasksCount} pending"),
                ("cpu", Free(instance, "CPU") + " units free"),
                ("memory", Free(instance, "MEMORY") + " MiB free"),
                ("ports in use", Words.Safe(string.Join(' ', Ports(instance)))),
                ("versions", Words.Safe(Versions(instance.VersionInfo))),
                ("registered", $"{Words.Time(instance.RegisteredAt)} "
                    + $"[grey]({Words.Age(instance.RegisteredAt, session.Now)} ago)[/]"),
                ("tags", TagCommands.Text(instance.Tags)),
                ("arn", Words.Safe(instance.ContainerInstanceArn)),
                .. instance.Attributes.OrderBy(a => a.Name, StringComparer.Ordinal)
                    .Select(attribute => (Words.Safe(attribute.Name), Words.Safe(attribute.Value))),
            ]));
            if (instance != instances[^1]) session.Screen.Line("");
        }
    }

    private static string Free(InstanceView instance, string resource)
    {
        var left = Find(instance.RemainingResources, resource)?.IntegerValue ?? 0;
        return Find(instance.RegisteredResources, resource) is { } all ? $"{left} of {all.IntegerValue}" : $"{left}";
    }

    private static IReadOnlyList<string> Ports(InstanceView instance) =>
        Find(instance.RemainingResources, "PORTS")?.StringSetValue ?? [];

    private static Resource? Find(IReadOnlyList<Resource> resources, string name) =>
        resources.FirstOrDefault(resource => resource.Name == name);

    private static string Versions(VersionInfo? versions) => string.Join(
        ", ",
        new[] { versions?.AgentVersion is { } agent ? $"agent {agent}" : null, versions?.DockerVersion }
            .Where(version => version is not null));
}
