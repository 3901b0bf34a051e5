using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ecs.Cli.Output;

/// <summary>What was and would have been reserved over time, as the Auditor tells it.</summary>
internal sealed record SimulationDrawing(double StepSeconds, DrawnLine Then, DrawnLine If);

/// <summary>Reserved cpu units and MiB, step by step.</summary>
internal sealed record DrawnLine(IReadOnlyList<long> Cpu, IReadOnlyList<long> Memory);

/// <summary>Draws a simulation as plain SVG: cpu above, memory below, then and if in each.</summary>
internal static class SimulationSvg
{
    private const int Width = 900;
    private const int Height = 560;
    private const int Left = 90;
    private const int PlotWidth = 780;
    private const int PlotHeight = 180;
    private const int Marks = 4;
    private const string ThenColour = "#777777";
    private const string IfColour = "#d9480f";
    private const string CapacityDash = "6 4";

    /// <summary>The whole document.</summary>
    public static string Draw(SimulationDrawing drawing, JsonElement then, JsonElement wouldBe, DateTimeOffset begins)
    {
        var svg = new StringBuilder();
        Add(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{Height}" """,
            $"""font-family="sans-serif" font-size="12">""");
        Add(svg, $"""<rect width="{Width}" height="{Height}" fill="white"/>""");
        Legend(svg, Left, ThenColour, "reserved then");
        Legend(svg, Left + 160, IfColour, "reserved if");
        Legend(svg, Left + 320, ThenColour, "what the instances had then", CapacityDash);
        Legend(svg, Left + 570, IfColour, "what they have if", CapacityDash);
        Plot(svg, 60, "reserved cpu units", (drawing.Then.Cpu, drawing.If.Cpu),
            (Has(then, "cpu"), Has(wouldBe, "cpu")));
        Plot(svg, 310, "reserved memory, MiB", (drawing.Then.Memory, drawing.If.Memory),
            (Has(then, "memory"), Has(wouldBe, "memory")));
        var steps = drawing.Then.Cpu.Count;
        for (var i = 0; i <= Marks; i++)
        {
            var at = begins.AddSeconds(drawing.StepSeconds * steps * i / Marks);
            var anchor = i == 0 ? "start" : i == Marks ? "end" : "middle";
            Add(svg, $"""<text x="{Left + (PlotWidth * i / Marks)}" y="530" text-anchor="{anchor}">""",
                $"""{at.UtcDateTime:MM-dd HH:mm:ss}</text>""");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static long Has(JsonElement outcome, string member) => outcome.GetProperty(member).GetInt64();

    private static void Legend(StringBuilder svg, int x, string colour, string word, string dash = "none")
    {
        Add(svg, $"""<line x1="{x}" y1="22" x2="{x + 30}" y2="22" stroke="{colour}" stroke-width="3" """,
            $"""stroke-dasharray="{dash}"/>""");
        Add(svg, $"""<text x="{x + 38}" y="26">{word}</text>""");
    }

    // Dashed: all that the instances had at most.
    private static void Plot(
        StringBuilder svg,
        int top,
        string title,
        (IReadOnlyList<long> Then, IReadOnlyList<long> If) lines,
        (long Then, long If) has)
    {
        var most = lines.Then.Concat(lines.If).Append(has.Then).Append(has.If).Append(1).Max();
        Add(svg, $"""<text x="{Left}" y="{top - 8}" font-weight="bold">{title}</text>""");
        for (var i = 0; i <= Marks; i++)
        {
            var y = top + PlotHeight - (PlotHeight * i / Marks);
            Add(svg, $"""<line x1="{Left}" y1="{y}" x2="{Left + PlotWidth}" y2="{y}" stroke="#dddddd"/>""");
            Add(svg, $"""<text x="{Left - 8}" y="{y + 4}" text-anchor="end">{most * i / Marks}</text>""");
        }

        foreach (var (line, capacity, colour) in new[]
        {
            (lines.Then, has.Then, ThenColour), (lines.If, has.If, IfColour),
        })
        {
            var edge = Y(capacity);
            Add(svg, $"""<line x1="{Left}" y1="{edge:0.#}" x2="{Left + PlotWidth}" y2="{edge:0.#}" """,
                $"""stroke="{colour}" stroke-dasharray="{CapacityDash}"/>""");
            var points = string.Join(
                ' ', line.SelectMany((value, i) => new[] { Point(i, value), Point(i + 1, value) }));
            Add(svg, $"""<polyline fill="none" stroke="{colour}" stroke-width="2" points="{points}"/>""");
            string Point(int i, long value) => string.Create(
                CultureInfo.InvariantCulture, $"{Left + ((double)PlotWidth * i / line.Count):0.#},{Y(value):0.#}");
        }

        double Y(long value) => top + PlotHeight - ((double)PlotHeight * value / most);
    }

    private static void Add(StringBuilder svg, params FormattableString[] pieces) =>
        svg.AppendJoin("", pieces.Select(FormattableString.Invariant)).Append('\n');
}
