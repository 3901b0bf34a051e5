using Spectre.Console;

namespace Ecs.Cli.Output;

/// <summary>Tables without lines: what can be read by a person can be cut by awk too.</summary>
internal static class Blocks
{
    /// <summary>A table with these headings.</summary>
    public static Table Table(params string[] headings)
    {
        var table = new Table().NoBorder().HideFooters();
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn($"[grey]{heading}[/]").Padding(0, 0, 3, 0).NoWrap());
        }

        // The last column takes what is left, and breaks where a terminal ends.
        table.Columns[^1].NoWrap = false;
        return table;
    }

    /// <summary>Names with their values, one a line.</summary>
    public static Grid Facts(IEnumerable<(string Name, string Markup)> facts)
    {
        var grid = new Grid()
            .AddColumn(new GridColumn().NoWrap().PadRight(3))
            .AddColumn(new GridColumn());
        foreach (var (name, markup) in facts.Where(fact => fact.Markup is not ("" or "-")))
        {
            grid.AddRow($"[grey]{name}[/]", markup);
        }

        return grid;
    }
}
