using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;

namespace Ecs.Registry.Tests.Rules;

public sealed class ConstraintRuleTests
{
    [Fact]
    public void Given_an_expression_when_read_then_it_is_part_of_the_definition()
    {
        var constraint = new PlacementConstraint { Type = "memberOf", Expression = "attribute:zone == a" };
        var command = Web() with { PlacementConstraints = [constraint] };

        Assert.True(TaskDefinitionRules.TryRead(command, out var content, out _));
        Assert.Equal(constraint, Assert.Single(content.PlacementConstraints!));
    }

    [Fact]
    public void Given_an_empty_list_when_read_then_the_definition_is_the_same_as_without()
    {
        Assert.True(TaskDefinitionRules.TryRead(Web() with { PlacementConstraints = [] }, out var empty, out _));
        Assert.Null(empty.PlacementConstraints);
    }

    [Theory]
    [InlineData("distinctInstance", null, "placementConstraints[0].type", "must be 'memberOf'")]
    [InlineData(null, "attribute:a exists", "placementConstraints[0].type", "must be 'memberOf'")]
    [InlineData("memberOf", null, "placementConstraints[0].expression", "must have an expression")]
    [InlineData("memberOf", "", "placementConstraints[0].expression", "must have an expression")]
    [InlineData("memberOf", "attribute:a ==", "placementConstraints[0].expression", "at character 15")]
    public void Given_a_constraint_that_a_definition_cannot_have_when_read_then_the_field_and_the_rule_are_named(
        string? type, string? expression, string field, string rule)
    {
        var command = Web() with { PlacementConstraints = [new() { Type = type, Expression = expression }] };

        Assert.False(TaskDefinitionRules.TryRead(command, out _, out var error));
        Assert.Equal(field, error.Field);
        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_eleven_constraints_when_read_then_ten_are_allowed()
    {
        var constraint = new PlacementConstraint { Type = "memberOf", Expression = "attribute:a exists" };
        var command = Web() with { PlacementConstraints = [.. Enumerable.Repeat(constraint, 11)] };
        Assert.Equal("placementConstraints", TaskDefinitionRules.Violations(command).First().Field);
    }
}
