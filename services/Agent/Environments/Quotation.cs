using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Ecs.Agent.Environments;

/// <summary>
/// Texts with quotations in them, as Go (<c>%q</c>) and JSON write those: a line end is a backslash and an n there, and
/// a backslash two.
/// </summary>
internal static partial class Quotation
{
    /// <summary>
    /// How many quotations within each other are taken back: an engine quotes its runtime, and that its kernel.
    /// </summary>
    public const int MaxDepth = 4;

    /// <summary>The text as it stands, and with its quotations taken back once, twice and so on.</summary>
    public static IReadOnlyList<string> Forms(string text)
    {
        var forms = new List<string> { text };
        while (forms.Count <= MaxDepth && Escape().IsMatch(forms[^1])) forms.Add(Escape().Replace(forms[^1], TakeBack));
        return forms;
    }

    [GeneratedRegex(
        @"\\(?:x(?<hex>[0-9a-fA-F]{2})|u(?<hex>[0-9a-fA-F]{4})|U(?<hex>[0-9a-fA-F]{8})|[abfnrtv""'/\\])")]
    private static partial Regex Escape();

    private static string TakeBack(Match escape)
    {
        if (escape.Groups["hex"] is { Success: true } hex)
        {
            var number = uint.Parse(hex.ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            return number <= char.MaxValue ? ((char)number).ToString()
                : Rune.IsValid(number) ? new Rune(number).ToString()
                : escape.Value;
        }

        return escape.ValueSpan[1] switch
        {
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'v' => "\v",
            var itself => itself.ToString(),
        };
    }
}
