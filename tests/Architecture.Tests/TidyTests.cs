using System.Text.RegularExpressions;

namespace Ecs.Architecture.Tests;

/// <summary>The habits of the house that a compiler does not check.</summary>
public partial class TidyTests
{
    private const int MaxLines = 300;
    private const int MaxColumns = 120;
    private const int MaxColumnsOfTests = 160;

    [Fact]
    public void Files_fit_a_few_screens_and_lines_fit_one()
    {
        var broken = Repository.Files("*.cs").SelectMany(path =>
        {
            var lines = Repository.Lines(path);
            var columns = path.StartsWith("tests/", StringComparison.Ordinal) ? MaxColumnsOfTests : MaxColumns;
            var wide = lines.Index()
                .Where(line => line.Item.Length > columns)
                .Select(line => $"{path}:{line.Index + 1} is too wide");
            return lines.Length > MaxLines ? wide.Prepend($"{path} has {lines.Length} lines") : wide;
        });
        Assert.Empty(broken);
    }

    [Fact]
    public void Nothing_pure_reads_a_clock_a_random_number_or_the_machine()
    {
        string[] pure =
        [
            "shared/Contracts/",
            "shared/Model/",
            "shared/Placement/",
            "shared/Rules/",
        ];
        var files = Repository.Files("*.cs")
            .Where(path => pure.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)))
            .ToList();
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(path => Repository.Lines(path)
            .Where(line => Impure().IsMatch(line))
            .Select(line => $"{path}: {line.Trim()}")));
    }

    [Fact]
    public void No_folder_or_file_is_named_for_nothing()
    {
        Assert.DoesNotContain(Repository.Files("*.cs"), path => Vague().IsMatch(path));
    }

    [Fact]
    public void Nothing_is_left_for_later_in_the_code()
    {
        Assert.Empty(Repository.Files("*.cs")
            .Where(path => !path.EndsWith("TidyTests.cs", StringComparison.Ordinal))
            .SelectMany(path => Repository.Lines(path)
                .Where(line => Later().IsMatch(line))
                .Select(line => $"{path}: {line.Trim()}")));
    }

    [GeneratedRegex(@"\b(UtcNow|DateTime(Offset)?\.Now|NewGuid|new Random|Random\.Shared|Environment\.|Stopwatch|TimeProvider\.System)")]
    private static partial Regex Impure();

    [GeneratedRegex(@"(Manager|Helper|Util|Utils|Helpers|Handler)(/|\.cs$)")]
    private static partial Regex Vague();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|NotImplementedException)\b")]
    private static partial Regex Later();
}
