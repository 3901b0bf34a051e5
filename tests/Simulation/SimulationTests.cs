namespace Ecs.Simulation;

/// <summary>Worlds with every guard in place: in none of them may a promise break.</summary>
public sealed class SimulationTests
{
    /// <summary>Worlds that are the same in every run.</summary>
    private const int Fixed = 200;

    /// <summary>Worlds that are new in every run.</summary>
    private const int Fresh = 25;

    [Fact]
    public void Given_a_fixed_set_of_worlds_with_faults_when_they_settle_then_every_promise_holds() =>
        Hold(Enumerable.Range(1, Fixed));

    [Fact]
    public void Given_worlds_that_nobody_has_seen_when_they_settle_then_every_promise_holds()
    {
        var first = Random.Shared.Next(1_000_000, int.MaxValue - Fresh);
        Console.WriteLine($"fresh seeds: {first} to {first + Fresh - 1}");
        Hold(Enumerable.Range(first, Fresh));
    }

    private static void Hold(IEnumerable<int> seeds)
    {
        if (Seeds.Wanted is { } wanted)
        {
            Console.WriteLine(Seeds.Tell(wanted, Guards.All));
            seeds = [wanted];
        }

        if (Seeds.FirstBroken(seeds, Guards.All) is { } broken) Assert.Fail(Seeds.Tell(broken, Guards.All));
    }
}
