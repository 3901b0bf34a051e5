using System.Globalization;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Simulation.Engines;

namespace Ecs.Simulation;

/// <summary>Worlds with every guard in place: in none of them may a promise break.</summary>
[Collection(Name)]
public sealed class SimulationTests
{
    /// <summary>One after another: each test lives its worlds on all processors.</summary>
    public const string Name = "worlds";

    /// <summary>The fewest worlds that count as a look, however busy the machine is.</summary>
    private const int Least = 20;

    /// <summary>Worlds that are the same in every run; as many of them as the time allows.</summary>
    private static readonly IEnumerable<int> Fixed = Enumerable.Range(1, 1_000);

    /// <summary>The most worlds that nobody has seen.</summary>
    private const int Fresh = 100_000;

    /// <summary>How long a look goes on with new worlds, so that a whole run of all tests stays short.</summary>
    private static readonly TimeSpan ForFixed = IsSoak ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(25);

    private static readonly TimeSpan ForFresh = IsSoak ? SoakTime : TimeSpan.FromSeconds(6);

    [Fact]
    public void Given_a_fixed_set_of_worlds_with_faults_when_they_settle_then_every_promise_holds() =>
        Hold(Seeds.Wanted is { } wanted ? [wanted] : Fixed, ForFixed);

    [Fact]
    public void Given_worlds_that_nobody_has_seen_when_they_settle_then_every_promise_holds()
    {
        if (Seeds.Wanted is not null) return;

        var first = Random.Shared.Next(1_000_000, int.MaxValue - Fresh);
        Console.WriteLine($"fresh seeds from {first}");
        Hold(Enumerable.Range(first, Fresh), ForFresh);
    }

    [Fact]
    public void Given_a_few_worlds_then_containers_are_really_restarted_and_others_really_wait_for_each_other()
    {
        var facts = Enumerable.Range(1, Least).SelectMany(seed => House.Live(seed, Guards.All).Store.Rows).Select(row => row.Fact).ToList();

        Assert.Contains(facts.OfType<TaskContainersRestarted>().SelectMany(e => e.Containers), c => c.Restart is not null);
        Assert.Contains(facts.OfType<TaskRunning>().SelectMany(e => e.Containers), c => c.Name == SimContainer.Job);
        Assert.Contains(facts.OfType<TaskHealthChanged>(), e => e.HealthStatus is ContainerHealth.Unhealthy);
        Assert.Contains(
            facts.OfType<TaskReported>().SelectMany(e => e.Containers),
            c => c.Reason is { } reason && reason.StartsWith("TaskDependencyError", StringComparison.Ordinal));
    }

    /// <summary>Whether infra/soak.sh asks for its long form.</summary>
    private static bool IsSoak => Environment.GetEnvironmentVariable("ECS_SOAK") == "1";

    private static TimeSpan SoakTime => TimeSpan.FromMinutes(double.Parse(
        Environment.GetEnvironmentVariable("ECS_SOAK_MINUTES") is { Length: > 0 } set ? set : "20", CultureInfo.InvariantCulture));

    private static void Hold(IEnumerable<int> seeds, TimeSpan atMost)
    {
        var look = Seeds.Through(seeds, Guards.All, atMost: atMost);
        Console.WriteLine(look);
        if (look.Broken is { } broken) Assert.Fail(Seeds.Tell(broken, Guards.All));
        if (Seeds.Wanted is { } wanted) Console.WriteLine(Seeds.Tell(wanted, Guards.All));
        else Assert.InRange(look.Worlds, Least, int.MaxValue);
    }
}
