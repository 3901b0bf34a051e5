using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Faults;

/// <summary>
/// How bad things are in one world, drawn from its seed: many worlds have few kinds of fault, so that each kind is also
/// seen without the others covering it.
/// </summary>
internal sealed record Weather
{
    /// <summary>The share of questions that are lost, before or after their effect.</summary>
    public double Losses { get; init; }

    /// <summary>The share of questions at which the process dies.</summary>
    public double Deaths { get; init; }

    /// <summary>The share of questions at which the process is frozen for seconds.</summary>
    public double Freezes { get; init; }

    /// <summary>The share of answers that take long.</summary>
    public double SlowAnswers { get; init; }

    /// <summary>The share of messages that come two to five times.</summary>
    public double Repeats { get; init; }

    /// <summary>The share of messages that come late.</summary>
    public double Delays { get; init; }

    /// <summary>How late copies and late messages come at most.</summary>
    public TimeSpan LongestDelay { get; init; }

    /// <summary>The share of deliveries that are not the queue's next.</summary>
    public double Shuffles { get; init; }

    /// <summary>The mean time between sudden ends of programs; null for none.</summary>
    public TimeSpan? Kills { get; init; }

    /// <summary>The share of an Agent's ends that cost it its disk.</summary>
    public double LostDisks { get; init; }

    /// <summary>The share of an Agent's ends that set its disk back to what was flushed.</summary>
    public double PowerCuts { get; init; }

    /// <summary>The share of an Agent's ends after which somebody removes one of its containers.</summary>
    public double Removals { get; init; }

    /// <summary>The share of an Agent's ends after which its engine comes back with half of its machine.</summary>
    public double Shrinks { get; init; }

    /// <summary>The mean time between ends of containers by themselves; null for none.</summary>
    public TimeSpan? Exits { get; init; }

    /// <summary>The mean time between jumps of clocks; null for none.</summary>
    public TimeSpan? Jumps { get; init; }

    /// <summary>The weather of a world.</summary>
    public static Weather Of(Chance chance) => new()
    {
        Losses = chance.Of([0, 0, 0.002, 0.01, 0.04]),
        Deaths = chance.Of([0, 0, 0.0005, 0.002]),
        Freezes = chance.Of([0, 0, 0.0005, 0.002]),
        SlowAnswers = chance.Of([0, 0, 0.02, 0.1]),
        Repeats = chance.Of([0, 0, 0.05, 0.4]),
        Delays = chance.Of([0, 0, 0.05, 0.3]),
        LongestDelay = chance.Of([TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15)]),
        Shuffles = chance.Of([0, 0, 0.2, 1]),
        Kills = Mean(chance, 0, 0, 12, 5),
        LostDisks = chance.Of([0, 0, 0.3]),
        PowerCuts = chance.Of([0, 0, 0.5]),
        Removals = chance.Of([0, 0, 0.5]),
        Shrinks = chance.Of([0, 0, 0.4]),
        Exits = Mean(chance, 0, 8, 2),
        Jumps = Mean(chance, 0, 0, 10),
    };

    private static TimeSpan? Mean(Chance chance, params int[] seconds) =>
        chance.Of(seconds) is > 0 and var mean ? TimeSpan.FromSeconds(mean) : null;
}
