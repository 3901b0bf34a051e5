using CsCheck;
using Ecs.Cli.Output;

namespace Ecs.Cli.Tests.Looks;

/// <summary>Rows below headings, at every width that a terminal may have.</summary>
public sealed class ListingTests
{
    private static readonly Gen<string> GenCell = Gen.Char["abcdefgh01 -:/"].Array[0, 40].Select(text =>
        string.Join(' ', new string(text).Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    private static readonly Gen<string[][]> GenRows =
        Gen.Int[1, 7].SelectMany(columns => GenCell.Array[columns].Array[1, 6]);

    [Fact]
    public void Given_any_rows_when_shown_at_any_width_then_no_line_is_wider_and_nothing_is_cut() =>
        Gen.Select(GenRows, Gen.Int[20, 160]).Sample((rows, width) =>
        {
            var lines = Show(rows, width, withHeadings: false).Split('\n');

            Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} of {width}: {line}"));
            // Broken or not, and wherever it stands: every character of every cell is there.
            var cells = string.Concat(rows.SelectMany(row => row)).Replace(" ", "", StringComparison.Ordinal);
            var shown = string.Concat(lines).Replace(" ", "", StringComparison.Ordinal);
            Assert.Equal(cells.Order(), shown.Order());
        });

    [Fact]
    public void Given_a_width_that_is_enough_when_shown_then_each_row_is_one_line_and_the_columns_stand_below_their_headings() =>
        GenRows.Sample(rows =>
        {
            var lines = Show(rows, 1_000).Split('\n');

            var told = rows.Where(row => row.Any(cell => cell.Length > 0)).ToList();
            Assert.Equal(told.Count + 1, lines.Length);
            foreach (var (row, line) in told.Zip(lines.Skip(1)))
            {
                foreach (var (i, cell) in row.Index().Where(cell => cell.Item.Length > 0))
                {
                    var start = lines[0].IndexOf($"H{i}", StringComparison.Ordinal);
                    Assert.Equal(cell, line.Substring(start, cell.Length));
                }

                Assert.Equal(line.TrimEnd(), line);
            }
        });

    [Fact]
    public void Given_text_that_names_a_picture_between_colons_when_shown_then_it_stays_what_it_was() => Assert.Equal(
        "H0\narn:aws:kms:eu-west-1:1:key:7",
        Show([["arn:aws:kms:eu-west-1:1:key:7"]], 80));

    [Fact]
    public void Given_columns_that_do_not_fit_when_shown_then_they_go_on_below_and_no_word_is_broken() => Assert.Equal(
        """
        H0         H1
            H2
        task-one   RUNNING
            arn:aws:ecs:us-east-1:1:task
        t          STOPPED
            why it did so
        """,
        Show([["task-one", "RUNNING", "arn:aws:ecs:us-east-1:1:task"], ["t", "STOPPED", "why it did so"]], 40));

    [Fact]
    public void Given_a_last_column_that_is_longer_than_the_line_when_shown_then_it_goes_on_below_itself() => Assert.Equal(
        """
        H0    H1
        one   a sentence of some words
              that has more than one
              line
        """,
        Show([["one", "a sentence of some words that has more than one line"]], 30));

    private static string Show(string[][] rows, int width, bool withHeadings = true)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var screen = new Screen(output, TextWriter.Null, isTerminal: true, name => name switch
        {
            "COLUMNS" => $"{width}",
            "NO_COLOR" => "1",
            _ => null,
        });
        var listing = new Listing([.. rows[0].Select((_, i) => withHeadings ? $"H{i}" : "")]);
        foreach (var row in rows) listing.AddRow([.. row.Select(Words.Safe)]);
        screen.Show(listing);
        return string.Join('\n', output.ToString().TrimEnd('\n').Split('\n').Select(line => line.TrimEnd()));
    }
}
