using System.Text.Json;
using Ecs.Auditor.Replaying;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;
using Ecs.Model.TaskDefinitions;
using Ecs.Rules;

namespace Ecs.Auditor.Tests.Replaying;

public class DecisionReplayTests
{
    [Fact]
    public void Given_a_log_that_todays_rules_wrote_when_decided_again_then_all_is_the_same()
    {
        var log = RuledLog.OfADay();

        var replay = Replay(log.Commits);

        Assert.Empty(replay.Differences);
        Assert.Equal(log.Decisions.Count(), replay.Compared);
        Assert.Equal(log.Decisions.Sum(decision => decision.Positions.Count), replay.Events);
        Assert.Equal(StateDigest.Of(log.Fleet), StateDigest.Of(replay.Fleet));
        Assert.Equal(StateDigest.Of(log.Families), StateDigest.Of(replay.Families));
        Assert.Equal(
            [(Services.Registry, RegistryDecider.Version), (Services.Scheduler, SchedulerDecider.Version)],
            replay.Versions.Select(by => (by.Service, by.Version)));
        // The history has what can go wrong: placements, waiting, refusals, a late command, ends.
        var names = log.Decisions.SelectMany(decision => decision.Command.Events).Select(e => e.Event.GetType()).ToHashSet();
        Assert.Superset(
            new HashSet<Type> { typeof(TaskPlaced), typeof(TaskQueued), typeof(TaskStopping), typeof(TaskStopped) }, names);
        Assert.Contains(log.Decisions, decision => decision.Command.Answer.Contains("deadline", StringComparison.Ordinal));
    }

    [Fact]
    public void Given_an_event_that_was_doctored_when_decided_again_then_its_position_and_field_are_named_and_nothing_else()
    {
        var log = RuledLog.OfADay();
        var (commit, index) = Find(log, decision => decision.Command.Events.Count(e => e.Event is TaskPlaced) == 3);
        var decision = log.Commits[commit].Decisions[index];
        var other = ((TaskPlaced)decision.Command.Events[2].Event) with { Group = "family:other" };
        var events = decision.Command.Events.ToArray();
        events[2] = events[2] with { Event = other, Data = CommandText.Canonical(other, other.GetType()) };
        Doctor(log, commit, index, decision.Command with { Events = events });

        var difference = Assert.Single(Replay(log.Commits).Differences);

        Assert.Equal(decision.Positions[2], difference.Position);
        Assert.Equal(("run-task", decision.Command.Key.CommandId), (difference.Name, difference.CommandId));
        var field = difference.Fields[0];
        Assert.Equal(("events[2].data.group", "\"family:other\"", "\"family:small\""), (field.Path, field.Recorded, field.Again));
    }

    [Fact]
    public void Given_an_event_too_many_or_too_few_when_decided_again_then_it_is_named()
    {
        var log = RuledLog.OfADay();
        var (commit, index) = Find(log, decision => decision.Command.Name is "stop-task");
        var decision = log.Commits[commit].Decisions[index];
        var late = log.Decisions.Last(d => d.Command.Events.Count > 0).Command.Events[0];
        Doctor(log, commit, index, decision.Command with { Events = [] }, []);

        var missing = Replay(log.Commits).Differences[0];
        Doctor(log, commit, index, decision.Command with { Events = [.. decision.Command.Events, late] }, [.. decision.Positions, 99]);
        var more = Replay(log.Commits).Differences[0];

        Assert.Equal(log.Commits[commit].Before, missing.Position);
        Assert.Equal("events[0]", missing.Fields[0].Path);
        Assert.Null(missing.Fields[0].Recorded);
        Assert.StartsWith("\"task-stopping arn:", missing.Fields[0].Again, StringComparison.Ordinal);
        Assert.Equal(99, more.Position);
        Assert.Equal($"events[{decision.Positions.Count}]", more.Fields[0].Path);
        Assert.Null(more.Fields[0].Again);
    }

    [Fact]
    public void Given_an_answer_or_a_refusal_that_was_doctored_when_decided_again_then_its_field_is_named()
    {
        var log = RuledLog.OfADay();
        var (commit, index) = Find(log, d => d.Command.Answer.Contains("Unable to describe", StringComparison.Ordinal));
        var decision = log.Commits[commit].Decisions[index];
        Doctor(log, commit, index, decision.Command with
        {
            Answer = decision.Command.Answer.Replace("Unable", "Able", StringComparison.Ordinal),
        });

        var difference = Assert.Single(Replay(log.Commits).Differences);

        Assert.Equal("answer.error.message", Assert.Single(difference.Fields).Path);
        Assert.Equal("\"Able to describe task definition.\"", difference.Fields[0].Recorded);
        // It led to no event: the end of the log before it stands for it.
        Assert.Equal(log.Commits[commit].Decisions[index - 1].Positions[^1], difference.Position);
        Assert.Equal((commit + 1, index), ((int)difference.Commit, difference.Ordinal));
    }

