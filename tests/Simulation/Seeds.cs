using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ecs.Simulation.Faults;

namespace Ecs.Simulation;

/// <summary>Runs many seeds, and tells the first that breaks a promise so that a person can follow it.</summary>
internal static class Seeds
{
    /// <summary>Set to a number, this seed alone is run, with its steps.</summary>
    public const string Variable = "ECS_SIM_SEED";

    /// <summary>The seed that somebody wants to look at; null where nobody does.</summary>
    public static int? Wanted { get; } =
        int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var seed)
            ? seed
            : null;

    /// <summary>Lives through worlds, in the order of their seeds, until one breaks a promise or the time is over.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="guards">What is switched off.</param>
    /// <param name="weather">The faults of all of them; null for those that each seed draws.</param>
    /// <param name="promise">The promise that is to break; null for any.</param>
    /// <param name="atMost">How long to go on with new worlds; null for all of them.</param>
    public static Look Through(
        IEnumerable<int> seeds,
        Guards guards,
        Weather? weather = null,
        string? promise = null,
        TimeSpan? atMost = null)
    {
        var (broken, worlds) = ((int?)null, 0);
        var gate = new Lock();
        var watch = Stopwatch.StartNew();
        Parallel.ForEach(Partitioner.Create(seeds, EnumerablePartitionerOptions.NoBuffering), (seed, loop) =>
        {
            if (watch.Elapsed > atMost) loop.Stop();
            if (loop.IsStopped) return;

            var violation = House.Live(seed, guards, weather).World.Violation;
            lock (gate)
            {
                worlds++;
                if (violation is null || (promise is not null && violation.Promise != promise)) return;

                broken = Math.Min(broken ?? int.MaxValue, seed);
            }

            loop.Stop();
        });
        return new Look(broken, worlds, watch.Elapsed);
    }

    /// <summary>A seed's last steps and the promise that it breaks.</summary>
    public static string Tell(int seed, Guards guards, Weather? weather = null)
    {
        var world = House.Live(seed, guards, weather, isTraced: true).World;
        var text = new StringBuilder();
        foreach (var step in world.Trace.Steps) text.AppendLine(step);
        text.AppendLine(CultureInfo.InvariantCulture, $"{world.Steps} steps; to see them again: {Variable}={seed}");
        text.AppendLine(world.Violation is { } broken
            ? $"seed {seed} breaks {broken.Promise}: {broken.What}"
            : $"seed {seed} breaks nothing");
        return text.ToString();
    }
}

/// <summary>What came of a look through worlds.</summary>
/// <param name="Broken">The lowest seed that was found to break a promise; null where none was.</param>
/// <param name="Worlds">How many worlds were lived through.</param>
/// <param name="Took">How long it took.</param>
internal sealed record Look(int? Broken, int Worlds, TimeSpan Took)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Worlds} worlds in {Took.TotalSeconds:0.0} s, {Worlds / Took.TotalMinutes:0} a minute");
}
