using System.Text;

namespace Ecs.Auditor.Explaining;

/// <summary>A small table in plain text: columns as wide as what is in them, no lines around them.</summary>
internal sealed class TextTable(params string[] headings)
{
    private const string Indent = "  ";
    private const string Between = "   ";

    private readonly List<string[]> _rows = [headings];

    /// <summary>Adds a row; it has as many cells as there are headings.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes it behind what there is.</summary>
    public void Write(StringBuilder text)
    {
        var widths = headings.Select((_, column) => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in _rows)
        {
            var cells = row.Select((cell, column) => cell.PadRight(widths[column]));
            text.Line((Indent + string.Join(Between, cells)).TrimEnd());
        }
    }
}

/// <summary>Lines that end alike on every machine.</summary>
internal static class TextLines
{
    /// <summary>Adds a line.</summary>
    public static StringBuilder Line(this StringBuilder text, string line = "") => text.Append(line).Append('\n');
}
