namespace Ecs.Model.ClusterQueries;

/// <summary>
/// Reads a query by descent: <c>or</c> binds least, then <c>and</c>, then <c>not</c>. Nesting is bounded, chains of
/// <c>and</c> and <c>or</c> are not nested.
/// </summary>
internal sealed class Parser(string text)
{
    private readonly Scanner _scanner = new(text);
    private int _nesting;
    private int _patterns;

    /// <summary>The whole text as one term.</summary>
    public Term Read()
    {
        if (text.Length > ClusterQuery.MaxCharacters)
        {
            throw _scanner.Unreadable(
                $"an expression may have at most {ClusterQuery.MaxCharacters} characters, not {text.Length}",
                ClusterQuery.MaxCharacters);
        }

        var term = ReadAny();
        return _scanner.IsAtEnd ? term : throw _scanner.Unreadable("expected 'and', 'or' or the end");
    }

    private Term ReadAny() => ReadChain("||", "or", ReadAll, parts => new Any(parts), any => (any as Any)?.Parts);

    private Term ReadAll() => ReadChain("&&", "and", ReadOne, parts => new All(parts), all => (all as All)?.Parts);

    private Term ReadChain(
        string sign, string word, Func<Term> read, Func<List<Term>, Term> join, Func<Term, IReadOnlyList<Term>?> inside)
    {
        var parts = new List<Term>();
        do
        {
            // (a and b) and c is the same as a and b and c, and is written so.
            var part = read();
            if (inside(part) is { } same) parts.AddRange(same);
            else parts.Add(part);
        }
        while (_scanner.Take(sign) || _scanner.Take(word));
        return parts.Count == 1 ? parts[0] : join(parts);
    }

    private Term ReadOne()
    {
        if (_scanner.Take("!") || _scanner.Take("not")) return Nested(() => new Not(ReadOne()));
        if (!_scanner.Take("(")) return ReadComparison();

        var term = Nested(ReadAny);
        return _scanner.Take(")") ? term : throw _scanner.Unreadable("expected ')'");
    }

    private Term Nested(Func<Term> read)
    {
        if (++_nesting > ClusterQuery.MaxNesting)
        {
            throw _scanner.Unreadable(
                $"at most {ClusterQuery.MaxNesting} parentheses and negations may stand inside each other");
        }

        var term = read();
        _nesting--;
        return term;
    }

    private Comparison ReadComparison()
    {
        if (_scanner.IsAtEnd) throw _scanner.Unreadable("expected a subject");

        var start = _scanner.Position;
        var name = _scanner.TakeName();
        if (name.Length == 0) throw _scanner.Unreadable($"expected a subject: {Subject.Names}", start);

        if (!Subject.TryRead(name, out var subject))
        {
            throw _scanner.Unreadable($"'{Shown(name)}' is no subject; there are {Subject.Names}", start);
        }

        _scanner.SkipSpace();
        var at = _scanner.Position;
        var found = Operator.Every.FirstOrDefault(known => _scanner.Take(known.Symbol) || _scanner.Take(known.Word))
            ?? throw _scanner.Unreadable($"expected an operator after '{Shown(name)}'", at);
        if (!subject.Operators.Contains(found))
        {
            var allowed = string.Join(", ", subject.Operators.Select(known => known.Symbol));
            throw _scanner.Unreadable($"'{found.Symbol}' cannot stand behind {Shown(name)}, only {allowed}", at);
        }

        var (values, places) = ReadArgument(found);
        return new Comparison(subject, found, values, Comparing.Of(subject, found, values, places, _scanner));
    }

    private (List<string> Values, List<int> Places) ReadArgument(Operator found)
    {
        var (values, places) = (new List<string>(), new List<int>());
        if (found.Takes is Argument.None) return (values, places);

        if (found.Takes is Argument.List && !_scanner.Take("["))
        {
            throw _scanner.Unreadable($"expected a list such as [a, b] after '{found.Symbol}'");
        }

        if (found.Takes is Argument.Pattern && ++_patterns > ClusterQuery.MaxPatterns)
        {
            throw _scanner.Unreadable($"at most {ClusterQuery.MaxPatterns} patterns may stand in an expression");
        }

        do
        {
            _scanner.SkipSpace();
            places.Add(_scanner.Position);
            values.Add((found.Takes is Argument.Pattern
                    ? _scanner.TakePattern()
                    : _scanner.TakeValue(found.Takes is Argument.List))
                ?? throw _scanner.Unreadable($"expected a value after '{found.Symbol}'"));
        }
        while (found.Takes is Argument.List && _scanner.Take(","));

        if (found.Takes is Argument.List && !_scanner.Take("]")) throw _scanner.Unreadable("expected ',' or ']'");
        return (values, places);
    }

    // What is wrong may be long: a message is one line.
    private static string Shown(string name) => name.Length <= 60 ? name : name[..60] + "...";
}
