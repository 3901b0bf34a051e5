using System.CommandLine;
using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs simulate</c>: a past span against other strategies or another fleet.</summary>
internal static class SimulateCommand
{
    /// <summary>The command.</summary>
    public static Command Make(EcsCommandLine line)
    {
        var (from, to) = (PastCommands.Edge("--from", "Where it begins"), PastCommands.Edge("--to", "Where it ends"));
        var cluster = Options.Cluster();
        var strategy = new Option<string?>("--strategy")
        {
            Description = "Other strategies for all tasks: binpack:memory,spread:attribute:zone; or first-fit.",
        };
        var instances = new Option<string[]>("--instances")
        {
            Description = "Another fleet: 3xcpu:4096,memory:8192,attribute:zone=a. May be given more than once.",
        };
        var chart = new Option<string?>("--chart")
        {
            Description = "Draw what was reserved over time into this SVG file.",
            HelpName = "FILE",
        };
        var command = new Command("simulate", "Tell what would have been with other strategies or another fleet.")
        {
            from, to, cluster, strategy, instances, chart,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var query = $"simulate?from={Escape(parsed.GetValue(from))}&to={Escape(parsed.GetValue(to))}"
                + $"&region={session.Endpoint.Caller.Region}"
                + Given("cluster", parsed.GetValue(cluster))
                + Given("strategy", parsed.GetValue(strategy))
                + Given("instances", parsed.GetValue(instances) is { Length: > 0 } all ? string.Join(';', all) : null);
            var reply = await session.Endpoint.GetAsync(query, session.Cancel);
            var drawn = reply.One<SimulationDrawing>("chart");
            if (parsed.GetValue(chart) is { } file)
            {
                var begins = reply.GetProperty("begins").GetDateTimeOffset();
                Write(file, SimulationSvg.Draw(drawn, reply.GetProperty("then"), reply.GetProperty("if"), begins));
            }

            if (session.Json) session.Screen.Json(reply);
            else Show(session, reply);
            return ExitCodes.Done;
        });
    }

    private static string Escape(string? text) => Uri.EscapeDataString(text ?? "");

    private static string Given(string name, string? text) => text is null ? "" : $"&{name}={Escape(text)}";

    private static void Write(string file, string svg)
    {
        try
        {
            File.WriteAllText(file, svg);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--chart '{file}' cannot be written: {fault.Message}");
        }
    }

    private static void Show(Session session, JsonElement reply)
    {
        session.Screen.Line(
            $"[bold]{Words.Safe(Words.KindAndName(reply.GetProperty("clusterArn").GetString()))}[/] "
            + $"[grey]from position[/] {reply.GetProperty("from")} [grey]to[/] {reply.GetProperty("to")}: "
            + $"{reply.GetProperty("asked")} tasks asked for, {reply.GetProperty("carried")} there before");
        var table = new Listing("", "THEN", "IF");
        var (then, wouldBe) = (reply.GetProperty("then"), reply.GetProperty("if"));
        foreach (var (name, member) in Rows) table.AddRow(name, Value(then, member), Value(wouldBe, member));
        session.Screen.Show(table);
        Note(session, reply, "assumed", "tasks never ran in the log: their time to run is assumed.");
        Note(session, reply, "leftOut", "refused tasks are left out: the log does not know what they needed.");
    }

    private static readonly (string Name, string Member)[] Rows =
    [
        ("placed", "placed"),
        ("failed", "failed"),
        ("withdrawn while waiting", "withdrawn"),
        ("still waiting", "waiting"),
        ("there before, without a place", "displaced"),
        ("waited p50, s", "waitP50"),
        ("waited p99, s", "waitP99"),
        ("stranded cpu, mean", "strandedCpu"),
        ("stranded cpu, peak", "peakStrandedCpu"),
        ("stranded memory, mean MiB", "strandedMemory"),
        ("stranded memory, peak MiB", "peakStrandedMemory"),
        ("reserved cpu, peak", "peakReservedCpu"),
        ("reserved memory, peak MiB", "peakReservedMemory"),
        ("instances used, peak", "peakInstances"),
        ("instances", "instances"),
    ];

    private static string Value(JsonElement outcome, string member) =>
        outcome.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.Number ? $"{value}" : "-";

    private static void Note(Session session, JsonElement reply, string member, string what)
    {
        if (reply.GetProperty(member).GetInt32() is > 0 and var count) session.Screen.Note($"{count} {what}");
    }
}
