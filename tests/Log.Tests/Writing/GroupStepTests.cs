using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Model;

namespace Ecs.Log.Tests;

public sealed class GroupStepTests
{
    private static readonly SampleDecider Decider = new();

    [Fact]
    public void Given_commands_of_a_group_when_decided_then_each_sees_what_those_before_it_did()
    {
        var outcome = Decide([
            Sample.Create("1", "a"), Sample.Delete("2", "a"), Sample.Create("3", "a"), Sample.Delete("4", "b"),
        ]);

        Assert.Equal(
            ["1: cluster-created 1", "2: cluster-deleted 2", "3: cluster-created 3"],
            outcome.Decided.SelectMany(d => d.Events, (d, e) => $"{d.Key.CommandId}: {e.Name} {e.Version}"));
        Assert.Equal(3, outcome.State.VersionOf(Sample.Cluster("a")));
        Assert.Equal(ErrorTypes.ClusterNotFound, outcome.Answers[3].Answer.Error!.Type);
        Assert.Equal("4", outcome.Decided[3].Key.CommandId);
        Assert.Empty(outcome.Decided[3].Events);
    }

    [Fact]
    public void Given_a_known_command_when_it_comes_again_then_it_is_answered_as_recorded_and_not_decided()
    {
        var first = Arrived.Of(Sample.Create("1", "a"), Services.Scheduler);
        var answer = new Answer { CommandId = "1", Position = 17 };
        var known = new RecordedCommand(first.Key, first.Digest, answer, Sample.Now.AddHours(-23), []);

        var again = Sample.Create("1", "a") with { Actor = "retry", Deadline = Sample.Now.AddDays(-1) };
        var outcome = Decide([again], known);
        Assert.Equal(answer, Assert.Single(outcome.Answers).Answer);
        Assert.Empty(outcome.Decided);
    }

    [Fact]
    public void Given_a_known_id_when_it_comes_with_another_body_then_the_conflict_names_the_tasks_of_the_first_alone()
    {
        var first = Arrived.Of(Sample.Run("1"), Services.Scheduler);
        var (task, woken) = (Sample.Task("default", "t"), Sample.Task("default", "of-another-command"));
        var answer = new Answer
        {
            Result = JsonSerializer.SerializeToElement(new { tasks = new[] { new { taskArn = task } } }),
        };
        var known = new RecordedCommand(
            first.Key, first.Digest, answer, Sample.Now, [Sample.Cluster("default"), task, woken]);

        var error = Assert.Single(Decide([Sample.Run("1", count: 2)], known).Answers).Answer.Error!;
        Assert.Equal(ErrorTypes.Conflict, error.Type);
        Assert.Contains("'1'", error.Message, StringComparison.Ordinal);
        Assert.Equal([task], error.ResourceIds!);
    }

    [Fact]
    public void Given_a_record_older_than_a_day_when_the_command_comes_again_then_it_is_refused_as_too_old()
    {
        var first = Arrived.Of(Sample.Create("1", "a"), Services.Scheduler);
        var known = new RecordedCommand(first.Key, first.Digest, new Answer(), Sample.Now.AddHours(-25), []);
        var outcome = Decide([Sample.Create("1", "a")], known);
        var error = Assert.Single(outcome.Answers).Answer.Error!;
        Assert.Contains("too long for a repeat", error.Message, StringComparison.Ordinal);
        Assert.Empty(outcome.Decided);
    }

    [Fact]
    public void Given_the_same_id_twice_in_one_group_when_decided_then_there_is_one_effect_and_one_answer()
    {
        var outcome = Decide([Sample.Run("1", 2), Sample.Run("1", 2), Sample.Run("1", 3)]);
        Assert.Single(outcome.Decided);
        Assert.Equal(Text(outcome.Answers[0].Answer), Text(outcome.Answers[1].Answer));
        Assert.Equal(ErrorTypes.Conflict, outcome.Answers[2].Answer.Error!.Type);
        Assert.Equal(
            [Sample.Task("default", "1-0"), Sample.Task("default", "1-1")],
            outcome.Answers[2].Answer.Error!.ResourceIds!);
    }

    [Fact]
    public void Given_a_token_under_three_ids_when_decided_then_there_is_one_effect_and_each_id_is_answered()
    {
        var outcome = Decide([
            Sample.Run("1") with { ClientToken = "t" }, Sample.Run("2") with { ClientToken = "t" },
            Sample.Run("3") with { ClientToken = "t", Count = 2 },
        ]);
        var key = Assert.Single(outcome.Decided).Key;
        Assert.StartsWith("token:", key.CommandId, StringComparison.Ordinal);
        Assert.Equal(["1", "2", "3"], outcome.Answers.Select(a => a.Answer.CommandId));
        Assert.Equal([null, null, ErrorTypes.Conflict], outcome.Answers.Select(a => a.Answer.Error?.Type));
    }

    [Fact]
    public void Given_a_token_whose_first_sending_came_too_late_when_sent_again_in_time_then_it_is_done()
    {
        var late = Sample.Run("1") with { ClientToken = "t", Deadline = Sample.Now.AddSeconds(-1) };
        var outcome = Decide([late, late with { CommandId = "2", Deadline = null }, late]);
        Assert.Equal(["1", "token"], outcome.Decided.Select(d => d.Key.CommandId.Split(':')[0]));
        Assert.Equal([ErrorTypes.Client, null, null], outcome.Answers.Select(a => a.Answer.Error?.Type));
    }

