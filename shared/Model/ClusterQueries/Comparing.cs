using System.Globalization;
using System.Text.RegularExpressions;

namespace Ecs.Model.ClusterQueries;

/// <summary>Makes the test of a comparison, and refuses values that its subject can never have.</summary>
internal static class Comparing
{
    // Linear in the length of what is matched, whatever the pattern: a query cannot hold up the Scheduler.
    private const RegexOptions Safe = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>The test that the plain operator makes; negation is the caller's.</summary>
    /// <param name="subject">What is asked about.</param>
    /// <param name="found">How.</param>
    /// <param name="values">What stands behind the operator.</param>
    /// <param name="places">Where each of them begins, from 0.</param>
    /// <param name="scanner">Makes errors.</param>
    public static Test Of(
        Subject subject, Operator found, List<string> values, List<int> places, Scanner scanner) =>
        found.Relation switch
        {
            Relation.Exists => Any(subject, _ => true),
            Relation.Matches => Any(subject, Pattern(values[0], places[0], scanner).IsMatch),
            Relation.In when values.Count > 1 => AnyOf(
                [.. values.Select((value, i) => Compared(subject, Relation.Equal, value, places[i], scanner))]),
            var relation => Compared(subject, relation, values[0], places[0], scanner),
        };

    private static Test AnyOf(Test[] tests) => instance => Array.Exists(tests, test => test(instance));

    private static Test Any(Subject subject, Func<string, bool> holds) => subject.Kind is SubjectKind.TaskGroup
        ? instance => instance.Groups.Keys.Any(holds)
        : instance => subject.TextOf(instance) is { } text && holds(text);

    private static Test Compared(Subject subject, Relation relation, string value, int place, Scanner scanner)
    {
        var kept = Kept(relation is Relation.In ? Relation.Equal : relation);
        switch (subject.Kind)
        {
            case SubjectKind.RegisteredAt:
                return Moments.TryRead(value, out var moment)
                    ? instance => kept(instance.RegisteredAt.CompareTo(moment))
                    : throw scanner.Unreadable(
                        "expected a time such as 2018-06-18, 2018-06-18T22:28:28 or 2018-06-18T22:28:28Z", place);
            case SubjectKind.RunningTasksCount:
                return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                    ? instance => kept(instance.RunningTasks.CompareTo(count))
                    : throw scanner.Unreadable("expected a whole number", place);
            case SubjectKind.AgentConnected when value is not ("true" or "false"):
                throw scanner.Unreadable("expected true or false", place);
            case SubjectKind.AgentVersion:
                return Any(subject, text => kept(Sizes.OfVersions(text, value)));
            case SubjectKind.TaskGroup:
                return instance => instance.Groups.ContainsKey(value);
            case SubjectKind.Attribute when relation is Relation.Equal or Relation.In:
                var name = subject.AttributeName;
                return instance => instance.Attributes.TryGetValue(name, out var text) && (text ?? "") == value;
            default:
                return Any(subject, relation is Relation.Equal or Relation.In
                    ? text => text == value
                    : text => kept(Sizes.OfTexts(text, value)));
        }
    }

    /// <summary>Whether a relation holds, by the sign of left compared with right.</summary>
    private static Func<int, bool> Kept(Relation relation) => relation switch
    {
        Relation.Greater => order => order > 0,
        Relation.GreaterOrEqual => order => order >= 0,
        Relation.Less => order => order < 0,
        Relation.LessOrEqual => order => order <= 0,
        _ => order => order == 0,
    };

    private static Regex Pattern(string pattern, int place, Scanner scanner)
    {
        try
        {
            // Alone first: what is wrong with it must not be put right by the parentheses that are put around it.
            _ = new Regex(pattern, Safe);
            return new Regex($@"\A(?:{pattern})\z", Safe);
        }
        catch (RegexParseException wrong)
        {
            throw scanner.Unreadable($"this is no regular expression ({wrong.Error})", place + wrong.Offset);
        }
        catch (Exception refused) when (refused is NotSupportedException or ArgumentException)
        {
            throw scanner.Unreadable(
                "this regular expression cannot be used: look-arounds, references back and large counts are refused,"
                + " since matching them can take without end",
                place);
        }
    }
}
