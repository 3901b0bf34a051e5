using Spectre.Console;

namespace Ecs.Cli.Output;

/// <summary>Blocks without lines.</summary>
internal static class Blocks
{
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
