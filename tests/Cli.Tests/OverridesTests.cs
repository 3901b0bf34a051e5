using System.Text.Json.Nodes;
using Ecs.Cli.Commands;
using Ecs.Cli.Endpoint;

namespace Ecs.Cli.Tests;

public class OverridesTests
{
    [Fact]
    public void Given_changes_of_two_containers_when_read_then_they_are_ecs_s_overrides() =>
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"containerOverrides": [
                  {"name": "web", "command": ["sh", "-c", "echo hi; sleep 1"], "memory": 64,
                   "environment": [{"name": "A", "value": "1=2"}, {"name": "B.C", "value": ""}]},
                  {"name": "db", "cpu": 10}]}
                """),
            Overrides.Read(
                ["web.command=sh -c 'echo hi; sleep 1'", "web.env.A=1=2", "db.cpu=10", "web.memory=64",
                    "web.environment.B.C="],
                json: null)));

    [Fact]
    public void Given_json_and_a_change_when_read_then_the_change_is_added_to_it() =>
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"cpu": "5", "containerOverrides": [{"name": "web", "cpu": 2}]}"""),
            Overrides.Read(["web.cpu=2"], """{"cpu": "5", "containerOverrides": [{"name": "web", "cpu": 1}]}""")));

    [Fact]
    public void Given_no_change_when_read_then_nothing_is_sent() => Assert.Null(Overrides.Read([], json: null));

    [Theory]
    [InlineData("""["a b", "c"]""", new[] { "a b", "c" })]
    [InlineData("a  b\tc", new[] { "a", "b", "c" })]
    [InlineData("""sh -c "it's \n" '' x"y z"w""", new[] { "sh", "-c", "it's \\n", "", "xy zw" })]
    [InlineData("", new string[0])]
    public void Given_a_command_when_split_then_quotes_hold_words_together(string text, string[] words) =>
        Assert.Equal(words, Overrides.Words(text, text));

    [Theory]
    [InlineData("web"), InlineData("web=1"), InlineData(".cpu=1"), InlineData("web.cpu=many")]
    [InlineData("web.image=x"), InlineData("web.env=A"), InlineData("web.env.=x")]
    [InlineData("web.command=[1"), InlineData("web.command='a")]
    public void Given_a_change_that_cannot_be_understood_when_read_then_it_is_named(string change)
    {
        var wrong = Assert.Throws<UsageException>(() => Overrides.Read([change], json: null));

        Assert.Contains(change, wrong.Message, StringComparison.Ordinal);
    }
}
