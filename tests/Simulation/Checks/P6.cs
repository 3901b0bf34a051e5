using Ecs.Auditor.Replaying;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;
using Ecs.Model.TaskDefinitions;
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
        var replay = new DecisionReplay(FleetState.Empty, Families.Empty);
        var before = 0L;
        foreach (var made in house.Store.Commits)
        {
            replay.Add(Recorded(made, before));
            before = made.Commit.LastPosition;
            if (replay.Differences is not [var difference, ..]) continue;

            var field = difference.Fields[0];
            house.World.Break(
                "P6",
                $"{difference.Name} {Told.Short(difference.CommandId)} at position {difference.Position} was decided "
                + $"with {field.Path} {field.Recorded ?? "nothing"} and again with {field.Again ?? "nothing"}");
            return;
        }

        Compare(house, "scheduler", replay.Fleet, house.Schedulers.Select(scheduler => scheduler.Writer?.Current.State));
        Compare(house, "registry", replay.Families, [house.Registry.Writer?.Current.State]);
    }

    /// <summary>A commit as whoever reads the log gets it, with the facts read back from their text.</summary>
    private static RecordedCommit Recorded(SimCommit made, long before)
    {
        var next = 0;
        var decisions = new List<RecordedDecision>();
        foreach (var command in made.Commands)
        {
            var rows = made.Rows.GetRange(next, command.Events.Count);
            next += rows.Count;
            var events = rows.Select(row => row.Decided with { Event = row.Fact }).ToList();
            decisions.Add(new RecordedDecision(
                command with { Events = events }, [.. rows.Select(row => row.Position)]));
        }

        return new RecordedCommit(made.Commit.Number, before, made.Commit.LastPosition, decisions);
    }

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
