using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Spectre.Console;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs replay --decisions</c>: what is decided otherwise today than it was, field by field.</summary>
internal static class DecisionsReplay
{
    // Fields of one command that are shown; --json has more.
    private const int MaxFields = 5;

    // Characters of a value that are shown; --json has all.
    private const int MaxValue = 100;

    /// <summary>Asks, and tells.</summary>
    /// <param name="session">The run of the tool.</param>
    /// <param name="from">Where it begins; null for the first commit.</param>
    /// <param name="to">Where it ends; null for the last.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Session session, string? from, string? to)
    {
        var asked = string.Join('&', new[] { ("from", from), ("to", to) }
            .Where(edge => edge.Item2 is not null)
            .Select(edge => $"{edge.Item1}={Uri.EscapeDataString(edge.Item2!)}"));
        var reply = await ReportLines.ReadAsync(
            session, asked is "" ? "replay/decisions" : $"replay/decisions?{asked}", "all was decided again");
        var report = reply.Deserialize<ReportView>(Views.Reading)!;
        if (session.Json) session.Screen.Json(reply);
        else Show(session, report);
        if (report.Failure is { } failure) session.Screen.Note($"{failure} Nothing behind it was decided again.");
        if (report.Different > 0) return ExitCodes.NotAsAsked;
        if (report.Failure is not null) return ExitCodes.NotReachable;
        if (report.Compared > 0) return ExitCodes.Done;

        session.Screen.Note("Nothing was compared: today's rules decided none of these commands.");
        return ExitCodes.NothingCompared;
    }

    /// <summary>A value in JSON, cut where it is long.</summary>
    public static string Value(string? json) => json switch
    {
        null => "[grey]nothing[/]",
        { Length: > MaxValue } => $"[bold]{Words.Safe(json[..MaxValue])}…[/]",
        _ => $"[bold]{Words.Safe(json)}[/]",
    };

    private static void Show(Session session, ReportView report)
    {
        var result = report.Different == 0
            ? "[green]each has the same events and the same answer[/]"
            : $"[red bold]{report.Different} with other events or another answer[/]";
        session.Screen.Line(
            $"[bold]{report.Compared}[/] commands of {report.Commits} commits decided again, with {report.Events} "
            + "events: "
            + (report.Compared == 0 ? "[yellow]nothing to compare[/]" : result));
        var table = new Listing("SERVICE", "DECIDED BY", "COMMANDS", "COMMITS", "COMPARED");
        foreach (var by in report.Versions)
        {
            table.AddRow(
                $"[bold]{Words.Safe(by.Service)}[/]",
                Words.Safe(by.Version),
                $"{by.Commands}",
                $"{by.FirstCommit}-{by.LastCommit}",
                by.IsCompared ? "yes" : "[yellow]no: other rules decided these[/]");
        }

        session.Screen.Show(table);
        foreach (var difference in report.Differences) Show(session, difference);
        if (report.Differences.Count < report.Different)
        {
            session.Screen.Line($"The first {report.Differences.Count} are told.");
        }
    }

    private static void Show(Session session, DifferenceView difference)
    {
        session.Screen.Line("");
        session.Screen.Line(
            $"[bold]position {difference.Position}[/]  {Words.Safe(difference.Name)} "
            + $"{Words.Safe(difference.CommandId)} [grey](commit {difference.Commit})[/]");
        foreach (var field in difference.Fields.Take(MaxFields))
        {
            session.Screen.Line(
                $"  {Words.Safe(field.Path)}: recorded {Value(field.Recorded)}, again {Value(field.Again)}");
        }

        var left = difference.FieldCount - Math.Min(MaxFields, difference.Fields.Count);
        if (left > 0) session.Screen.Line($"  and {left} more");
    }

    private sealed record ReportView(
        string? Failure,
        long Commits,
        long Compared,
        long Events,
        long Different,
        IReadOnlyList<ByView> Versions,
        IReadOnlyList<DifferenceView> Differences);

    private sealed record ByView(
        string? Service, string? Version, bool IsCompared, long Commands, long FirstCommit, long LastCommit);

    private sealed record DifferenceView(
        long Position, long Commit, string? Name, string? CommandId, int FieldCount, IReadOnlyList<FieldView> Fields);

    private sealed record FieldView(string? Path, string? Recorded, string? Again);
}
