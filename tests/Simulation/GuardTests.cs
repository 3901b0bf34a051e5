using Ecs.Simulation.Checks;
using Ecs.Simulation.Engines;
using Ecs.Simulation.Faults;

namespace Ecs.Simulation;

/// <summary>
/// Each guard is switched off in turn, in the world around the real code: the simulation must find what it guards
/// against. Where a second guard covers for the first, both are off, and it is said which of the two is seen.
/// </summary>
[Collection(SimulationTests.Name)]
public sealed class GuardTests
{
    /// <summary>Worlds within which a guard that is off must be found out.</summary>
    private const int Worlds = 400;

    private static readonly Weather Rough = new()
    {
        Repeats = 0.4,
        Delays = 0.2,
        LongestDelay = TimeSpan.FromSeconds(12),
        Shuffles = 0.2,
        Losses = 0.01,
    };

    /// <summary>Containers that end all the time.</summary>
    private static readonly Weather Ending = new() { Exits = TimeSpan.FromSeconds(1) };

    /// <summary>Agents that die often, and whose disks then are older than the log.</summary>
    private static readonly Weather SetBack = new()
    {
        Kills = TimeSpan.FromSeconds(2),
        PowerCuts = 0.8,
        Removals = 0.8,
    };

    /// <summary>Leaders that are often frozen for longer than their lease lives.</summary>
    private static readonly Weather Frozen = new() { Freezes = 0.01, SlowAnswers = 0.05 };

    [Fact]
    public void Given_no_fence_when_an_old_leader_goes_on_then_it_is_found() =>
        Found(Guards.All with { Fence = false }, Frozen);

    [Fact]
    public void Given_neither_fence_nor_versions_when_an_old_leader_goes_on_then_streams_are_found_broken() =>
        Found(Guards.All with { Fence = false, Versions = false }, Frozen, LogShape.Streams);

    [Fact]
    public void Given_no_known_commands_when_one_is_sent_again_then_it_is_found() =>
        Found(Guards.All with { KnownCommands = false }, Rough);

    [Fact]
    public void Given_commands_without_ids_of_their_own_when_they_come_again_then_a_second_effect_is_found() =>
        Found(Guards.All with { CommandIds = false }, Rough, "P3");

    [Fact]
    public void Given_no_tombstones_when_a_stop_overtakes_its_start_then_it_is_found() =>
        Found(Guards.All with { Tombstones = false }, Rough, "P3");

    [Fact]
    public void Given_no_assignment_numbers_when_a_start_comes_after_the_list_that_overtook_it_then_it_is_found() =>
        Found(Guards.All with { Numbers = false }, Rough with { Kills = TimeSpan.FromSeconds(2) });

    [Fact]
    public void Given_lists_without_docker_ids_when_disks_are_set_back_and_containers_removed_then_a_second_one_is_found() =>
        Found(Guards.All with { RuntimeIds = false }, SetBack, "P2");

    [Fact]
    public void Given_runs_that_are_not_measured_when_their_containers_end_then_a_restart_against_its_policy_is_found() =>
        Found(Guards.All with { RunTimes = false }, Ending, "P2");

    [Fact]
    public void Given_a_health_that_is_not_looked_at_when_others_depend_on_it_then_one_that_is_made_too_soon_is_found() =>
        Found(Guards.All with { Health = false }, Rough, SimDriver.Order);

    [Fact]
    public void Given_a_placement_that_does_not_look_at_ports_then_it_is_found() =>
        Found(Guards.All with { Ports = false }, Rough, "P7");

    [Fact]
    public void Given_a_placement_that_does_not_look_at_cpu_then_it_is_found() =>
        Found(Guards.All with { Cpu = false }, Rough, "P7");

    [Fact]
    public void Given_a_placement_that_does_not_look_at_memory_then_it_is_found() =>
        Found(Guards.All with { Memory = false }, Rough, "P7");

    [Fact]
    public void Given_the_same_seed_when_it_is_run_again_then_every_step_is_the_same()
    {
        var first = House.Live(7, Guards.All, isTraced: true).World;
        var second = House.Live(7, Guards.All, isTraced: true).World;
        Assert.Equal((first.Steps, first.Trace.Digest), (second.Steps, second.Trace.Digest));
    }

    private static void Found(Guards guards, Weather weather, string? promise = null)
    {
        var look = Seeds.Through(Enumerable.Range(1, Worlds), guards, weather, promise);
        Assert.True(look.Broken is not null, $"{look.Worlds} worlds without it, and nothing was found: {guards}");
        var violation = House.Live(look.Broken.Value, guards, weather).World.Violation!;
        Console.WriteLine($"{look}: seed {look.Broken} breaks {violation.Promise}: {violation.What}");
        Assert.Null(House.Live(look.Broken.Value, Guards.All, weather).World.Violation);
    }
}