    [Fact]
    public void Given_the_same_id_in_two_accounts_when_decided_then_they_are_two_commands()
    {
        var outcome = Decide([Sample.Create("1", "a"), Sample.Create("1", "b") with { Account = "111111111111" }]);
        Assert.Equal(2, outcome.Decided.Count);
    }

    [Fact]
    public void Given_a_deadline_that_has_passed_when_decided_then_it_is_refused_and_that_is_recorded()
    {
        var outcome = Decide([
            Sample.Create("late", "a") with { Deadline = Sample.Now.AddMilliseconds(-1) },
            Sample.Create("in-time", "b") with { Deadline = Sample.Now },
        ]);
        Assert.Equal(["late", "in-time"], outcome.Decided.Select(d => d.Key.CommandId));
        Assert.Empty(outcome.Decided[0].Events);
        Assert.Contains("deadline", outcome.Answers[0].Answer.Error!.Message, StringComparison.Ordinal);
        Assert.Null(outcome.Answers[1].Answer.Error);
    }

    [Fact]
    public void Given_a_command_whose_decision_throws_when_decided_then_it_leaves_and_the_others_stay()
    {
        var outcome = Decide([Sample.Create("1", "a"), Sample.Create("2", "boom"), Sample.Create("3", "c")]);
        Assert.Equal(["1", "3"], outcome.Decided.Select(d => d.Key.CommandId));
        Assert.Equal(ErrorTypes.Server, outcome.Answers[1].Answer.Error!.Type);
        Assert.IsType<InvalidOperationException>(outcome.Answers[1].Fault);
    }

    [Fact]
    public void Given_routine_reports_of_one_id_when_decided_then_those_that_led_to_events_are_recorded()
    {
        var outcome = Decide([Sample.Silent("1", "x"), Sample.Silent("1", "x"), Sample.Silent("1", "y")]);
        Assert.Equal(2, outcome.Decided.Count);
        Assert.All(outcome.Decided, d => Assert.True(d.IsRoutine));
        Assert.All(outcome.Answers, a => Assert.Null(a.Answer.Error));
    }

    [Theory]
    [InlineData(null, "a")]
    [InlineData("", "a")]
    [InlineData("id\0", "a")]
    [InlineData("id", "a\0")]
    public void Given_a_command_that_cannot_be_kept_when_decided_then_it_is_refused(string? id, string name)
    {
        var outcome = Decide([new CreateCluster { CommandId = id, ClusterName = name }, Sample.Create("1", "b")]);
        Assert.Equal(ErrorTypes.InvalidParameter, outcome.Answers[0].Answer.Error!.Type);
        Assert.Equal("1", Assert.Single(outcome.Decided).Key.CommandId);
    }

    [Fact]
    public void Given_an_id_that_is_too_long_when_decided_then_it_is_refused()
    {
        var outcome = Decide([Sample.Create(new string('x', Command.MaxIdLength + 1), "a")]);
        Assert.Equal(ErrorTypes.InvalidParameter, outcome.Answers[0].Answer.Error!.Type);
    }

    [Fact]
    public void Given_what_was_resolved_when_decided_then_the_decider_sees_it_and_the_record_keeps_it()
    {
        var resolved = JsonElement.Parse("""{"b":1,"a":2}""");
        var arrived = Arrived.Of(Sample.Run("1"), Services.Scheduler) with { Resolved = resolved };
        var outcome = GroupStep.Decide(Decider, SampleState.Empty, [arrived], Known(), Sample.Now.AddTicks(7));
        Assert.Equal("""{"a":2,"b":1}""", outcome.Decided[0].Resolved);
        Assert.Equal(Sample.Now, outcome.Decided[0].ReceivedAt);
        Assert.Equal(2, outcome.Answers[0].Answer.Result!.Value.GetProperty("resolved").GetProperty("a").GetInt32());
    }

    [Fact]
    public void Given_an_event_in_a_stream_of_another_service_when_decided_then_the_command_is_a_bug()
    {
        var arrived = Arrived.Of(Sample.Create("1", "a"), Services.Scheduler);
        var outcome = GroupStep.Decide(new Trespasser(), SampleState.Empty, [arrived], Known(), Sample.Now);
        Assert.NotNull(outcome.Answers[0].Fault);
        Assert.Empty(outcome.Decided);
    }

    [Fact]
    public void Given_a_query_or_a_command_of_another_service_when_it_is_brought_here_then_that_is_a_bug()
    {
        Assert.Throws<ArgumentException>(() => Arrived.Of(new ListClusters { CommandId = "1" }, Services.Scheduler));
        Assert.Throws<ArgumentException>(() => Arrived.Of(Sample.Create("1", "a"), Services.Registry));
    }

    private static GroupOutcome<SampleState> Decide(Command[] group, params RecordedCommand[] known)
    {
        var arrived = group.Select(c => Arrived.Of(c, Services.Scheduler)).ToArray();
        return GroupStep.Decide(Decider, SampleState.Empty, arrived, Known(known), Sample.Now);
    }

    private static Dictionary<CommandKey, RecordedCommand> Known(params RecordedCommand[] known) =>
        known.ToDictionary(k => k.Key);

    private static string Text(Answer answer) => CommandText.Canonical(answer, typeof(Answer));

    private sealed class Trespasser : SampleDecider
    {
        public override Decision Decide(SampleState state, Received command) =>
            Decision.Accept(null, Sample.Deregistered("family", 1));
    }
}
