using System.Text;
using CsCheck;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;
using Ecs.Registry.Tests.Deciding;
using static Ecs.Registry.Tests.Definitions;
using static Ecs.Registry.Tests.Rules.DefinitionRuleTests;

namespace Ecs.Registry.Tests.Rules;

public sealed class PortRuleTests
{
    private static readonly string[] Strays = ["", " ", "-", "+", "x", "٣"];

    private const string First = "containerDefinitions[0].portMappings[0]";

    [Fact]
    public void Given_a_name_and_a_protocol_of_the_application_when_registered_then_both_are_shown_and_nothing_is_required()
    {
        var shown = new Book().Register(Of(With(Port(80) with { Name = "web_1-http", AppProtocol = "http2" })));

        var mapping = Assert.Single(shown.ContainerDefinitions[0].PortMappings!);
        Assert.Equal(Port(80, 0, "tcp") with { Name = "web_1-http", AppProtocol = "http2" }, mapping);
        Assert.Null(shown.RequiresAttributes);
    }

    [Theory]
    [InlineData("8000-8010", "8000-8010")]
    [InlineData("08000-8010", "8000-8010")]
    [InlineData("1-65535", "1-65535")]
    public void Given_a_range_when_read_then_it_has_one_form_and_no_single_ports_reserves_none_and_needs_an_Agent_that_knows_it(
        string said, string kept)
    {
        var command = Of(With(Range(said, "udp"), Port(80, 8080) with { Name = "" }));

        // A range of all ports leaves no room for another one.
        if (kept is "1-65535") command = Of(With(Range(said, "udp") with { ContainerPort = 0, HostPort = 0, AppProtocol = "" }));
        Assert.True(TaskDefinitionRules.TryRead(command, out var content, out var error), error?.Message);

        Assert.Equal(
            new PortMapping { ContainerPortRange = kept, Protocol = "udp" }, content.ContainerDefinitions[0].PortMappings![0]);
        Assert.Empty(Requirements.Of(content).PortsUdp);
        Assert.Equal(kept is "1-65535" ? [] : [8080], Requirements.Of(content).Ports);
        Assert.Equal(
            "attribute:ecs.capability.network.container-port-range exists",
            Assert.Single(RequiredAttributes.ConstraintsOf(content)).Expression);
        Assert.True(RequiredAttributes.IsAskedIn(RequiredAttributes.ConstraintsOf(content)[0].Expression!));
    }

    [Fact]
    public void Given_nothing_of_this_or_values_that_ask_for_nothing_when_registered_then_form_and_digest_are_as_ever()
    {
        var plain = new Book().Register(Of(With(Port(80, 8080))));
        var said = new Book().Register(
            Of(With(Port(80, 8080) with { Name = "", AppProtocol = "", ContainerPortRange = "" })));

        Assert.Equal(plain.Digest, said.Digest);
        Assert.Equal(
            """{"containerPort":80,"hostPort":8080,"protocol":"tcp"}""",
            Encoding.UTF8.GetString(CanonicalJson.Bytes(said.ContainerDefinitions[0].PortMappings![0])));
    }

    [Fact]
    public void Given_the_same_range_in_two_containers_or_many_ranges_in_one_when_read_then_each_has_ports_of_its_own()
    {
        Assert.Empty(TaskDefinitionRules.Violations(
            Of(With(Range("80-90")), With(Range("80-90")) with { Name = "b" })));
        Assert.Empty(TaskDefinitionRules.Violations(Of(With(Ranges(100)))));
    }

