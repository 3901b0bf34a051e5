using System.CommandLine;
using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;

namespace Ecs.Cli.Commands;

/// <summary>Messages that no service could read or handle: listed, shown, sent again.</summary>
internal static class DeadLetterCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line)
    {
        const string About = "List the messages that no service could read or handle.";
        var letters = line.Runs(new Command("dead-letters", About), ListAsync);
        letters.Subcommands.Add(line.Runs(new Command("list", About), ListAsync));
        letters.Subcommands.Add(Show(line));
        letters.Subcommands.Add(Resend(line));
        yield return letters;
    }

    private static async Task<int> ListAsync(Session session, ParseResult parsed)
    {
        var reply = await session.Endpoint.GetAsync("dead-letters", session.Cancel);
        if (session.Json)
        {
            session.Screen.Json(reply);
            return ExitCodes.Done;
        }

        var letters = reply.Many<LetterView>("deadLetters");
        if (letters.Count == 0) session.Screen.Note("No dead letters.");
        var table = new Listing("ID", "TIME", "QUEUE", "EXCHANGE", "BYTES", "REASON");
        foreach (var letter in letters)
        {
            table.AddRow(
                $"[bold]{Words.Safe(letter.Id)}[/]",
                Words.Time(letter.Time),
                Words.Safe(letter.Queue),
                Words.Safe(letter.Exchange),
                $"{letter.Bytes}",
                Words.Safe(letter.Reason));
        }

        if (letters.Count > 0) session.Screen.Show(table);
        if (reply.TryGetProperty("isComplete", out var whole) && !whole.GetBoolean())
        {
            session.Screen.Note($"These are the oldest {letters.Count}; there are more.");
        }

        return ExitCodes.Done;
    }

    private static Command Show(EcsCommandLine line)
    {
        var id = new Argument<string>("id") { Description = "Its id, as the list shows it." };
        var command = new Command("show", "Show a dead letter with its body.") { id };
        return line.Runs(command, async (session, parsed) =>
        {
            var reply = await session.Endpoint.GetAsync(
                $"dead-letters/{Uri.EscapeDataString(parsed.GetValue(id)!)}", session.Cancel);
            if (session.Json)
            {
                session.Screen.Json(reply);
                return ExitCodes.Done;
            }

            var letter = reply.Deserialize<LetterView>(Views.Reading)!;
            session.Screen.Show(Blocks.Facts(
            [
                ("id", $"[bold]{Words.Safe(letter.Id)}[/]"),
                ("reason", $"[red]{Words.Safe(letter.Reason)}[/]"),
                ("time", Words.Time(letter.Time)),
                ("queue", Words.Safe(letter.Queue)),
                ("exchange", Words.Safe(letter.Exchange)),
                ("routing key", Words.Safe(letter.RoutingKey)),
                ("message id", Words.Safe(letter.MessageId)),
                ("content type", Words.Safe(letter.ContentType)),
            ]));
            session.Screen.Line("");
            session.Screen.Raw(letter.Body is { } text
                ? Words.Block(text)
                : $"{letter.Bytes} bytes that are no text, in base64:\n{letter.BodyBase64}");
            return ExitCodes.Done;
        });
    }

    private static Command Resend(EcsCommandLine line)
    {
        var id = new Argument<string>("id") { Description = "Its id, as the list shows it." };
        var command = new Command("resend", "Send a dead letter again, to where it was sent at first.") { id };
        return line.Runs(command, async (session, parsed) =>
        {
            var reply = await session.Endpoint.PostAsync(
                $"dead-letters/{Uri.EscapeDataString(parsed.GetValue(id)!)}/resend", session.Cancel);
            if (session.Json) session.Screen.Json(reply);
            else session.Screen.Line($"Sent again: [bold]{Words.Safe(parsed.GetValue(id))}[/]");
            return ExitCodes.Done;
        });
    }

    private sealed record LetterView(
        string? Id,
        string? Reason,
        string? Queue,
        string? Exchange,
        string? RoutingKey,
        DateTimeOffset? Time,
        string? MessageId,
        string? ContentType,
        int Bytes,
        string? Body,
        string? BodyBase64);
}
