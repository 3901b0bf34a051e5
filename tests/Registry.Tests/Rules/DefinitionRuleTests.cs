using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;

namespace Ecs.Registry.Tests.Rules;

public sealed class DefinitionRuleTests
{
    [Fact]
    public void Given_only_what_is_required_when_read_then_every_default_is_filled_in()
    {
        var command = Of(Container("web") with { PortMappings = [Port(80)] });

        Assert.True(TaskDefinitionRules.TryRead(command, out var content, out _));

        var web = Assert.Single(content.ContainerDefinitions);
        Assert.True(web.Essential);
        Assert.Equal(0, web.Cpu);
        Assert.Equal([], web.Links!);
        Assert.Equal([], web.Environment!);
        Assert.Equal(Port(80, 0, "tcp"), Assert.Single(web.PortMappings!));
        Assert.Equal("bridge", content.NetworkMode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("with:colon")]
    [InlineData("with/slash")]
    public void Given_a_family_that_cannot_be_a_name_when_read_then_it_is_refused(string? family) =>
        AssertRefused(Web() with { Family = family }, "family", "Family ");

    [Fact]
    public void Given_a_family_of_256_characters_when_read_then_only_255_are_allowed()
    {
        AssertRefused(Web(new string('a', 256)), "family", "255");
        Assert.Empty(TaskDefinitionRules.Violations(Web(new string('a', 255))));
    }

    [Theory]
    [InlineData("7", "1 to 9 digits always mean a revision")]
    [InlineData("123456789", "1 to 9 digits always mean a revision")]
    [InlineData("a:b", "':' or '/'")]
    [InlineData("a/b", "':' or '/'")]
    [InlineData("", "1 to 128")]
    [InlineData("a\nb", "control")]
    public void Given_a_label_that_cannot_be_one_when_read_then_the_rule_is_named(string label, string rule) =>
        AssertRefused(Web(label: label), "versionLabel", rule);

    [Theory]
    [InlineData("9f3c2d1")]
    [InlineData("1234567890")]
    [InlineData("v1.2.3+build")]
    public void Given_a_label_that_is_no_revision_when_read_then_it_is_accepted(string label) =>
        Assert.Empty(TaskDefinitionRules.Violations(Web(label: label)));

    [Fact]
    public void Given_no_container_or_eleven_when_read_then_1_to_10_are_allowed()
    {
        AssertRefused(Of(), "containerDefinitions", "cannot be empty");
        AssertRefused(Web() with { ContainerDefinitions = null }, "containerDefinitions", "cannot be empty");
        AssertRefused(
            Of([.. Enumerable.Range(0, 11).Select(i => Container($"c{i}"))]), "containerDefinitions", "at most 10");
        Assert.Empty(TaskDefinitionRules.Violations(Of([.. Enumerable.Range(0, 10).Select(i => Container($"c{i}"))])));
    }

    [Fact]
    public void Given_null_inside_a_list_when_read_then_its_path_is_named()
    {
        AssertRefused(Of(Container("a"), null!), "containerDefinitions[1]", "null");
        AssertRefused(Of(Container("a") with { Links = [null!] }), "containerDefinitions[0].links[0]", "null");
        AssertRefused(Of(Container("a") with { Command = ["x", null!] }), "containerDefinitions[0].command[1]", "null");
    }

    [Fact]
    public void Given_two_containers_of_one_name_when_read_then_the_second_is_refused() =>
        AssertRefused(Of(Container("a"), Container("a")), "containerDefinitions[1].name", "'a' is used twice");

    [Fact]
    public void Given_no_essential_container_when_read_then_one_is_asked_for() => AssertRefused(
        Of(Container("a") with { Essential = false }), "containerDefinitions", "at least one essential");

    [Theory]
    [InlineData("awsvpc", "a network interface of a cloud's")]
    [InlineData("Bridge", "is not a network mode")]
    public void Given_another_network_mode_when_read_then_what_is_known_is_said(string mode, string rule)
    {
        AssertRefused(Web() with { NetworkMode = mode }, "networkMode", rule);
        AssertRefused(Web() with { NetworkMode = mode }, "networkMode", "'bridge'");
    }

    [Fact]
    public void Given_a_definition_of_a_mebibyte_when_read_then_the_limit_is_named()
    {
        var large = Container("a") with { Environment = [new NameValue("BIG", new string('x', 1024 * 1024))] };

        AssertRefused(Of(large), "containerDefinitions", "at most 65536 (64 KiB)");
    }

    [Fact]
    public void Given_several_errors_when_all_are_asked_for_then_all_are_told()
    {
        var command = Of(Container("a b") with { Image = "", Cpu = -1 }) with { Family = "" };

        Assert.Equal(
            ["family", "containerDefinitions[0].name", "containerDefinitions[0].image", "containerDefinitions[0].cpu"],
            TaskDefinitionRules.Violations(command).Select(error => error.Field));
    }

    internal static void AssertRefused(RegisterTaskDefinition command, string field, string inMessage)
    {
        Assert.False(TaskDefinitionRules.TryRead(command, out var content, out var error));
        Assert.Null(content);
        Assert.Equal(ErrorTypes.Client, error.Type);
        Assert.Equal(field, error.Field);
        Assert.Contains(inMessage, error.Message, StringComparison.Ordinal);
    }
}