    public static TheoryData<string, string, RegisterTaskDefinition> Wrong { get; } = new()
    {
        { $"{First}.name", "lowercase letters", Of(With(Port(80) with { Name = "Web" })) },
        { $"{First}.name", "not begin with a hyphen", Of(With(Port(80) with { Name = "-web" })) },
        { $"{First}.name", "at most 64", Of(With(Port(80) with { Name = new string('a', 65) })) },
        { "containerDefinitions[1].portMappings[1].name", "'web' of a port mapping is used twice",
            Of(With(Port(80) with { Name = "web" }),
                With(Port(80), Port(81) with { Name = "web" }) with { Name = "b" }) },
        { $"{First}.appProtocol", "'http', 'http2' or 'grpc'", Of(With(Port(80) with { AppProtocol = "HTTP" })) },
        { $"{First}.containerPortRange", "the first is the lower", Of(With(Range("8010-8000"))) },
        { $"{First}.containerPortRange", "the first is the lower", Of(With(Range("8000-8000"))) },
        { $"{First}.containerPortRange", "'first-last'", Of(With(Range("8000"))) },
        { $"{First}.containerPortRange", "'first-last'", Of(With(Range("0-10"))) },
        { $"{First}.containerPortRange", "'first-last'", Of(With(Range("65000-65536"))) },
        { $"{First}.containerPort", "must be left out", Of(With(Range("80-90") with { ContainerPort = 80 })) },
        { $"{First}.hostPort", "must be left out", Of(With(Range("80-90") with { HostPort = 80 })) },
        { $"{First}.containerPort", "must be from 1", Of(With(new PortMapping())) },
        { $"{First}.protocol", "'tcp' or 'udp'", Of(With(Range("80-90", "sctp"))) },
        { $"{First}.containerPortRange", "not supported when the network mode is 'host'",
            Of(With(Range("80-90"))) with { NetworkMode = "host" } },
        { "containerDefinitions[0].portMappings", "not supported when the network mode is 'none'",
            Of(With(Range("80-90"))) with { NetworkMode = "none" } },
        { "containerDefinitions[0].portMappings", "101 port ranges; at most 100", Of(With(Ranges(101))) },
        { "containerDefinitions[0].portMappings[1].containerPortRange", "90-99 has a port that another",
            Of(With(Range("80-90"), Range("90-99"))) },
        { "containerDefinitions[0].portMappings[1].containerPortRange", "in one port mapping of a container only",
            Of(With(Range("80-90"), Range("80-90", "udp"))) },
        { "containerDefinitions[0].portMappings[1].containerPort", "'containerPort' 85 has a port",
            Of(With(Range("80-90"), Port(85))) },
        { "containerDefinitions[0].portMappings[1].containerPortRange", "another mapping of the container",
            Of(With(Port(85), Range("80-90"))) },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Given_what_a_mapping_cannot_have_when_read_then_member_and_rule_are_named(
        string field, string rule, RegisterTaskDefinition command) => AssertRefused(command, field, rule);

    [Fact]
    public void Every_range_reads_as_it_is_written_and_no_other_text_does() => Gen.Select(
        Gen.Int[-1, 65_537], Gen.Int[-1, 65_537], Gen.Int[0, 5].Select(i => Strays[i]), Gen.Int[0, 3]).Sample(
        (first, last, stray, place) =>
        {
            var text = $"{first}-{last}".Insert(Math.Min(place, $"{first}".Length), stray);
            var isOne = stray.Length == 0 && first is >= 1 and <= 65_535 && last is >= 1 and <= 65_535 && first < last;

            Assert.Equal(isOne, PortRange.TryParse(text, out var range));
            Assert.Equal(isOne ? text : "0-0", $"{range}");
            if (isOne) Assert.Equal(last - first + 1, range.Count);
        });

    [Fact]
    public void No_text_at_all_is_too_much_for_the_rules() => Gen.String.Null().Sample(text =>
        Assert.Equal(
            text is null or "" || !PortRange.TryParse(text, out _),
            TaskDefinitionRules.Violations(Of(With(Range(text)))).Any()));

    [Fact]
    public void A_container_s_ranges_are_accepted_just_where_no_port_is_in_two_mappings_of_which_one_is_a_range() => Gen.Select(
        Gen.Int[1, 12], Gen.Int[0, 3], Gen.Bool).Array[1, 4].Sample(drawn =>
        {
            var mappings = drawn.Select(one => (Ports: Enumerable.Range(one.Item1, one.Item2 + 1).ToArray(), IsUdp: one.Item3)).ToList();
            var twice = mappings.Index().Any(a => mappings.Index().Any(b => a.Index < b.Index
                && (a.Item.Ports.Length > 1 || b.Item.Ports.Length > 1) && a.Item.Ports.Intersect(b.Item.Ports).Any()));
            var command = Of(With([.. mappings.Select(mapping => mapping.Ports is [var only]
                ? Port(only, null, mapping.IsUdp ? "udp" : null)
                : Range($"{mapping.Ports[0]}-{mapping.Ports[^1]}", mapping.IsUdp ? "udp" : null))]));

            Assert.Equal(twice, TaskDefinitionRules.Violations(command).Any());
        });

    private static ContainerDefinition With(params IReadOnlyList<PortMapping> mappings) =>
        Container("a") with { PortMappings = mappings };

    private static PortMapping Range(string? range, string? protocol = null) =>
        new() { ContainerPortRange = range, Protocol = protocol };

    private static PortMapping[] Ranges(int count) =>
        [.. Enumerable.Range(1, count).Select(i => Range($"{i * 10}-{(i * 10) + 1}"))];
}
