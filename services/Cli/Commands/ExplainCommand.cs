using System.CommandLine;
using Ecs.Cli.Output;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs explain</c>: why a task is where it is, why it waits, or why there was no room.</summary>
internal static class ExplainCommand
{
    /// <summary>The command.</summary>
    public static Command Make(EcsCommandLine line)
    {
        var thing = new Argument<string>("task")
        {
            Description = "The id of a task, its first characters, or its ARN; a cluster: what it refused of late.",
        };
        var cluster = Options.Cluster();
        var command = new Command(
            "explain", "Explain why a task is where it is, why it waits, or why a cluster had no room.")
        {
            thing, cluster,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var name = parsed.GetValue(cluster);
            var asked = parsed.GetValue(thing)!;
            if (session.Json)
            {
                session.Screen.Json(await ShortIds.AskAsync(session, name, asked, of => session.Endpoint.GetAsync(
                    Question(session, of, name), session.Cancel)));
            }
            else
            {
                var text = await ShortIds.AskAsync(session, name, asked, of => session.Endpoint.TextAsync(
                    Question(session, of, name), session.Cancel));
                session.Screen.Raw(Words.Block(text.TrimEnd('\n')));
            }

            return ExitCodes.Done;
        });
    }

    private static string Question(Session session, string thing, string? cluster)
    {
        var question = $"explain/{Uri.EscapeDataString(thing)}"
            + $"?region={session.Endpoint.Caller.Region}";
        return cluster is null ? question : $"{question}&cluster={Uri.EscapeDataString(cluster)}";
    }
}
