using Ecs.Simulation.Broker;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Faults;

/// <summary>
/// Decides from the seed what goes wrong between two steps: with a question on the wire, a message in the broker, a
/// process at the moment it asks. Nothing goes wrong any more once the faults have ended.
/// </summary>
internal sealed class Mishaps(World world, Weather weather) : IMishaps, IUnrest
{
    private static readonly IReadOnlyList<TimeSpan> Once = [TimeSpan.Zero];

    /// <summary>Whether the faults have ended.</summary>
    public bool IsOver { get; set; }

    /// <summary>Starts a machine's program again after a while.</summary>
    public Action<SimProcess> Died { get; set; } = static _ => { };

    private Chance Chance => world.Chance;

    /// <inheritdoc/>
    public Fate Of(SimProcess process, string what)
    {
        if (IsOver || what == "beat") return Fate.Fine;

        // Clients and disks do not lose what they are told; all else may.
        var mayDie = !process.Name.StartsWith("client", StringComparison.Ordinal);
        if (mayDie && Chance.Hits(weather.Deaths)) return Chance.Below(2) == 0 ? Fate.Dies : Fate.DiesAfterEffect;
        if (what == "journal") return Fate.Fine;
        if (mayDie && Chance.Hits(weather.Freezes)) return Fate.Freezes;
        if (Chance.Hits(weather.Losses)) return Chance.Below(2) == 0 ? Fate.QuestionLost : Fate.ReplyLost;
        return Fate.Fine;
    }

    /// <inheritdoc/>
    public TimeSpan Latency() => !IsOver && Chance.Hits(weather.SlowAnswers)
        ? Chance.Milliseconds(20, 800)
        : TimeSpan.FromTicks(2_000 + Chance.Below(20_000));

    /// <inheritdoc/>
    public void Kill(SimProcess process)
    {
        if (!process.IsAlive) return;

        process.Kill();
        Died(process);
    }

    /// <inheritdoc/>
    public void Freeze(SimProcess process)
    {
        if (process.IsPaused) return;

        var time = Chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9));
        world.Tell(process.Name, $"is frozen for {time.TotalSeconds:0.0} s");
        process.Pause();
        world.After(time, () =>
        {
            if (!process.IsAlive) return;

            world.Tell(process.Name, "goes on");
            process.Resume();
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<TimeSpan> Copies()
    {
        if (IsOver) return Once;

        var copies = Chance.Hits(weather.Repeats) ? 2 + Chance.Below(4) : 1;
        return
        [
            .. Enumerable.Range(0, copies).Select(copy => copy > 0 || Chance.Hits(weather.Delays)
                ? Chance.Between(TimeSpan.Zero, weather.LongestDelay)
                : TimeSpan.Zero),
        ];
    }

    /// <inheritdoc/>
    public int Next(int count) => !IsOver && count > 1 && Chance.Hits(weather.Shuffles) ? Chance.Below(count) : 0;

    /// <inheritdoc/>
    public TimeSpan DeliveryTime() => Latency();
}
