using System.CommandLine;
using Ecs.Cli.Endpoint;

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
                "DescribeContainerInstances",
                ("cluster", name),
                ("containerInstances", Session.Names(whole)),
                ("include", TagCommands.Include()));
            if (session.Json) session.Screen.Json(reply);
            else InstanceTables.Describe(session, reply.Many<InstanceView>("containerInstances"));
            return session.Report(reply.Many<FailureView>("failures"));
        });
    }

    private static Command List(EcsCommandLine line)
    {
        var cluster = Options.Cluster();
        var status = new Option<string?>("--status") { Description = "Only instances of this status." };
        var filter = new Option<string?>("--filter")
        {
            Description = "Only instances that match, in the cluster query language: \"attribute:zone == a\".",
            HelpName = "QUERY",
        };
        var command = new Command("list-container-instances", "List the container instances of a cluster.")
        {
            cluster, filter, status,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var name = parsed.GetValue(cluster);
            var arns = await session.ListAsync(
                "ListContainerInstances",
                "containerInstanceArns",
                ("cluster", name),
                ("filter", parsed.GetValue(filter)),
                ("status", parsed.GetValue(status)));
            if (session.Json)
            {
                session.PrintList("containerInstanceArns", arns);
                return ExitCodes.Done;
            }

            if (arns.Count == 0)
            {
                session.Screen.Note(parsed.GetValue(filter) is null && parsed.GetValue(status) is null
                    ? "No container instances: start an Agent in this cluster."
                    : "No container instance is like that.");
            }

            var (instances, _) = await session.DescribeAsync<InstanceView>(
                "DescribeContainerInstances", "containerInstances", arns, ("cluster", name));
            InstanceTables.List(session, instances);
            return ExitCodes.Done;
        });
    }
}
