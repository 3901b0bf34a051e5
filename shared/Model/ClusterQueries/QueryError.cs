namespace Ecs.Model.ClusterQueries;

/// <summary>Why a text is no cluster query, and where.</summary>
/// <param name="Message">What is wrong, in words, with the place counted from 1 as a person counts.</param>
/// <param name="Position">Where reading stopped, from 0; the text's length where it ends too early.</param>
/// <param name="Text">The text that was read.</param>
public sealed record QueryError(string Message, int Position, string Text)
{
    // A terminal's line: what stands further from the mistake than this is left out.
    private const int Around = 50;

    /// <summary>Two lines: the text, or the part of it around the mistake, and a caret under the mistake.</summary>
    public string Rendering
    {
        get
        {
            var from = Math.Max(0, Position - Around);
            var to = Math.Min(Text.Length, Position + Around);
            var (before, after) = (from > 0 ? "..." : "", to < Text.Length ? "..." : "");

            // A line break or a tab would part the caret from what it points at.
            var shown = string.Concat(Text[from..to].Select(c => char.IsControl(c) ? ' ' : c));
            return $"{before}{shown}{after}\n{new string(' ', before.Length + Position - from)}^";
        }
    }

    internal static QueryError At(int position, string text, string message) =>
        new($"{message}, at character {position + 1}", position, text);
}
