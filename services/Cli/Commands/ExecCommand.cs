using System.CommandLine;
using System.Globalization;
using System.Text;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Executing;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs exec</c>: runs a command in a running container, recorded in the log.</summary>
internal static class ExecCommand
{
    /// <summary>The command.</summary>
    public static Command Make(EcsCommandLine line)
    {
        var task = new Argument<string>("task") { Description = "The task's id, its beginning, or its ARN." };
        var container = new Argument<string>("container") { Description = "The container's name." };
        var words = new Argument<string[]>("command")
        {
            Description = "The program and its arguments; put -- in front of it. No shell reads them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var cluster = Options.Cluster();
        var interactive = new Option<bool>("--interactive", "-i") { Description = "Pass standard input on." };
        var tty = new Option<bool>("--tty", "-t") { Description = "Give the command a terminal." };
        var command = new Command(
            "exec",
            "Run a command in a running container; its exit code is the tool's. Who ran what, where and when is "
            + "written to the log for good, with the command line as it is: no place for secrets.")
        {
            task, container, words, cluster, interactive, tty,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var inCluster = parsed.GetValue(cluster);
            var id = (await ShortIds.TasksAsync(session, inCluster, [parsed.GetValue(task)!]))[0];
            using var asked = new Execution
            {
                IsInteractive = parsed.GetValue(interactive),
                HasTerminal = parsed.GetValue(tty),
            };
            if (asked.HasTerminal && asked.IsInteractive && Console.IsInputRedirected)
            {
                throw new UsageException("--tty with --interactive needs a terminal as standard input.");
            }

            var query = new StringBuilder($"exec/{Escape(id)}?container={Escape(parsed.GetValue(container)!)}");
            if (inCluster is not null) query.Append(CultureInfo.InvariantCulture, $"&cluster={Escape(inCluster)}");
            foreach (var word in parsed.GetValue(words)!)
            {
                query.Append(CultureInfo.InvariantCulture, $"&word={Escape(word)}");
            }

            if (asked.IsInteractive) query.Append("&interactive=true");
            if (asked.HasTerminal) query.Append("&tty=true");
            if (asked is { HasTerminal: true, Size: { } size })
            {
                query.Append(CultureInfo.InvariantCulture, $"&columns={size.Columns}&rows={size.Rows}");
            }

            using var socket = await session.Endpoint.SocketAsync($"{query}", session.Cancel);
            return await asked.RunAsync(socket, session.Cancel);
        });
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
