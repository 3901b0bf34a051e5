using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Spectre.Console;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs history --caused-by</c>: all that one command caused, itself and its answer included.</summary>
internal static class CausedHistory
{
    /// <summary>Tells it.</summary>
    /// <exception cref="RefusedException">The log knows no such command.</exception>
    public static async Task<int> TellAsync(Session session, string id, long after)
    {
        var entries = new List<JsonElement>();
        var gaps = new List<JsonElement>();
        JsonElement? first = null;
        for (var page = 0; page < HistoryCommands.MaxPages; page++)
        {
            var reply = await session.Endpoint.GetAsync(
                $"history?causedBy={Uri.EscapeDataString(id)}&region={session.Endpoint.Caller.Region}&after={after}",
                session.Cancel);
            first ??= reply;
            id = reply.GetProperty("of").GetString()!;
            entries.AddRange(reply.Many<JsonElement>("entries"));
            gaps.AddRange(reply.Many<JsonElement>("gaps"));
            if (!reply.TryGetProperty("nextAfter", out var next) || next.ValueKind is JsonValueKind.Null)
            {
                return Show(session, id, first.Value, entries, gaps);
            }

            after = next.GetInt64();
        }

        session.Screen.Note($"There is more: ecs history --caused-by {id} --after {after}");
        return Show(session, id, first!.Value, entries, gaps);
    }

    private static int Show(
        Session session, string id, JsonElement first, List<JsonElement> entries, List<JsonElement> gaps)
    {
        var altered = gaps.ConvertAll(Views.As<HistoryGap>);
        if (first.TryGetProperty("hasMoreCommands", out var more) && more.ValueKind is JsonValueKind.True)
        {
            session.Screen.Note("Its correlation ties more commands to it than are told here.");
        }

        if (session.Json)
        {
            session.Screen.Json(JsonSerializer.SerializeToElement(
                new { of = id, commands = first.GetProperty("commands"), entries, gaps }));
            return HistoryCommands.Told(session, altered);
        }

        session.Screen.Line($"[grey]caused by the command[/] [bold]{Words.Safe(id)}[/]");
        session.Screen.Show(Commands(first.Many<CommandView>("commands")));
        if (entries.Count + gaps.Count == 0) session.Screen.Line("It led to no event.");
        else HistoryCommands.Show(session, "", entries.Select(Views.As<HistoryEntry>), altered);
        return HistoryCommands.Told(session, altered);
    }

    private static Listing Commands(IReadOnlyList<CommandView> commands)
    {
        var table = new Listing("DECIDED", "COMMIT", "COMMAND", "BY", "ID", "ANSWER");
        foreach (var command in commands)
        {
            var name = Words.Safe(command.Name);
            table.AddRow(
                $"{command.ReceivedAt.ToLocalTime():yyyy-MM-dd HH:mm:ss.fff}",
                $"{command.Position}",
                command.IsAsked ? $"[bold]{name}[/]" : name,
                Words.Safe(Words.Actor(command.Actor)),
                Words.Safe(command.Id),
                command.Error is { } error
                    ? $"[red]refused[/]: {Words.Safe(error.Type)}: {Words.Safe(error.Message)}"
                    : "[green]accepted[/]");
        }

        return table;
    }

    private sealed record CommandView(
        string? Id,
        string? Name,
        bool IsAsked,
        DateTimeOffset ReceivedAt,
        long? Position,
        string? Actor,
        ErrorView? Error);

    private sealed record ErrorView(string? Type, string? Message);
}
