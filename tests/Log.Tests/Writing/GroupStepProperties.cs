using CsCheck;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Log.Tests;

public sealed class GroupStepProperties
{
    private static readonly SampleDecider Decider = new();

    private static readonly Gen<Command[]> GenGroup = GenCommand(["a", "b", "c", "boom"], kinds: 4).Array[0, 40];

    /// <summary>
    /// Commands that are kept: routine reports and those whose decision throws leave no record to be found by.
    /// </summary>
    private static readonly Gen<Command[]> GenKept = GenCommand(["a", "b", "c"], kinds: 3).Array[0, 40];

    [Fact]
    public void Given_any_commands_when_decided_as_a_group_then_it_is_as_if_they_were_decided_one_by_one() =>
        GenGroup.Sample(commands =>
        {
            var together = Play([commands]);
            var oneByOne = Play([.. commands.Select(c => new[] { c })]);
            Assert.Equal(oneByOne.Written, together.Written);
            Assert.Equal(oneByOne.Answers, together.Answers);
            Assert.Equal(oneByOne.State.Order, together.State.Order);
        });

    [Fact]
    public void Given_any_commands_when_all_come_again_later_then_nothing_happens_and_the_answers_are_the_same() =>
        GenKept.Sample(commands =>
        {
            var once = Play([commands]);
            var twice = Play([commands, commands]);
            Assert.Equal(once.Written, twice.Written);
            Assert.Equal(once.State.Order, twice.State.Order);
            Assert.Equal([.. once.Answers, .. once.Answers], twice.Answers);
        });

    [Fact]
    public void Given_any_commands_when_decided_twice_on_the_same_state_then_the_outcome_is_the_same() =>
        GenGroup.Sample(commands => Assert.Equal(Play([commands]).Written, Play([commands]).Written));

    [Fact]
    public void Given_any_commands_when_decided_then_every_stream_counts_up_from_one_without_gaps() =>
        GenGroup.Sample(commands =>
        {
            var versions = Play([commands]).Decided.SelectMany(d => d.Events).GroupBy(e => e.Stream);
            foreach (var stream in versions)
            {
                Assert.Equal(Enumerable.Range(1, stream.Count()).Select(n => (long)n), stream.Select(e => e.Version));
            }
        });

    /// <summary>
    /// Few ids and few names, so that repeats, conflicts and commands that depend on each other are common.
    /// </summary>
    private static Gen<Command> GenCommand(string[] names, int kinds) => Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, names.Length - 1], Gen.Int[0, kinds - 1], Gen.Int[0, 9])
        .Select((id, name, kind, late) =>
        {
            Command command = kind switch
            {
                0 => Sample.Create($"{id}", names[name]),
                1 => Sample.Delete($"{id}", names[name]),
                2 => Sample.Run($"{id}", 1 + (id % 3)),
                _ => Sample.Silent($"{id}", names[name]),
            };
            return late == 0 ? command with { Deadline = Sample.Now.AddSeconds(-1) } : command;
        });

    /// <summary>Plays groups against a log in memory, which is no more than a dictionary of records.</summary>
    private static Played Play(Command[][] groups)
    {
        var known = new Dictionary<CommandKey, RecordedCommand>();
        var state = SampleState.Empty;
        var decided = new List<DecidedCommand>();
        var answers = new List<string>();
        foreach (var group in groups)
        {
            var arrived = group.Select(c => Arrived.Of(c, Services.Scheduler)).ToArray();
            var outcome = GroupStep.Decide(Decider, state, arrived, known, Sample.Now);
            state = outcome.State;
            decided.AddRange(outcome.Decided);
            answers.AddRange(outcome.Answers.Select(a => CommandText.Canonical(a.Answer, typeof(Answer))));
            foreach (var d in outcome.Decided.Where(d => !d.IsRoutine))
            {
                var answer = System.Text.Json.JsonSerializer.Deserialize<Answer>(d.Answer, EcsJson.Options)!;
                known[d.Key] = new RecordedCommand(
                    d.Key, d.Digest, answer, Sample.Now, [.. d.Events.Select(e => e.Stream).Distinct()]);
            }
        }

        return new Played(decided, answers, state);
    }

    private sealed record Played(List<DecidedCommand> Decided, List<string> Answers, SampleState State)
    {
        public IEnumerable<string> Written => Decided.Select(d =>
            $"{d.Key} {d.Body} {d.Answer} "
            + string.Join(',', d.Events.Select(e => $"{e.Stream} {e.Version} {e.Data}")));
    }
}
