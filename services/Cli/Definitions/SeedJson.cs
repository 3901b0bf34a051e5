using System.Text;

namespace Ecs.Cli.Definitions;

/// <summary>
/// JSON as people write definitions: with <c>--</c>, <c>//</c> and <c>/* */</c> comments and trailing commas. All of
/// these become spaces, so that what is left is JSON in which every character still stands at its own line and
/// column.
/// </summary>
internal static class SeedJson
{
    /// <summary>The plain JSON of a text, or where it cannot be understood.</summary>
    public static (string? Json, DefinitionError? Error) Clean(string text)
    {
        var json = new StringBuilder(text);
        var comma = -1;
        var last = '\0';
        for (var i = 0; i < text.Length;)
        {
            var end = EndOfBlank(text, i);
            if (end < 0)
            {
                return (null, new(LineAt(text, i), "The comment that begins here with /* is never closed with */."));
            }

            if (end > i)
            {
                Blank(json, i, end);
                i = end;
                continue;
            }

            if (string.CompareOrdinal(text, i, "<<", 0, 2) == 0) return (null, Placeholder(text, i));

            if (text[i] is '}' or ']' && comma >= 0) json[comma] = ' ';
            // Only a comma that follows a value can be one too many; [ , ] stays the error that it is.
            comma = text[i] is ',' && last is not ('[' or '{' or ',' or '\0') ? i : -1;
            last = text[i];
            i = text[i] is '"' ? EndOfString(text, i) : i + 1;
        }

        return (json.ToString(), null);
    }

    /// <summary>The line of a place in a text, counted from 1.</summary>
    public static int LineAt(string text, int index) =>
        1 + text.AsSpan(0, Math.Min(index, text.Length)).Count('\n');

    // Where the white space or the comment that begins here ends; the same place if neither does; -1 if it never ends.
    private static int EndOfBlank(string text, int start)
    {
        if (char.IsWhiteSpace(text[start])) return start + 1;

        var two = text.AsSpan(start, Math.Min(2, text.Length - start));
        if (two is "--" or "//")
        {
            var line = text.IndexOf('\n', start);
            return line < 0 ? text.Length : line;
        }

        if (two is not "/*") return start;

        var close = text.IndexOf("*/", start + 2, StringComparison.Ordinal);
        return close < 0 ? -1 : close + 2;
    }

    // A string that is never closed ends with its line, so that the comments after it stay where they are.
    private static int EndOfString(string text, int quote)
    {
        for (var i = quote + 1; i < text.Length; i++)
        {
            if (text[i] is '\\') i++;
            else if (text[i] is '"') return i + 1;
            else if (text[i] is '\n') return i;
        }

        return text.Length;
    }

    private static void Blank(StringBuilder json, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (json[i] is not '\n') json[i] = ' ';
        }
    }

    private static DefinitionError Placeholder(string text, int index)
    {
        var end = text.IndexOf(">>", index, StringComparison.Ordinal);
        var line = text.IndexOf('\n', index);
        if (line < 0) line = text.Length;
        var shown = text[index..(end >= 0 && end < line ? end + 2 : line)].Trim();
        return new(
            LineAt(text, index), $"{shown} is a placeholder: write the definitions of the containers in its place.");
    }
}
