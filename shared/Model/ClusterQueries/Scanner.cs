using System.Text;

namespace Ecs.Model.ClusterQueries;

/// <summary>Ends the reading of a query from any depth of it; never leaves <see cref="ClusterQuery"/>.</summary>
internal sealed class UnreadableQueryException(QueryError error) : Exception(error.Message)
{
    public QueryError Error { get; } = error;
}

/// <summary>A position in a text, and the words from there on.</summary>
internal sealed class Scanner(string text)
{
    /// <summary>The character that comes next, from 0.</summary>
    public int Position { get; private set; }

    /// <summary>Whether nothing but white space is left; that is passed.</summary>
    public bool IsAtEnd
    {
        get
        {
            SkipSpace();
            return Position == text.Length;
        }
    }

    /// <summary>Why reading cannot go on, at the next word or at a place that was passed.</summary>
    public UnreadableQueryException Unreadable(string message, int? position = null)
    {
        if (position is null) SkipSpace();
        return new UnreadableQueryException(QueryError.At(Math.Min(position ?? Position, text.Length), text, message));
    }

    /// <summary>
    /// Passes a sign or a word if it comes next; a word in small or capital letters, and only where it ends there.
    /// </summary>
    public bool Take(string wanted)
    {
        SkipSpace();
        if (!text.AsSpan(Position).StartsWith(wanted, StringComparison.OrdinalIgnoreCase)) return false;

        var end = Position + wanted.Length;
        var goesOn = end < text.Length && Quoting.SubjectCharacters.Contains(text[end]);
        if (goesOn && char.IsLetter(wanted[^1])) return false;

        Position = end;
        return true;
    }

    /// <summary>Passes white space.</summary>
    public void SkipSpace()
    {
        while (Position < text.Length && char.IsWhiteSpace(text[Position])) Position++;
    }

    /// <summary>Passes the name of a subject; empty where none comes next.</summary>
    public string TakeName()
    {
        SkipSpace();
        var rest = text.AsSpan(Position);
        var length = rest.IndexOfAnyExcept(Quoting.SubjectCharacters);
        return TakeNext(length < 0 ? rest.Length : length);
    }

    /// <summary>Passes a value: a word, or a text in quotes; null where none comes next.</summary>
    public string? TakeValue(bool inList)
    {
        if (IsAtEnd) return null;
        if (text[Position] is '\'' or '"') return TakeQuoted();

        var end = Position;
        while (end < text.Length && !EndsWord(end) && text[end] is not ('(' or ')' or '[' or ']')
            && !(inList && text[end] is ','))
        {
            end++;
        }

        return end == Position ? null : TakeNext(end - Position);
    }

    /// <summary>
    /// Passes a pattern: a text in quotes, or all up to white space, a closing parenthesis or an operator that are not
    /// inside brackets of the pattern's own; null where none comes next.
    /// </summary>
    public string? TakePattern()
    {
        if (IsAtEnd) return null;
        if (text[Position] is '\'' or '"') return TakeQuoted();

        var (end, open) = (Position, 0);
        for (; end < text.Length && (open > 0 || !EndsWord(end)); end++)
        {
            if (text[end] is '(' or '[' or '{') open++;
            if (text[end] is ')' or ']' or '}' && --open < 0) break;
            if (text[end] is '\\' && end + 1 < text.Length) end++;
        }

        return end == Position ? null : TakeNext(end - Position);
    }

    private bool EndsWord(int position) =>
        char.IsWhiteSpace(text[position])
        || (position + 1 < text.Length && text.AsSpan(position, 2) is "&&" or "||");

    private string TakeQuoted()
    {
        var (start, quote) = (Position, text[Position]);
        var value = new StringBuilder();
        for (var at = start + 1; at < text.Length; at++)
        {
            if (text[at] != quote)
            {
                value.Append(text[at]);
                continue;
            }

            if (at + 1 < text.Length && text[at + 1] == quote)
            {
                value.Append(text[at++]);
                continue;
            }

            Position = at + 1;
            return value.ToString();
        }

        throw Unreadable($"the quote {quote} is not closed", start);
    }

    private string TakeNext(int length)
    {
        var taken = text.Substring(Position, length);
        Position += length;
        return taken;
    }
}
