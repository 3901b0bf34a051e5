using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Placement.Asking;

namespace Ecs.Placement.Tests.Asking;

public class PlacementRulesTests
{
    [Theory]
    [InlineData("distinctInstance", "attribute:a exists", "placementConstraints[0].expression", "distinctInstance expression should not be specified.")]
    [InlineData("distinctInstance", "", "placementConstraints[0].expression", "distinctInstance expression should not be specified.")]
    [InlineData("memberOf", null, "placementConstraints[0].expression", "A memberOf constraint must have an expression.")]
    [InlineData("memberOf", "", "placementConstraints[0].expression", "A memberOf constraint must have an expression.")]
    [InlineData("nearTo", null, "placementConstraints[0].type", "The type of a placement constraint must be 'distinctInstance' or 'memberOf'.")]
    [InlineData(null, null, "placementConstraints[0].type", "The type of a placement constraint must be 'distinctInstance' or 'memberOf'.")]
    public void A_wrong_constraint_is_refused_with_its_member_and_its_rule(string? type, string? expression, string field, string message)
    {
        var error = Refused([new PlacementConstraint { Type = type, Expression = expression }], null);
        Assert.Equal((ErrorTypes.InvalidParameter, field, message), (error.Type, error.Field, error.Message));
    }

    [Fact]
    public void An_expression_that_cannot_be_read_is_shown_with_a_caret()
    {
        var error = Refused([new PlacementConstraint { Type = "memberOf", Expression = "attribute:a linux" }], null);
        Assert.Equal("placementConstraints[0].expression", error.Field);
        Assert.Equal(
            "A memberOf expression cannot be read: expected an operator after 'attribute:a', at character 13.\n"
            + "attribute:a linux\n            ^",
            error.Message);
    }

    [Theory]
    [InlineData("binpack", null, "placementStrategy[0].field")]
    [InlineData("binpack", "disk", "placementStrategy[0].field")]
    [InlineData("spread", null, "placementStrategy[0].field")]
    [InlineData("spread", "ecs.availability-zone", "placementStrategy[0].field")]
    [InlineData("spread", "attribute:", "placementStrategy[0].field")]
    [InlineData("spread", "attribute:a==1||attribute:b", "placementStrategy[0].field")]
    [InlineData("stack", "cpu", "placementStrategy[0].type")]
    [InlineData(null, null, "placementStrategy[0].type")]
    public void A_wrong_strategy_is_refused_with_its_member(string? type, string? field, string wrong) =>
        Assert.Equal(wrong, Refused(null, [new PlacementStrategy { Type = type, Field = field }]).Field);

    [Fact]
    public void Ten_constraints_and_five_strategies_are_read_and_no_more()
    {
        var constraint = new PlacementConstraint { Type = "memberOf", Expression = "agentConnected == true" };
        var strategy = new PlacementStrategy { Type = "random" };
        Assert.True(PlacementRules.TryRead([.. Enumerable.Repeat(constraint, 10)], [.. Enumerable.Repeat(strategy, 5)], out _, out _));
        Assert.Equal("placementConstraints", Refused([.. Enumerable.Repeat(constraint, 11)], null).Field);
        Assert.Equal("placementStrategy", Refused(null, [.. Enumerable.Repeat(strategy, 6)]).Field);
    }

    [Fact]
    public void Strategies_are_told_in_their_order_whatever_letters_they_were_written_in()
    {
        Assert.True(PlacementRules.TryRead(
            null,
            [
                new PlacementStrategy { Type = "spread", Field = "attribute:ecs.availability-zone" },
                new PlacementStrategy { Type = "spread", Field = "instanceid" },
                new PlacementStrategy { Type = "spread", Field = "host" },
                new PlacementStrategy { Type = "binpack", Field = "MEMORY" },
                new PlacementStrategy { Type = "random", Field = "" },
            ],
            out var rules,
            out _));
        Assert.Equal(
            "spread(attribute:ecs.availability-zone), spread(instanceId), spread(host), binpack(memory), random", rules.Rule);
        Assert.True(PlacementRules.TryRead(null, null, out var none, out _));
        Assert.Equal("first-fit", none.Rule);
    }

    private static CommandError Refused(
        IReadOnlyList<PlacementConstraint>? constraints, IReadOnlyList<PlacementStrategy>? strategies)
    {
        Assert.False(PlacementRules.TryRead(constraints, strategies, out _, out var error));
        return error;
    }
}
