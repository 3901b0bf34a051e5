using System.Diagnostics.CodeAnalysis;
using Ecs.Model.Fleet;

namespace Ecs.Model.ClusterQueries;

/// <summary>
/// An expression of ECS's cluster query language, such as
/// <c>attribute:ecs.os-type == linux and not (task:group == database)</c>: which container instances are meant.
/// Immutable. Two queries with the same canonical text are equal.
/// </summary>
/// <remarks>
/// Where the instance has no such attribute, or no task at all for <c>task:group</c>: <c>==</c>, <c>in</c>, <c>=~</c>,
/// the comparisons of size and <c>exists</c> are false; <c>!=</c>, <c>!in</c>, <c>!~</c> and <c>!exists</c> are true.
/// So the negated operators are always the opposite of the plain ones. An attribute without a value has the empty text.
/// <c>task:group == x</c> holds where any task of the instance that is not STOPPED is in the group.
/// </remarks>
public sealed class ClusterQuery : IEquatable<ClusterQuery>
{
    /// <summary>The longest text, in characters, as in ECS.</summary>
    public const int MaxCharacters = 2_000;

    /// <summary>How many parentheses and negations may stand inside each other: reading them takes stack.</summary>
    public const int MaxNesting = 32;

    /// <summary>
    /// How many regular expressions one query may have: each is an automaton that takes memory while it is used.
    /// </summary>
    public const int MaxPatterns = 20;

    private readonly Term _term;
    private readonly string _text;

    internal ClusterQuery(Term term)
    {
        _term = term;
        _text = term.Written();
        DependsOnTasks = term.DependsOnTasks;
    }

    /// <summary>
    /// Whether the tasks of an instance matter (<c>runningTasksCount</c>, <c>task:group</c>), not only what it is.
    /// </summary>
    public bool DependsOnTasks { get; }

    /// <summary>Reads a query. No text makes it throw.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="query">What it says.</param>
    /// <param name="error">Why it cannot be read.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out ClusterQuery? query,
        [NotNullWhen(false)] out QueryError? error)
    {
        query = null;
        try
        {
            query = new ClusterQuery(new Parser(text).Read());
            error = null;
            return true;
        }
        catch (UnreadableQueryException unreadable)
        {
            error = unreadable.Error;
            return false;
        }
    }

    /// <summary>Whether a text can name an attribute: 1-128 letters, digits and <c>- _ . / \</c>.</summary>
    public static bool IsAttributeName(string name) => Subject.TryRead($"{Subject.AttributePrefix}{name}", out _);

    /// <summary>Whether an instance is meant.</summary>
    public bool Matches(InstanceState instance) => _term.Matches(instance);

    /// <summary>
    /// The same query in the one way of writing it: reading this gives an equal query, unless it has grown beyond a
    /// limit.
    /// </summary>
    public override string ToString() => _text;

    /// <inheritdoc/>
    public bool Equals(ClusterQuery? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClusterQuery);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);
}
