using System.CommandLine;
using Ecs.Cli.Endpoint;

namespace Ecs.Cli.Commands;

/// <summary>Container instances that take no more tasks, take them again, or leave their cluster.</summary>
internal static class InstanceStateCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line) => [Update(line), Deregister(line)];

    private static Command Update(EcsCommandLine line)
    {
        var ids = new Argument<string[]>("container-instances")
        {
            Description = "Ids of 1 to 10 instances, the first characters of ids, or ARNs.",
            Arity = ArgumentArity.OneOrMore,
        };
        var cluster = Options.Cluster();
        var status = new Option<string>("--status")
        {
            Description = "DRAINING: no new tasks come, those that are there go on. ACTIVE: it takes tasks again.",
            Required = true,
        };
        var command = new Command("update-container-instances-state", "Drain instances, or make them take tasks again.")
        {
            ids, cluster, status,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var name = parsed.GetValue(cluster);
            var whole = await ShortIds.InstancesAsync(session, name, parsed.GetValue(ids)!);
            var reply = await session.CallAsync(
                "UpdateContainerInstancesState",
                ("cluster", name),
                ("containerInstances", Session.Names(whole)),
                ("status", parsed.GetValue(status)));
            if (session.Json) session.Screen.Json(reply);
            else InstanceTables.List(session, reply.Many<InstanceView>("containerInstances"));
            return session.Report(reply.Many<FailureView>("failures"));
        });
    }

    private static Command Deregister(EcsCommandLine line)
    {
        var id = new Argument<string>("container-instance")
        {
            Description = "Its id, the first characters of it, or its ARN.",
        };
        var cluster = Options.Cluster();
        var force = new Option<bool>("--force") { Description = "With the tasks on it, which are stopped." };
        var command = new Command("deregister-container-instance", "Take an instance out of its cluster.")
        {
            id, cluster, force,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var name = parsed.GetValue(cluster);
            var whole = await ShortIds.InstancesAsync(session, name, [parsed.GetValue(id)!]);
            var reply = await session.CallAsync(
                "DeregisterContainerInstance",
                ("cluster", name),
                ("containerInstance", whole[0]),
                ("force", parsed.GetValue(force) ? true : null));
            if (session.Json) session.Screen.Json(reply);
            else InstanceTables.List(session, [reply.One<InstanceView>("containerInstance")]);
            return ExitCodes.Done;
        });
    }
}
