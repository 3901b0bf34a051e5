using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.BadInput;

[Collection(CalmTests.Name)]
public sealed class RefusedLabels(CalmStack stack) : StackTest(stack)
{
    [Fact]
    public async Task Given_a_label_that_is_used_then_the_same_content_finds_its_revision_and_other_content_is_refused()
    {
        var family = NewName("labelled");
        object Body(string script) => new
        {
            family,
            versionLabel = "9a56714245e7e603127",
            containerDefinitions = new[] { Containers.Shell("main", script) },
        };

        var first = await Api.CallAsync("RegisterTaskDefinition", Body("sleep 1"));
        var again = await Api.CallAsync("RegisterTaskDefinition", Body("sleep 1"));
        Assert.Equal(
            (string?)first["taskDefinition"]!["taskDefinitionArn"],
            (string?)again["taskDefinition"]!["taskDefinitionArn"]);

        var refused = await Api.RefusedAsync("RegisterTaskDefinition", Body("sleep 2"));
        Assert.Equal("ClientException", refused.Type);
        Assert.Contains("9a56714245e7e603127", refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("123456789")]
    [InlineData("a:b")]
    [InlineData("a/b")]
    public async Task Given_a_label_that_would_be_read_as_something_else_then_it_is_refused_and_the_rule_is_named(
        string label)
    {
        var refused = await Api.RefusedAsync("RegisterTaskDefinition", new
        {
            family = NewName("mislabelled"),
            versionLabel = label,
            containerDefinitions = new[] { Containers.Shell("main", "true") },
        });

        Assert.Equal("ClientException", refused.Type);
        Assert.Contains(char.IsDigit(label[0]) ? "revision" : label[1..2], refused.Text, StringComparison.Ordinal);
    }
}