    [Theory]
    [InlineData("""{"cluster":[]}""", "cannot be read as stop-task")]
    [InlineData("null", "it is empty")]
    public void Given_a_body_that_is_none_when_decided_again_then_that_is_the_difference(string body, string why)
    {
        var log = RuledLog.OfADay();
        var (commit, index) = Find(log, decision => decision.Command.Name is "stop-task");
        Doctor(log, commit, index, log.Commits[commit].Decisions[index].Command with { Body = body });

        var difference = Assert.Single(Replay(log.Commits).Differences);

        Assert.Equal("body", difference.Fields[0].Path);
        Assert.Contains(why, difference.Fields[0].Again, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_definition_that_the_log_has_not_when_decided_again_then_the_rules_fault_is_told()
    {
        var log = RuledLog.OfADay();
        var (commit, index) = Find(log, decision => decision.Command.Name is "run-task");
        var command = log.Commits[commit].Decisions[index].Command;
        var digest = JsonElement.Parse(command.Resolved!).GetProperty("digest").GetString()!;
        Doctor(log, commit, index, command with
        {
            Resolved = command.Resolved!.Replace(digest, new string('0', 64), StringComparison.Ordinal),
        });

        var field = Assert.Single(Assert.Single(Replay(log.Commits).Differences).Fields);

        Assert.Equal("decision", field.Path);
        Assert.Contains("no task definition with the digest 000", field.Again, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_commands_that_other_rules_decided_when_decided_again_then_they_are_counted_and_not_compared()
    {
        var log = RuledLog.OfADay();
        var (commit, index) = Find(log, decision => decision.Command.Name is "stop-task");
        var command = log.Commits[commit].Decisions[index].Command;
        // What it answered would be a difference.
        Doctor(log, commit, index, command with { DeciderVersion = "scheduler-0", Answer = "{}" });

        var replay = Replay(log.Commits);

        Assert.Empty(replay.Differences);
        Assert.Equal(log.Decisions.Count() - 1, replay.Compared);
        Assert.Contains(
            new DecidedBy(Services.Scheduler, "scheduler-0", false, 1, commit + 1, commit + 1), replay.Versions);
        Assert.Equal(StateDigest.Of(log.Fleet), StateDigest.Of(replay.Fleet));
    }

    [Fact]
    public void Given_more_differences_than_are_told_when_decided_again_then_all_are_counted()
    {
        var log = new RuledLog();
        for (var i = 0; i <= DecisionReplay.MaxDifferences; i++)
        {
            log.When(new CreateCluster { ClusterName = $"cluster-{i}" });
            Doctor(log, i, 0, log.Commits[i].Decisions[0].Command with { Answer = "{}" });
        }

        var replay = Replay(log.Commits);

        Assert.Equal(DecisionReplay.MaxDifferences + 1, replay.Different);
        Assert.Equal(DecisionReplay.MaxDifferences, replay.Differences.Count);
    }

    [Fact]
    public void Given_a_command_of_nobody_when_decided_again_then_its_commit_is_named()
    {
        var log = RuledLog.OfADay();
        var command = log.Commits[2].Decisions[0].Command;
        Doctor(log, 2, 0, command with { Key = command.Key with { Service = "gateway" } });

        var fault = Assert.Throws<InvalidDataException>(() => Replay(log.Commits));

        Assert.Contains("commit 3", fault.Message, StringComparison.Ordinal);
    }

    private static DecisionReplay Replay(IEnumerable<RecordedCommit> commits)
    {
        var replay = new DecisionReplay(FleetState.Empty, Families.Empty);
        foreach (var commit in commits) replay.Add(commit);
        return replay;
    }

    private static (int Commit, int Index) Find(RuledLog log, Func<RecordedDecision, bool> wanted)
    {
        var commit = log.Commits.FindIndex(c => c.Decisions.Any(wanted));
        return (commit, log.Commits[commit].Decisions.ToList().FindIndex(d => wanted(d)));
    }

    private static void Doctor(
        RuledLog log, int commit, int index, DecidedCommand command, IReadOnlyList<long>? positions = null)
    {
        var decisions = log.Commits[commit].Decisions.ToArray();
        decisions[index] = new RecordedDecision(command, positions ?? decisions[index].Positions);
        log.Commits[commit] = log.Commits[commit] with { Decisions = decisions };
    }
}
