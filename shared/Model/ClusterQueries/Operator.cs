namespace Ecs.Model.ClusterQueries;

/// <summary>What stands behind an operator.</summary>
internal enum Argument
{
    None,
    Value,
    List,
    Pattern,
}

/// <summary>What an operator asks, negation aside.</summary>
internal enum Relation
{
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Exists,
    In,
    Matches,
}

/// <summary>An operator: its sign, its word, and whether it is the opposite of what it asks.</summary>
internal sealed record Operator(string Symbol, string Word, Relation Relation, Argument Takes, bool IsNegated = false)
{
    /// <summary>All of them; a sign that another one begins with stands behind that one.</summary>
    public static IReadOnlyList<Operator> Every { get; } =
    [
        new("==", "equals", Relation.Equal, Argument.Value),
        new("!=", "not_equals", Relation.Equal, Argument.Value, IsNegated: true),
        new("=~", "matches", Relation.Matches, Argument.Pattern),
        new("!~", "not_matches", Relation.Matches, Argument.Pattern, IsNegated: true),
        new(">=", "greater_than_equal", Relation.GreaterOrEqual, Argument.Value),
        new(">", "greater_than", Relation.Greater, Argument.Value),
        new("<=", "less_than_equal", Relation.LessOrEqual, Argument.Value),
        new("<", "less_than", Relation.Less, Argument.Value),
        new("exists", "exists", Relation.Exists, Argument.None),
        new("!exists", "not_exists", Relation.Exists, Argument.None, IsNegated: true),
        new("in", "in", Relation.In, Argument.List),
        new("!in", "not_in", Relation.In, Argument.List, IsNegated: true),
    ];
}
