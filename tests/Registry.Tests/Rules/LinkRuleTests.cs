using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;
using static Ecs.Registry.Tests.Rules.DefinitionRuleTests;

namespace Ecs.Registry.Tests.Rules;

public sealed class LinkRuleTests
{
    [Fact]
    public void Given_links_by_name_and_by_alias_when_read_then_they_are_accepted() => Assert.Empty(
        TaskDefinitionRules.Violations(Of(
            Linked("balancer", "web:api", "database"), Linked("web", "database:db"), Linked("database"))));

    [Theory]
    [InlineData("other:")]
    [InlineData(":alias")]
    [InlineData("other:a:b")]
    [InlineData("other:a b")]
    [InlineData("")]
    public void Given_a_link_of_another_form_when_read_then_the_form_is_named(string link) => AssertRefused(
        Of(Linked("a", link), Linked("other")), "containerDefinitions[0].links[0]", "'name' or 'name:alias'");

    [Fact]
    public void Given_a_link_to_what_is_not_there_when_read_then_it_is_named() => AssertRefused(
        Of(Linked("a", "b"), Linked("b", "ghost")), "containerDefinitions[1].links[0]", "'b' links to 'ghost'");

    [Fact]
    public void Given_a_link_to_itself_when_read_then_it_is_refused() =>
        AssertRefused(Of(Linked("a", "a:me")), "containerDefinitions[0].links[0]", "links to itself");

    [Fact]
    public void Given_one_alias_for_two_containers_when_read_then_it_is_refused() => AssertRefused(
        Of(Linked("a", "b:x", "c:x"), Linked("b"), Linked("c")), "containerDefinitions[0].links[1]", "'x'");

    [Fact]
    public void Given_a_link_to_a_container_without_a_network_when_read_then_it_is_refused() => AssertRefused(
        Of(Linked("a", "b", "c:x"), Linked("b"), Container("c") with { DisableNetworking = true }),
        "containerDefinitions[0].links[1]", "'c', which has no network");

    [Fact]
    public void Given_a_cycle_of_links_when_read_then_the_way_round_is_told() => AssertRefused(
        Of(Linked("start", "a"), Linked("a", "b:alias"), Linked("b", "c"), Linked("c", "a")),
        "containerDefinitions[1].links",
        "a -> b -> c -> a");

    [Fact]
    public void Given_two_ways_to_one_container_when_read_then_that_is_no_cycle() => Assert.Empty(
        TaskDefinitionRules.Violations(Of(
            Linked("top", "left", "right"), Linked("left", "end"), Linked("right", "end"), Linked("end"))));

    private static ContainerDefinition Linked(string name, params string[] links) =>
        Container(name) with { Links = links };
}
