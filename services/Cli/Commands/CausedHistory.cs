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
    public static async Task TellAsync(Session session, string id, long after)
    {
        var entries = new List<JsonElement>();
        JsonElement? first = null;
        for (var page = 0; page < HistoryCommands.MaxPages; page++)
        {
            var reply = await session.Endpoint.GetAsync(
                $"history?causedBy={Uri.EscapeDataString(id)}&region={session.Endpoint.Caller.Region}&after={after}",
                session.Cancel);
            first ??= reply;
            entries.AddRange(reply.GetProperty("entries").EnumerateArray());
            if (!reply.TryGetProperty("nextAfter", out var next) || next.ValueKind is JsonValueKind.Null)
            {
                Show(session, id, first.Value, entries);
                return;
            }

            after = next.GetInt64();
        }

        Show(session, id, first!.Value, entries);
        session.Screen.Note($"There is more: ecs history --caused-by {id} --after {after}");
    }

    private static void Show(Session session, string id, JsonElement first, List<JsonElement> entries)
    {
        if (first.TryGetProperty("hasMoreCommands", out var more) && more.ValueKind is JsonValueKind.True)
        {
            session.Screen.Note("Its correlation ties more commands to it than are told here.");
        }

        if (session.Json)
        {
            session.Screen.Json(JsonSerializer.SerializeToElement(
                new { of = id, commands = first.GetProperty("commands"), entries }));
            return;
        }

        session.Screen.Line($"[grey]caused by the command[/] [bold]{Words.Safe(id)}[/]");
        session.Screen.Show(Commands(first.Many<CommandView>("commands")));
        if (entries.Count == 0)
        {
            session.Screen.Line("It led to no event.");
            return;
        }

        HistoryCommands.Show(session, "", entries.Select(entry => entry.Deserialize<HistoryEntry>(Views.Reading)!));
    }

    private static Table Commands(IReadOnlyList<CommandView> commands)
    {
        var table = Blocks.Table("DECIDED", "COMMIT", "COMMAND", "BY", "ID", "ANSWER");
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
