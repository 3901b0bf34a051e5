using System.Globalization;
using System.Text;

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

    /// <summary>The first seed that breaks a promise, by number; null where none does.</summary>
    public static int? FirstBroken(IEnumerable<int> seeds, Guards guards, string? promise = null)
    {
        int? broken = null;
        var gate = new Lock();
        Parallel.ForEach(seeds, (seed, loop) =>
        {
            var violation = House.Live(seed, guards).World.Violation;
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
    public static string Tell(int seed, Guards guards)
    {
        var world = House.Live(seed, guards, isTraced: true).World;
        var text = new StringBuilder();
        foreach (var step in world.Trace.Steps) text.AppendLine(step);
        text.AppendLine(CultureInfo.InvariantCulture, $"{world.Steps} steps; to see them again: {Variable}={seed}");
        text.AppendLine(world.Violation is { } broken
            ? $"seed {seed} breaks {broken.Promise}: {broken.What}"
            : $"seed {seed} breaks nothing");
        return text.ToString();
    }
}
