using System.CommandLine;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Ecs.Contracts.Vocabulary;
using Spectre.Console;

namespace Ecs.Cli.Commands;

/// <summary>Container instances: the Docker engines that Agents have registered.</summary>
internal static class ContainerInstanceCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line) => [Describe(line), List(line)];

    private static Command Describe(EcsCommandLine line)
    {
        var ids = new Argument<string[]>("container-instances")
        {
            Description = "Ids, the first characters of ids, or ARNs.",
            Arity = ArgumentArity.OneOrMore,
        };
        var cluster = Options.Cluster();
        var command = new Command("describe-container-instances", "Show container instances.") { ids, cluster };
        return line.Runs(command, async (session, parsed) =>
        {
            var name = parsed.GetValue(cluster);
            var whole = await ShortIds.InstancesAsync(session, name, parsed.GetValue(ids)!);
            var reply = await session.CallAsync(
                "DescribeContainerInstances", ("cluster", name), ("containerInstances", Session.Names(whole)));
            if (session.Json) session.Screen.Json(reply);
            else ShowEach(session, reply.Many<InstanceView>("containerInstances"));
            return session.Report(reply.Many<FailureView>("failures"));
        });
    }

    private static Command List(EcsCommandLine line)
    {
        var cluster = Options.Cluster();
        var status = new Option<string?>("--status") { Description = "Only instances of this status." };
        var command = new Command("list-container-instances", "List the container instances of a cluster.")
        {
            cluster, status,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var name = parsed.GetValue(cluster);
            var arns = await session.ListAsync(
                "ListContainerInstances",
                "containerInstanceArns",
                ("cluster", name),
                ("status", parsed.GetValue(status)));
            if (session.Json)
            {
                session.PrintList("containerInstanceArns", arns);
                return ExitCodes.Done;
            }

            if (arns.Count == 0) session.Screen.Note("No container instances: start an Agent in this cluster.");
            var (instances, _) = await session.DescribeAsync<InstanceView>(
                "DescribeContainerInstances", "containerInstances", arns, ("cluster", name));
            if (instances.Count > 0) ShowTable(session, instances);
            return ExitCodes.Done;
        });
    }

    private static void ShowTable(Session session, IReadOnlyList<InstanceView> instances)
    {
        var table = Blocks.Table(
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

    private static void ShowEach(Session session, IReadOnlyList<InstanceView> instances)
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
