using System.CommandLine;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;

namespace Ecs.Cli.Commands;

/// <summary>Task definitions: registered in revisions, shown, listed, retired.</summary>
internal static class TaskDefinitionCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line) =>
        [RegisterCommand.Make(line), Describe(line), List(line), Families(line), Deregister(line), Delete(line)];

    /// <summary>How a definition is named.</summary>
    public static Argument<string> Definition() => new("task-definition")
    {
        Description = "family, family:revision, family:version-label or ARN.",
    };

    private static Command Describe(EcsCommandLine line)
    {
        var name = Definition();
        var command = new Command("describe-task-definition", "Show one revision of a task definition.") { name };
        return line.Runs(command, async (session, parsed) =>
        {
            var reply = await session.CallAsync("DescribeTaskDefinition", ("taskDefinition", parsed.GetValue(name)));
            if (session.Json) session.Screen.Json(reply);
            else TaskDefinitionTables.Show(session, reply.One<TaskDefinitionView>("taskDefinition"));
            return ExitCodes.Done;
        });
    }

    private static Command List(EcsCommandLine line)
    {
        var family = new Option<string?>("--family-prefix", "--family") { Description = "Only this family." };
        var status = new Option<string?>("--status") { Description = "ACTIVE (the default) or INACTIVE." };
        var sort = new Option<string?>("--sort") { Description = "ASC (the default) or DESC." };
        var command = new Command("list-task-definitions", "List revisions by family.") { family, status, sort };
        return line.Runs(command, async (session, parsed) =>
        {
            var arns = await session.ListAsync(
                "ListTaskDefinitions",
                "taskDefinitionArns",
                ("familyPrefix", parsed.GetValue(family)),
                ("status", parsed.GetValue(status)),
                ("sort", parsed.GetValue(sort)));
            if (session.Json)
            {
                session.PrintList("taskDefinitionArns", arns);
                return ExitCodes.Done;
            }

            if (arns.Count == 0) session.Screen.Note("No task definitions: ecs register-task-definition FILE");
            var table = new Listing("TASK DEFINITION", "ARN");
            foreach (var arn in arns) table.AddRow($"[bold]{Words.Safe(Words.Name(arn))}[/]", Words.Safe(arn));
            if (arns.Count > 0) session.Screen.Show(table);
            return ExitCodes.Done;
        });
    }

    private static Command Families(EcsCommandLine line)
    {
        var prefix = new Option<string?>("--family-prefix") { Description = "Only families whose names start so." };
        var status = new Option<string?>("--status") { Description = "ACTIVE, INACTIVE or ALL (the default)." };
        var command = new Command("list-task-definition-families", "List families of task definitions.")
        {
            prefix, status,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var families = await session.ListAsync(
                "ListTaskDefinitionFamilies",
                "families",
                ("familyPrefix", parsed.GetValue(prefix)),
                ("status", parsed.GetValue(status)));
            if (session.Json)
            {
                session.PrintList("families", families);
                return ExitCodes.Done;
            }

            if (families.Count == 0) session.Screen.Note("No families: ecs register-task-definition FILE");
            foreach (var family in families) session.Screen.Raw(Words.Clean(family));
            return ExitCodes.Done;
        });
    }

    private static Command Delete(EcsCommandLine line)
    {
        var names = new Argument<string[]>("task-definitions")
        {
            Description = "family:revision, family:version-label or ARNs of INACTIVE revisions; 1 to 10 of them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "delete-task-definitions", "Give up INACTIVE revisions for good: they are DELETE_IN_PROGRESS.") { names };
        return line.Runs(command, async (session, parsed) =>
        {
            var reply = await session.CallAsync(
                "DeleteTaskDefinitions", ("taskDefinitions", Session.Names(parsed.GetValue(names)!)));
            if (session.Json) session.Screen.Json(reply);
            foreach (var given in session.Json ? [] : reply.Many<TaskDefinitionView>("taskDefinitions"))
            {
                session.Screen.Note(Words.Clean($"{given.Name}: {given.Status}"));
            }

            return session.Report(reply.Many<FailureView>("failures"));
        });
    }

    private static Command Deregister(EcsCommandLine line)
    {
        var name = Definition();
        var command = new Command(
            "deregister-task-definition", "Retire a revision: its tasks go on, no new ones start.") { name };
        return line.Runs(command, async (session, parsed) =>
        {
            var reply = await session.CallAsync("DeregisterTaskDefinition", ("taskDefinition", parsed.GetValue(name)));
            if (session.Json) session.Screen.Json(reply);
            else TaskDefinitionTables.Show(session, reply.One<TaskDefinitionView>("taskDefinition"));
            return ExitCodes.Done;
        });
    }
}
