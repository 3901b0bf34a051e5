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

    /// <summary>The first of these seeds, as far as it was looked, that breaks a promise; null where none does.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="guards">What is switched off.</param>
    /// <param name="weather">The faults of all of them; null for those that each seed draws.</param>
    /// <param name="promise">The promise that is to break; null for any.</param>
    public static int? FirstBroken(
        IEnumerable<int> seeds, Guards guards, Weather? weather = null, string? promise = null)
    {
        int? broken = null;
        var gate = new Lock();
        Parallel.ForEach(seeds, (seed, loop) =>
        {
            var violation = House.Live(seed, guards, weather).World.Violation;
            if (violation is null || (promise is not null && violation.Promise != promise)) return;

            lock (gate)
            {
                broken = Math.Min(broken ?? int.MaxValue, seed);
            }

            loop.Stop();
        });
        return broken;
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
