namespace Ecs.Simulation.Worlds;

/// <summary>The one source of chance in a world: the same seed gives the same draws, on every machine.</summary>
internal sealed class Chance(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A number from 0 up to and without the limit.</summary>
    public int Below(int limit) => _random.Next(limit);

    /// <summary>True with this probability. Nothing is drawn for one that is 0, so a fault that is off costs none.</summary>
    public bool Hits(double probability) => probability > 0 && _random.NextDouble() < probability;

    /// <summary>A time between two, spread evenly.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * _random.NextDouble());

    /// <summary>A time between two, in milliseconds.</summary>
    public TimeSpan Milliseconds(int least, int most) =>
        Between(TimeSpan.FromMilliseconds(least), TimeSpan.FromMilliseconds(most));

    /// <summary>One of these.</summary>
    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}
