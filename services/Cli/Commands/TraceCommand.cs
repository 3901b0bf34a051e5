using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Ecs.Cli.Tracing;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs trace</c>: where each millisecond of a task's way went, from the programs' trace files.</summary>
internal static class TraceCommand
{
    private const int BarWidth = 40;
    private const double NanosecondsPerMillisecond = 1e6;

    /// <summary>The command.</summary>
    public static Command Make(EcsCommandLine line)
    {
        var task = new Argument<string>("task") { Description = "The task's id, its beginning, or its ARN." };
        var files = new Argument<string[]>("files")
        {
            Description = "The programs' trace files, or folders of them (ECS_TRACE_FILE of each program).",
            Arity = ArgumentArity.OneOrMore,
        };
        var first = new Option<double?>("--first")
        {
            Description = "Only what began within so many milliseconds of the first span.",
        };
        var command = new Command(
            "trace", "Print a task's way through all programs as a waterfall with milliseconds, from trace files.")
        {
            task, files, first,
        };
        return line.Runs(command, (session, parsed) =>
        {
            var spans = TraceReading.Of([.. TraceReading.Read(parsed.GetValue(files)!)], parsed.GetValue(task)!);
            if (spans.Count == 0) throw new UsageException("The files have no span of that task.");

            if (parsed.GetValue(first) is { } limit)
            {
                spans = [.. spans.Where(span => Milliseconds(span.Begin - spans[0].Begin) <= limit)];
            }

            Show(session, spans);
            return Task.FromResult(ExitCodes.Done);
        });
    }

    private static void Show(Session session, IReadOnlyList<TraceSpan> spans)
    {
        var begin = spans[0].Begin;
        var whole = Math.Max(1, spans.Max(span => span.End) - begin);
        if (session.Json)
        {
            session.Screen.Json(JsonSerializer.SerializeToElement(new
            {
                spans = spans.Select(span => new
                {
                    service = span.Service,
                    name = span.Name,
                    atMs = Milliseconds(span.Begin - begin),
                    ms = Milliseconds(span.Length),
                }),
            }));
            return;
        }

        session.Screen.Line("[grey]    AT ms       MS[/]");
        foreach (var span in spans)
        {
            var from = (int)((span.Begin - begin) * (BarWidth - 1) / whole);
            var length = Math.Max(1, (int)Math.Round((double)span.Length * BarWidth / whole));
            var bar = (new string(' ', from) + new string('█', Math.Min(length, BarWidth - from))).PadRight(BarWidth);
            session.Screen.Line(
                $"{Text(span.Begin - begin)} {Text(span.Length)}  [blue]{bar}[/]  "
                + $"[bold]{Words.Safe(span.Service)}[/] {Words.Safe(span.Name)}");
        }
    }

    private static double Milliseconds(long nanoseconds) => nanoseconds / NanosecondsPerMillisecond;

    private static string Text(long nanoseconds) =>
        Milliseconds(nanoseconds).ToString("F1", CultureInfo.InvariantCulture).PadLeft(8);
}
