using System.CommandLine;
using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Spectre.Console;

namespace Ecs.Cli.Commands;

/// <summary>One event as the Auditor tells it.</summary>
internal sealed record HistoryEntry(
    long Position,
    DateTimeOffset Time,
    string Stream,
    string Event,
    string What,
    string? Actor,
    HistoryCause? Command);

/// <summary>A place where a history is not what was written.</summary>
internal sealed record HistoryGap(string? Stream, long? Position, long? After, long? Before, string What)
{
    /// <summary>The position that it is told behind.</summary>
    public long Behind => Position ?? After ?? Before - 1 ?? long.MaxValue;
}

/// <summary>The command behind an event.</summary>
internal sealed record HistoryCause(string? Id, string? Name, string? Refused);

/// <summary>
/// <c>ecs history</c>: everything that ever happened to a thing, with what changed and who caused it.
/// </summary>
internal static class HistoryCommands
{
    // Pages of the Auditor's own size that are put together; a longer history is read with --after.
    public const int MaxPages = 100;

    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line) =>
        [History(line), ExplainCommand.Make(line), LogCommand.Make(line)];

    /// <summary>The events as a table, and what is missing between them at its place.</summary>
    public static void Show(
        Session session, string of, IEnumerable<HistoryEntry> entries, IReadOnlyList<HistoryGap> gaps)
    {
        var table = new Listing("TIME", "POSITION", "EVENT", "BY", "WHAT");
        var left = new Queue<HistoryGap>(gaps.OrderBy(gap => gap.Behind));
        DateOnly? day = null;
        foreach (var entry in entries)
        {
            while (left.TryPeek(out var gap) && gap.Behind < entry.Position) Mark(left.Dequeue());
            var time = entry.Time.ToLocalTime();
            var today = DateOnly.FromDateTime(time.DateTime);
            if (day != today) table.AddRow($"[grey]{today:yyyy-MM-dd}[/]", "", "", "", "");
            day = today;
            table.AddRow(
                $"{time:HH:mm:ss.fff}",
                $"{entry.Position}",
                $"[bold]{Words.Safe(entry.Event)}[/]",
                Words.Safe(By(entry)),
                Words.Safe(Subject(of, entry.Stream) + entry.What));
        }

        foreach (var gap in left) Mark(gap);
        session.Screen.Show(table);

        void Mark(HistoryGap gap) => table.AddRow(
            "",
            $"{gap.Position}",
            "[bold red]ALTERED[/]",
            "",
            $"[red]{Words.Safe(Subject(of, gap.Stream ?? of) + gap.What)}[/]");
    }

    /// <summary>Says beside a history that it is not whole; the exit code says so too.</summary>
    public static int Told(Session session, IReadOnlyCollection<HistoryGap> gaps)
    {
        if (gaps.Count == 0) return ExitCodes.Done;

        session.Screen.Note(
            $"The log is not as it was written: {Words.Clean(gaps.First().What)}"
            + (gaps.Count > 1 ? $", and {gaps.Count - 1} more" : "")
            + ". This is what is left; ecs verify tells what was altered first.");
        return ExitCodes.NotWhole;
    }

    private static Command History(EcsCommandLine line)
    {
        var thing = new Argument<string?>("thing")
        {
            Description = "The id of a task or instance or its first characters, a cluster, a family, an ARN.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var causedBy = new Option<string?>("--caused-by")
        {
            Description = "All that this command caused; an id that explain cut, with its dots, is enough.",
            HelpName = "COMMAND-ID",
        };
        var cluster = Options.Cluster();
        var after = new Option<long>("--after") { Description = "Only what stands behind this position of the log." };
        var command = new Command("history", "Tell all that ever happened to a thing, or that one command caused.")
        {
            thing, causedBy, cluster, after,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var (name, from) = (parsed.GetValue(cluster), parsed.GetValue(after));
            return (parsed.GetValue(thing), parsed.GetValue(causedBy)) switch
            {
                (null, { } id) => await CausedHistory.TellAsync(session, id, from),
                ({ } text, null) => await TellAsync(session, text, name, from),
                _ => throw new UsageException(
                    "Say of what: a thing, or --caused-by and a command's id, and not both."),
            };
        });
    }

    private static async Task<int> TellAsync(Session session, string thing, string? cluster, long after)
    {
        var (of, entries, gaps) = await ReadAsync(session, thing, cluster, after);
        if (session.Json)
        {
            session.Screen.Json(JsonSerializer.SerializeToElement(new { of, entries, gaps }));
        }
        else
        {
            session.Screen.Line($"[grey]history of[/] [bold]{Words.Safe(of)}[/]");
            Show(session, of, entries.Select(Views.As<HistoryEntry>), [.. gaps.Select(Views.As<HistoryGap>)]);
        }

        return Told(session, [.. gaps.Select(Views.As<HistoryGap>)]);
    }

    private static async Task<(string Of, List<JsonElement> Entries, List<JsonElement> Gaps)> ReadAsync(
        Session session, string thing, string? cluster, long after)
    {
        var entries = new List<JsonElement>();
        var gaps = new List<JsonElement>();
        for (var page = 0; page < MaxPages; page++)
        {
            var from = after;
            var reply = await ShortIds.AskAsync(session, cluster, thing, of => session.Endpoint.GetAsync(
                Question(session, of, cluster, from), session.Cancel));
            thing = reply.GetProperty("of").GetString()!;
            entries.AddRange(reply.Many<JsonElement>("entries"));
            gaps.AddRange(reply.Many<JsonElement>("gaps"));
            if (!reply.TryGetProperty("nextAfter", out var next) || next.ValueKind is JsonValueKind.Null)
            {
                return (thing, entries, gaps);
            }

            after = next.GetInt64();
        }

        session.Screen.Note($"There is more: ecs history {thing} --after {after}");
        return (thing, entries, gaps);
    }

    private static string Question(Session session, string thing, string? cluster, long after)
    {
        var question = $"history?of={Uri.EscapeDataString(thing)}"
            + $"&region={session.Endpoint.Caller.Region}&after={after}";
        return cluster is null ? question : $"{question}&cluster={Uri.EscapeDataString(cluster)}";
    }

    // A cluster's history is that of everything in it, so each line says whose it is.
    private static string Subject(string of, string stream) =>
        of.StartsWith(stream, StringComparison.Ordinal) ? "" : $"{Words.KindAndName(stream)}: ";

    // What an Agent reports, it reports all the time: its command says nothing.
    private static string By(HistoryEntry entry) => (Words.Actor(entry.Actor), entry.Command?.Name) switch
    {
        (var actor, null) => actor,
        ("-", { } command) => command,
        (var actor, _) when Words.IsAgent(entry.Actor) => actor,
        (var actor, { } command) => $"{actor}, {command}",
    };
}
