using System.CommandLine;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;

namespace Ecs.Cli.Commands;

/// <summary>
/// <c>ecs replay</c>: folds the whole log afresh, and compares it with what the services had; with <c>--decisions</c>
/// decides the recorded commands again.
/// </summary>
internal static class ReplayCommand
{
    // Characters of a digest that tell it from others, for a person.
    private const int ShortDigest = 12;

    /// <summary>The command.</summary>
    public static Command Make(EcsCommandLine line)
    {
        var decisions = new Option<bool>("--decisions")
        {
            Description = "Decide the recorded commands again, and compare events and answers one by one.",
        };
        var from = PastCommands.Edge("--from", "With --decisions: begin at the commit of");
        var to = PastCommands.Edge("--to", "With --decisions: end with the commit of");
        from.Required = to.Required = false;
        var command = new Command(
            "replay", "Fold the whole log afresh and compare the states with those that the services had.")
        {
            decisions, from, to,
        };
        return line.Runs(command, (session, parsed) =>
        {
            var (begin, end) = (parsed.GetValue(from), parsed.GetValue(to));
            if (parsed.GetValue(decisions)) return DecisionsReplay.RunAsync(session, begin, end);

            return begin is null && end is null
                ? StatesAsync(session)
                : throw new UsageException("States are folded from the first event to the last: --from and --to are "
                    + "for --decisions.");
        });
    }

    private static async Task<int> StatesAsync(Session session)
    {
        var reply = await ReportLines.ReadAsync(session, "replay", "all was folded");
        var states = reply.Many<State>("states");
        if (session.Json) session.Screen.Json(reply);
        else Show(session, reply.One<long>("events"), reply.One<double>("seconds"), states);
        var failure = reply.TryGetProperty("failure", out var why) ? why.GetString() : null;
        if (failure is not null) session.Screen.Note($"{failure} Nothing behind it was folded.");
        if (states.Any(state => state.Differences.Count > 0)) return ExitCodes.NotAsAsked;
        if (failure is not null) return ExitCodes.NotReachable;
        if (states.Any(state => state.Compared > 0)) return ExitCodes.Done;

        session.Screen.Note("Nothing was compared: no service has kept a state yet, and none told its own.");
        return ExitCodes.NothingCompared;
    }

    private static void Show(Session session, long events, double seconds, IReadOnlyList<State> states)
    {
        session.Screen.Line($"[bold]{events}[/] events folded in {seconds:0.0} s");
        var table = new Listing("SERVICE", "STATE", "DIGEST", "COMPARED", "LIVE", "RESULT");
        foreach (var state in states)
        {
            table.AddRow(
                $"[bold]{Words.Safe(state.Service)}[/]",
                Words.Safe(state.Format),
                state.Digest is { } digest ? Words.Safe(digest[..Math.Min(ShortDigest, digest.Length)]) : "-",
                $"{state.Compared}",
                state.LivePosition is { } live ? $"at position {live}" : $"[yellow]{Words.Safe(state.LiveWhy)}[/]",
                Result(state));
        }

        session.Screen.Show(table);
        foreach (var state in states)
        {
            if (state.FirstField is { } field) Show(session, state, field);
        }
    }

    private static void Show(Session session, State state, Field field)
    {
        session.Screen.Line("");
        session.Screen.Line(
            $"[bold]{Words.Safe(state.Service)}, position {state.Differences[0].Position}[/] {Words.Safe(field.Of)}");
        session.Screen.Line(
            $"  {Words.Safe(field.Path)}: the service {Has(state.Differences[0])} "
            + $"{DecisionsReplay.Value(field.Leader)}, the log folds to {DecisionsReplay.Value(field.Replayed)}");
    }

    private static string Result(State state) => state switch
    {
        { Differences: [var first, ..] } =>
            $"[red]another state at position {first.Position}[/]: the service "
            + $"{Has(first)} {Words.Safe(first.Leader)}, the log folds to "
            + Words.Safe(first.Replayed),
        { Compared: 0 } => "[yellow]the service has kept no state yet[/]",
        _ => "[green]the same[/]",
    };

    private static string Has(Difference difference) => difference.IsLive ? "has" : "had";

    private sealed record State(
        string Service,
        string Format,
        string? Digest,
        int Compared,
        long? LivePosition,
        string? LiveWhy,
        IReadOnlyList<Difference> Differences,
        Field? FirstField);

    private sealed record Difference(long Position, string Leader, string Replayed, bool IsLive);

    private sealed record Field(string? Of, string? Path, string? Leader, string? Replayed);
}
