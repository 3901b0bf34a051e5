using System.CommandLine;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;

namespace Ecs.Cli.Commands;

/// <summary>Clusters: made empty, filled by Agents, deleted when nothing is left in them.</summary>
internal static class ClusterCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line) =>
        [Create(line), Describe(line), List(line), Delete(line)];

    private static Command Create(EcsCommandLine line)
    {
        var name = new Argument<string?>("cluster-name")
        {
            Description = "1-255 letters, digits, hyphens and underscores; default where it is left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var tags = TagCommands.Option();
        var command = new Command("create-cluster", "Make a cluster, empty until an Agent registers in it.")
        {
            name, tags,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var reply = await session.CallAsync("CreateCluster",
                ("clusterName", parsed.GetValue(name)),
                ("tags", TagCommands.Json(parsed.GetValue(tags)!)));
            if (session.Json) session.Screen.Json(reply);
            else Show(session, [reply.One<ClusterView>("cluster")]);
            return ExitCodes.Done;
        });
    }

    private static Command Describe(EcsCommandLine line)
    {
        var names = new Argument<string[]>("clusters")
        {
            Description = "Names or ARNs; default where none are given.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("describe-clusters", "Show clusters.") { names };
        return line.Runs(command, async (session, parsed) =>
        {
            var reply = await session.CallAsync(
                "DescribeClusters", ("clusters", Session.Names(parsed.GetValue(names)!)));
            if (session.Json) session.Screen.Json(reply);
            else Show(session, reply.Many<ClusterView>("clusters"));
            return session.Report(reply.Many<FailureView>("failures"));
        });
    }

    private static Command List(EcsCommandLine line) => line.Runs(
        new Command("list-clusters", "List all clusters."),
        async (session, _) =>
        {
            var arns = await session.ListAsync("ListClusters", "clusterArns");
            if (session.Json)
            {
                session.PrintList("clusterArns", arns);
                return ExitCodes.Done;
            }

            if (arns.Count == 0) session.Screen.Note("No clusters yet: ecs create-cluster NAME");
            else Show(session, (await session.DescribeAsync<ClusterView>("DescribeClusters", "clusters", arns)).Items);
            return ExitCodes.Done;
        });

    private static Command Delete(EcsCommandLine line)
    {
        var name = new Argument<string>("cluster") { Description = "Name or ARN." };
        var command = new Command("delete-cluster", "Delete a cluster without instances and tasks.") { name };
        return line.Runs(command, async (session, parsed) =>
        {
            var reply = await session.CallAsync("DeleteCluster", ("cluster", parsed.GetValue(name)));
            if (session.Json) session.Screen.Json(reply);
            else Show(session, [reply.One<ClusterView>("cluster")]);
            return ExitCodes.Done;
        });
    }

    private static void Show(Session session, IReadOnlyList<ClusterView> clusters)
    {
        if (clusters.Count == 0) return;

        var table = new Listing("CLUSTER", "STATUS", "INSTANCES", "RUNNING", "PENDING", "ARN");
        foreach (var cluster in clusters)
        {
            table.AddRow(
                $"[bold]{Words.Safe(cluster.ClusterName)}[/]",
                Words.Status(cluster.Status),
                $"{cluster.RegisteredContainerInstancesCount}",
                $"{cluster.RunningTasksCount}",
                $"{cluster.PendingTasksCount}",
                Words.Safe(cluster.ClusterArn));
        }

        session.Screen.Show(table);
    }
}
