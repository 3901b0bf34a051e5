using System.CommandLine;
using Ecs.Cli.Endpoint;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs export</c> and <c>ecs import</c>: a log from one installation to another.</summary>
internal static class MovingCommands
{
    private const string EndLine = "{\"end\":";

    /// <summary>Prints the log.</summary>
    public static Command Export(EcsCommandLine line)
    {
        var from = new Option<long?>("--from") { Description = "Begin with the commit of this position." };
        var to = new Option<long?>("--to") { Description = "End with the last whole commit up to this position." };
        var command = new Command(
            "export", "Print the log as JSON lines with its chain: ecs export > log.jsonl; for another installation.")
        {
            from, to,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var parts = new[] { Part("from", parsed.GetValue(from)), Part("to", parsed.GetValue(to)) }
                .Where(part => part is not null);
            return await PrintAsync(session, $"export?{string.Join('&', parts)}")
                ? ExitCodes.Done
                : throw new NotReachableException(
                    "The export broke off and is not whole. ecs verify says whether the log itself is.");
        });
    }

    /// <summary>Whether the end came, too.</summary>
    private static async Task<bool> PrintAsync(Session session, string path)
    {
        var last = "";
        try
        {
            await foreach (var text in session.Endpoint.LinesAsync(path, session.Cancel))
            {
                session.Screen.Raw(text);
                last = text;
            }
        }
        catch (NotReachableException) when (last.Length > 0)
        {
            return false;
        }

        return last.StartsWith(EndLine, StringComparison.Ordinal);
    }

    /// <summary>Says who imports: this tool may write nothing.</summary>
    public static Command Import(EcsCommandLine line)
    {
        var file = new Argument<string>("file") { Description = "What ecs export wrote." };
        var command = new Command("import", "Say how an exported log is imported into an empty installation.") { file };
        return line.Runs(command, (_, parsed) => throw new UsageException(
            "A log is imported by whoever owns its tables, not over HTTP, where nobody may write it. On the empty "
            + $"installation, with the migration's ECS_LOG_CONNECTION: ecs-registry import {parsed.GetValue(file)}"));
    }

    private static string? Part(string name, long? value) => value is null ? null : $"{name}={value}";
}
