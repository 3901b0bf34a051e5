using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;
using Ecs.Model.TaskDefinitions;
using Ecs.Registry;
using Ecs.Simulation.Database;

namespace Ecs.Simulation.Checks;

/// <summary>
/// P6: state is a fold of the log. Each recorded command, decided again on the state that the log had before it, gives
/// the same events and the same answer; and the fold of the whole log is what the leader works with.
/// </summary>
internal static class P6
{
    /// <summary>Checks it.</summary>
    public static void Check(House house)
    {
        var (fleet, families) = (FleetState.Empty, Families.Empty);
        var contents = new Dictionary<string, TaskDefinitionContent>(StringComparer.Ordinal);
        var rules = new RecordedRules(contents);
        var registry = new RegistryRules();
        foreach (var made in house.Store.Commits)
        {
            foreach (var command in made.Commands)
            {
                if (made.Lease.Service == rules.Service) fleet = Again(house, rules, fleet, command);
                else families = Again(house, registry, families, command);
            }

            foreach (var fact in made.Rows.Select(row => row.Fact).OfType<TaskDefinitionRegistered>())
            {
                contents[fact.Digest] = fact.Content;
            }

            if (house.World.Violation is not null) return;
        }

        Compare(house, "scheduler", fleet, house.Schedulers.Select(scheduler => scheduler.Writer?.Current.State));
        Compare(house, "registry", families, [house.Registry.Writer?.Current.State]);
    }

    private static TState Again<TState>(House house, IDecider<TState> decider, TState state, DecidedCommand first)
        where TState : IState<TState>
    {
        var type = CommandTypes.Find(first.Name)!.Type;
        var command = (Command)JsonSerializer.Deserialize(first.Body, type, EcsJson.Options)!;
        var arrived = Arrived.Of(command, decider.Service) with
        {
            Resolved = first.Resolved is { } text ? JsonElement.Parse(text) : null,
        };
        var again = GroupStep.Decide(
            decider, state, [arrived], new Dictionary<CommandKey, RecordedCommand>(), first.ReceivedAt);
        if (again.Decided is not [var second] || !IsSame(first, second))
        {
            house.World.Break(
                "P6",
                $"{first.Name} {Told.Short(first.Key.CommandId)} was decided {Text(first)} and again {Text(again.Decided)}");
        }

        return again.State;
    }

    private static bool IsSame(DecidedCommand first, DecidedCommand second) =>
        first.Key == second.Key
        && first.Answer == second.Answer
        && first.Digest == second.Digest
        && first.Events.Select(e => (e.Stream, e.Version, e.Data))
            .SequenceEqual(second.Events.Select(e => (e.Stream, e.Version, e.Data)));

    private static string Text(DecidedCommand decided) =>
        $"[{string.Join(", ", decided.Events.Select(e => $"{e.Name} {e.Stream}#{e.Version}"))}] {decided.Answer}";

    private static string Text(IReadOnlyList<DecidedCommand> decided) =>
        decided.Count == 0 ? "not at all" : Text(decided[0]);

    /// <summary>Two Schedulers may have a writer, one of which has not learnt yet that it leads no more.</summary>
    private static void Compare<TState>(House house, string service, TState folded, IEnumerable<TState?> live)
        where TState : class, ISnapshot<TState>
    {
        var digest = StateDigest.Of(folded);
        if (!live.Any(state => state is not null && StateDigest.Of(state) == digest))
        {
            house.World.Break("P6", $"no leader of {service} has the state that the log folds to");
        }
    }
}
