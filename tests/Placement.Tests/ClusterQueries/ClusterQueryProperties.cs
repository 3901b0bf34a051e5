using CsCheck;
using Ecs.Contracts.Events;
using Ecs.Model.ClusterQueries;
using Ecs.Model.Fleet;

namespace Ecs.Placement.Tests.ClusterQueries;

public class ClusterQueryProperties
{
    private static readonly Gen<string> Words = Gen.OneOf(
        Chosen("a", "b", "10", "9", "us-east-1a", "x y", "it's", "\"", "", "and", "a,b", "[", "(", "back\\slash", "ä"),
        Gen.String[0, 6]);

    private static readonly Gen<string> Comparisons = Gen.OneOf(
        Gen.Select(Chosen("==", "!=", ">", ">=", "<", "<=", "equals"), Words, (o, w) => $"attribute:a {o} {Quote(w)}"),
        Gen.Select(Chosen("in", "!in", "not_in"), Words.Array[1, 3], (o, w) => $"attribute:a {o} [{string.Join(",", w.Select(Quote))}]"),
        Chosen("exists", "!exists").Select(o => $"attribute:a {o}"),
        Chosen("=~ t2.*", "!~ '(a|b)+'", "matches [a-z ]*").Select(o => $"attribute:a {o}"),
        Gen.Int[0, 3].Select(n => $"runningTasksCount >= {n}"),
        Chosen("task:group == web", "agentConnected == true", "agentVersion < 1.10", "registeredAt > 2026-11-24"));

    private static readonly Gen<string> Expressions = Gen.Recursive<string>((depth, inner) => depth > 4
        ? Comparisons
        : Gen.Frequency(
            (3, Comparisons),
            (2, Gen.Select(inner, inner, (a, b) => $"({a}) and {b}")),
            (2, Gen.Select(inner, inner, (a, b) => $"{a} or ({b})")),
            (1, inner.Select(a => $"not ({a})")),
            (1, inner.Select(a => $"!({a})"))));

    private static readonly Gen<InstanceState> Instances =
        Gen.Select(Gen.Bool, Words, Gen.Int[0, 3], Gen.Bool, (has, value, tasks, connected) =>
        {
            var machines = new Machines().Register(1, agent: "1.9.1");
            if (has) machines.Put(1, "a", value);
            for (var i = 0; i < tasks; i++) machines.Run(machines.Place(Machines.Arn(1), new Reservation { Cpu = 0, Memory = 0 }, "web"));
            if (!connected) machines.Lose(1);
            return machines.Instance(1);
        });

    [Fact]
    public void What_is_written_reads_back_as_the_same_query() => Expressions.Sample(text =>
    {
        var query = Parsed(text);
        var again = Parsed(query.ToString());
        Assert.Equal(query, again);
        Assert.Equal(query.ToString(), again.ToString());
    });

    [Fact]
    public void What_is_written_means_the_same() => Gen.Select(Expressions, Instances).Sample((text, instance) =>
        Assert.Equal(Parsed(text).Matches(instance), Parsed(Parsed(text).ToString()).Matches(instance)));

    [Fact]
    public void No_text_makes_reading_throw_and_an_error_is_inside_the_text()
    {
        var pieces = Chosen(
            "attribute:a", "==", "!", "not", "and", "or", "(", ")", "[", "]", ",", "'", "\"", "=~", "{", "\\", "*", "in", "exists",
            "runningTasksCount", "5", "&&", "||", " ", "(?", "{99999}", "registeredAt", "9999-12-31T23:59:59-14:00", "\0", "\ud800");
        Gen.OneOf(Gen.String, pieces.Array[0, 30].Select(string.Concat), pieces.Array[0, 30].Select(p => string.Join(' ', p)))
            .Sample(
                text =>
                {
                    if (ClusterQuery.TryParse(text, out var query, out var error)) Assert.Equal(query, Parsed(query.ToString()));
                    else
                    {
                        Assert.InRange(error.Position, 0, text.Length);
                        Assert.NotEmpty(error.Rendering);
                    }
                },
                iter: 20_000);
    }

    [Fact]
    public void Not_and_or_obey_de_morgan() => Gen.Select(Expressions, Expressions, Instances).Sample((a, b, instance) =>
    {
        Assert.Equal(
            Parsed($"not (({a}) and ({b}))").Matches(instance), Parsed($"not ({a}) or not ({b})").Matches(instance));
        Assert.Equal(
            Parsed($"!(({a}) || ({b}))").Matches(instance), Parsed($"!({a}) && !({b})").Matches(instance));
    });

    [Fact]
    public void A_negated_operator_is_the_opposite() => Gen.Select(Words, Instances).Sample((word, instance) =>
    {
        foreach (var (plain, negated) in new[] { ("== {0}", "!= {0}"), ("in [{0}]", "!in [{0}]"), ("exists", "!exists") })
        {
            Assert.NotEqual(
                Parsed("attribute:a " + string.Format(plain, Quote(word))).Matches(instance),
                Parsed("attribute:a " + string.Format(negated, Quote(word))).Matches(instance));
        }
    });

    private static Gen<string> Chosen(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Quote(string word) => $"'{word.Replace("'", "''", StringComparison.Ordinal)}'";

    private static ClusterQuery Parsed(string text)
    {
        Assert.True(ClusterQuery.TryParse(text, out var query, out var error), error?.Rendering);
        return query;
    }
}
