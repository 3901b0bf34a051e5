using System.CommandLine;
using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs log</c>: the one log itself, from any position, and as it grows.</summary>
internal static class LogCommand
{
    private const int PositionWidth = 8;
    private const int EventWidth = 31;

    /// <summary>What narrows the log, by the Auditor's own names.</summary>
    private static readonly Option<string?>[] Narrowing =
    [
        new("--kind") { Description = "Only of these kinds: cluster, task, … with commas between them." },
        new("--event") { Description = "Only these events, such as task-stopped; with commas between them." },
        new("--cluster") { Description = "Only of this cluster and what is in it." },
        new("--family") { Description = "Only of this family's definitions." },
        new("--instance") { Description = "Only of the container instance with this id." },
        new("--task") { Description = "Only of the task with this id." },
        new("--account") { Description = "Only of this account; of all otherwise." },
    ];

    /// <summary>The command.</summary>
    public static Command Make(EcsCommandLine line)
    {
        var after = new Option<long>("--after")
        {
            Description = "Begin behind this position; 0, the beginning, by default.",
        };
        var limit = new Option<long?>("--limit") { Description = "At most so many events." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Stay, and print events as they are written." };
        var command = new Command(
            "log", "Print the log of all events, one a line; with --json as JSON lines, with --region of that one.")
        {
            after, limit, follow,
        };
        foreach (var narrow in Narrowing) command.Options.Add(narrow);
        return line.Runs(command, async (session, parsed) =>
        {
            var most = parsed.GetValue(limit) is { } number ? $"&limit={number}" : "";
            var path = $"log?after={parsed.GetValue(after)}{most}" + (parsed.GetValue(follow) ? "&follow=true" : "");
            foreach (var narrow in Narrowing.Where(narrow => parsed.GetValue(narrow) is { Length: > 0 }))
            {
                path += $"&{narrow.Name[2..]}={Uri.EscapeDataString(parsed.GetValue(narrow)!)}";
            }

            // Where it is said, and only there: the region of requests has a default, and the log is of all regions.
            if (parsed.GetValue<string?>("--region") is { Length: > 0 } region)
            {
                path += $"&region={Uri.EscapeDataString(region)}";
            }

            await foreach (var text in session.Endpoint.LinesAsync(path, session.Cancel))
            {
                if (session.Json) session.Screen.Raw(text);
                else Show(session, text);
            }

            return ExitCodes.Done;
        });
    }

    private static void Show(Session session, string text)
    {
        var stored = Read(text);
        session.Screen.Line(
            $"[grey]{Words.Moment(stored.LogTime)}[/]  {$"{stored.Position}",PositionWidth}  "
            + $"[bold]{Words.Safe(stored.Event).PadRight(EventWidth)}[/]  "
            + $"{Words.Safe(Words.KindAndName(stored.Stream))}  [grey]by {Words.Safe(Words.Actor(stored.Actor))}[/]");
    }

    private static StoredView Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<StoredView>(text, Views.Reading)!;
        }
        catch (JsonException half)
        {
            throw new NotReachableException("The log ended in the middle of an event: ask again with --after.", half);
        }
    }

    private sealed record StoredView(
        long Position, DateTimeOffset LogTime, string? Stream, string? Event, string? Actor);
}
