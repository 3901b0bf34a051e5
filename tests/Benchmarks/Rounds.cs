using System.Globalization;

namespace Ecs.Benchmarks;

/// <summary>What several rounds of one thing came to.</summary>
internal sealed record Figure(IReadOnlyList<double> Rounds)
{
    public double Median => Rounds.Order().ElementAt(Rounds.Count / 2);

    /// <summary>Median, and the lowest and highest round.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Median:N0} ({Rounds.Min():N0}-{Rounds.Max():N0})");
}

/// <summary>
/// Things to compare are measured in turn, round by round, so that a machine that drifts treats them alike.
/// </summary>
internal static class Rounds
{
    /// <summary>Rounds of a published figure.</summary>
    public const int Count = 7;

    /// <summary>One round of each that does not count, then the rounds.</summary>
    public static Task<IReadOnlyList<Figure>> AlternateAsync(params Func<Task<double>>[] things) =>
        AlternateAsync(Count, things);

    /// <summary>As above, with so many rounds: more where single ones scatter by more than what is looked for.</summary>
    public static async Task<IReadOnlyList<Figure>> AlternateAsync(int rounds, params Func<Task<double>>[] things)
    {
        foreach (var thing in things) await thing();
        var figures = things.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < things.Length; i++) figures[i].Add(await things[i]());
        }

        return [.. figures.Select(figure => new Figure(figure))];
    }
}
