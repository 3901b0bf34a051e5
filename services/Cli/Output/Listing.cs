using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ecs.Cli.Output;

/// <summary>
/// Rows below headings, without lines, so that what a person reads can be cut by awk too. Nothing is ever cut: where a
/// terminal is too narrow for a row, its columns go on below, indented, and the last one breaks into several lines.
/// </summary>
internal sealed class Listing : Renderable
{
    /// <summary>Characters between two columns.</summary>
    private const int Gap = 3;

    /// <summary>Characters that what goes on below is indented by.</summary>
    private const int Indent = 4;

    /// <summary>
    /// The fewest characters that the last column is broken into beside others. With less it goes below, and where a
    /// word of it, such as an ARN, would be broken.
    /// </summary>
    private const int LeastLast = 24;

    private readonly List<string[]> _rows = [];

    /// <param name="headings">The columns' headings.</param>
    public Listing(params string[] headings) =>
        _rows.Add([.. headings.Select(heading => heading.Length == 0 ? "" : $"[grey]{heading}[/]")]);

    /// <summary>Adds a row: markup for each column.</summary>
    public void AddRow(params string[] cells) => _rows.Add(cells);

    /// <inheritdoc/>
    protected override Measurement Measure(RenderOptions options, int maxWidth)
    {
        var whole = Math.Min(maxWidth, Widths().Sum(width => width + Gap) - Gap);
        return new Measurement(whole, whole);
    }

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var columns = Columns(Widths(), LongestWord(), maxWidth);
        foreach (var row in _rows)
        {
            var lines = columns.GroupBy(column => column.Line)
                .Select(line => line.Where(column => row[column.Index].Length > 0).ToList())
                .Where(line => line.Count > 0);
            foreach (var segment in lines.SelectMany(line => Render(options, row, line))) yield return segment;
        }
    }

    private static IEnumerable<Segment> Render(RenderOptions options, string[] row, List<Column> line)
    {
        var cells = line.ConvertAll(column => Segment.SplitLines(
            ((IRenderable)new Markup(row[column.Index])).Render(options, column.Width), column.Width));
        for (var i = 0; i < cells.Max(cell => cell.Count); i++)
        {
            var at = 0;
            foreach (var (cell, column) in cells.Zip(line))
            {
                if (i >= cell.Count) continue;

                if (column.Start > at) yield return Segment.Padding(column.Start - at);
                foreach (var segment in cell[i]) yield return segment;
                at = column.Start + cell[i].CellCount();
            }

            yield return Segment.LineBreak;
        }
    }

    /// <summary>Where each column stands in a terminal of a width.</summary>
    private static List<Column> Columns(int[] widths, int longestWord, int maxWidth)
    {
        var columns = new List<Column>();
        var (line, start) = (0, 0);
        foreach (var (i, width) in widths.Index())
        {
            var room = maxWidth - start;
            var isFirst = columns.Count == 0 || columns[^1].Line != line;
            var least = i == widths.Length - 1 ? Math.Min(width, Math.Max(LeastLast, longestWord)) : width;
            if (!isFirst && least > room)
            {
                (line, start) = (line + 1, Indent);
                room = maxWidth - start;
            }

            columns.Add(new Column(i, line, start, Math.Max(1, Math.Min(width, room))));
            start += width + Gap;
        }

        return columns;
    }

    private int LongestWord() =>
        _rows.Max(row => Markup.Remove(row[^1]).Split(' ').Max(word => word.GetCellWidth()));

    private int[] Widths() =>
        [.. Enumerable.Range(0, _rows[0].Length).Select(i => _rows.Max(row => Markup.Remove(row[i]).GetCellWidth()))];

    private readonly record struct Column(int Index, int Line, int Start, int Width);
}
