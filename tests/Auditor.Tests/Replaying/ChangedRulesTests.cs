using Ecs.Auditor.Replaying;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;
using Ecs.Model.TaskDefinitions;
using Ecs.Rules;

namespace Ecs.Auditor.Tests.Replaying;

/// <summary>
/// Rules that changed and kept their version, on a log that nobody altered: each is a double that decides one command
/// otherwise than today's.
/// </summary>
public class ChangedRulesTests
{
    private readonly RuledLog _log = RuledLog.OfADay();

    [Fact]
    public void Given_a_scheduler_whose_rules_changed_under_their_version_when_decided_again_then_position_and_field_are_named()
    {
        var stop = Recorded("stop-task");

        var difference = Single(new DecisionReplay(FleetState.Empty, Families.Empty)
        {
            SchedulerRules = (state, received, contents, placer) =>
                Otherwise(SchedulerDecider.Decide(state, received, contents, placer), received),
        });

        Assert.Equal((Services.Scheduler, "stop-task"), (difference.Service, difference.Name));
        Assert.Equal(stop.Command.Key.CommandId, difference.CommandId);
        Assert.Equal(stop.Positions[0], difference.Position);
        Assert.Equal(
            new DecisionField(0, "events[0].data.reason", "\"seen enough\"", "\"by other rules\""), difference.Fields[0]);
    }

    [Fact]
    public void Given_a_registry_whose_rules_changed_under_their_version_when_decided_again_then_position_and_field_are_named()
    {
        var register = _log.Decisions.Single(decision =>
            decision.Command.Events is [{ Event: TaskDefinitionRegistered { Family: "large" } }]);

        var difference = Single(new DecisionReplay(FleetState.Empty, Families.Empty)
        {
            RegistryRules = (state, received) => Otherwise(RegistryDecider.Decide(state, received), received),
        });

        Assert.Equal((Services.Registry, "register-task-definition"), (difference.Service, difference.Name));
        Assert.Equal(register.Positions[0], difference.Position);
        Assert.Equal(
            new DecisionField(0, "events[0].data.registeredBy", "\"somebody\"", "\"nobody\""), difference.Fields[0]);
    }

    [Fact]
    public void Given_rules_that_refuse_what_was_done_when_decided_again_then_the_event_and_the_answer_are_named()
    {
        var stop = Recorded("stop-task");

        var difference = Single(new DecisionReplay(FleetState.Empty, Families.Empty)
        {
            SchedulerRules = (state, received, contents, placer) => received.Command is StopTask
                ? Decision.Refuse(CommandError.Wrong("task", "is never stopped"))
                : SchedulerDecider.Decide(state, received, contents, placer),
        });

        Assert.Equal(stop.Positions[0], difference.Position);
        Assert.Equal("events[0]", difference.Fields[0].Path);
        Assert.StartsWith("\"task-stopping arn:", difference.Fields[0].Recorded, StringComparison.Ordinal);
        Assert.Null(difference.Fields[0].Again);
        Assert.Contains(difference.Fields, field => field.Path is "answer.error" or "answer.error.message");
    }

    private static Decision Otherwise(Decision decision, Received received) => received.Command switch
    {
        StopTask => decision with { Events = [.. decision.Events.Select(Changed)] },
        RegisterTaskDefinition { Family: "large" } => decision with { Events = [.. decision.Events.Select(Changed)] },
        _ => decision,
    };

    private static IEvent Changed(IEvent e) => e switch
    {
        TaskStopping stopping => stopping with { Reason = "by other rules" },
        TaskDefinitionRegistered registered => registered with { RegisteredBy = "nobody" },
        _ => e,
    };

    private RecordedDecision Recorded(string name) =>
        _log.Decisions.Single(decision => decision.Command.Name == name);

    /// <summary>The one difference; what is folded are the recorded events, so that it leads to no other.</summary>
    private DecisionDifference Single(DecisionReplay replay)
    {
        foreach (var commit in _log.Commits) replay.Add(commit);
        Assert.Equal(_log.Decisions.Count(), replay.Compared);
        Assert.Equal(StateDigest.Of(_log.Fleet), StateDigest.Of(replay.Fleet));
        Assert.Equal(StateDigest.Of(_log.Families), StateDigest.Of(replay.Families));
        return Assert.Single(replay.Differences);
    }
}
