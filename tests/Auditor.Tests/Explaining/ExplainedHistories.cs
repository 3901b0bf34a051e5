using CsCheck;
using Ecs.Auditor.Explaining;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Tests.Explaining;

/// <summary>The log that the Scheduler writes, and the scan that explains it, held equal.</summary>
public class ExplainedHistories
{
    [Fact]
    public void Whatever_happened_the_explanation_always_names_the_instance_that_was_chosen() =>
        RandomHistories.Any.Sample(history =>
        {
            var fleet = RandomHistories.Play(history);
            foreach (var explanation in ExplainAll(fleet))
            {
                Assert.Empty(explanation.Inconsistencies);
                if (explanation.Placement is not { } place) Assert.Empty(explanation.Account!.Best);
                else if (place.Choice.Rule is "named") Assert.Null(explanation.Account);
                else Assert.Equal(place.ContainerInstanceArn, explanation.Account!.Best[0].ContainerInstanceArn);
            }
        });

    [Fact]
    public void Whatever_happened_every_instance_is_in_the_account_and_every_text_can_be_written() =>
        RandomHistories.Any.Sample(history =>
        {
            foreach (var explanation in ExplainAll(RandomHistories.Play(history)))
            {
                Assert.NotEqual("", explanation.What);
                Assert.EndsWith("\n", TaskText.Of(explanation), StringComparison.Ordinal);
                if (explanation.Account is not { } account) continue;

                Assert.Equal(account.Considered, account.Fitting + account.Filters.Sum(filter => filter.Count));
                Assert.All(account.Best, best => Assert.Contains(best.ContainerInstanceArn, explanation.Machines.Keys));
            }
        });

    [Fact]
    public void Given_a_choice_from_before_strategies_when_explained_then_it_agrees_as_well()
    {
        var fleet = new PlayedFleet();
        for (var number = 1; number <= 3; number++) fleet.Instance(number);
        var task = fleet.Run(new RunTask { TaskDefinition = "small" })[0];
        var index = fleet.Log.FindIndex(e => e.Stream == task);
        var placed = (TaskPlaced)fleet.Log[index].Data!;
        var choice = new PlacementChoice { Rule = "first-fit", Considered = 1 };
        fleet.Log[index] = fleet.Log[index] with { Data = placed with { Choice = choice } };

        var explanation = Assert.Single(ExplainAll(fleet));

        Assert.Empty(explanation.Inconsistencies);
        Assert.Equal(placed.ContainerInstanceArn, explanation.Account!.Best[0].ContainerInstanceArn);
    }

    [Fact]
    public void Whatever_is_changed_in_a_placement_the_explanation_says_that_it_does_not_agree() =>
        RandomHistories.Any.Sample(history =>
        {
            var fleet = RandomHistories.Play(history);
            for (var i = 0; i < fleet.Log.Count; i++)
            {
                if (fleet.Log[i].Data is not TaskPlaced placed || placed.Choice.Rule is "named") continue;

                var other = placed.ContainerInstanceArn[..^1] + "f";
                var story = TaskStory.Read([fleet.Log[i] with { Data = placed with { ContainerInstanceArn = other } }])!;
                var state = At(fleet, i);
                var explanation = TaskExplaining.Of(story, state, i, new Dictionary<long, CausingCommand>(), TaskChain.Choose(story, []));
                Assert.StartsWith("INCONSISTENT: ", explanation.What, StringComparison.Ordinal);
                Assert.StartsWith("INCONSISTENT: ", TaskText.Of(explanation), StringComparison.Ordinal);
                return;
            }
        });

    private static IEnumerable<TaskExplanation> ExplainAll(PlayedFleet fleet)
    {
        foreach (var stream in fleet.Log.Where(e => e.Data is TaskBegun).Select(e => e.Stream).Distinct().ToList())
        {
            var story = TaskStory.Read([.. fleet.Log.Where(e => e.Stream == stream)])!;
            var asOf = TaskExplaining.AsOf(story, fleet.Log.Count);
            yield return TaskExplaining.Of(story, At(fleet, asOf), asOf, new Dictionary<long, CausingCommand>(), TaskChain.Choose(story, []));
        }
    }

    private static FleetState At(PlayedFleet fleet, long position) => fleet.Log
        .TakeWhile(e => e.Position <= position)
        .Aggregate(FleetState.Empty, (state, e) => state.Apply(e.Data!));
}
