using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;
using static Ecs.Registry.Tests.Rules.DefinitionRuleTests;

namespace Ecs.Registry.Tests.Rules;

public sealed class ContainerRuleTests
{
    private const string HashButOne = "1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcde";
    private const string Hash = "0" + HashButOne;
    private const string Digest = "sha256:" + Hash;

    [Theory]
    [InlineData(null, "Container.name should not be null or empty.")]
    [InlineData("", "Container.name should not be null or empty.")]
    [InlineData("a b", "Container.name contains invalid characters")]
    [InlineData("ä", "Container.name contains invalid characters")]
    public void Given_a_name_that_is_none_when_read_then_it_is_refused(string? name, string message) =>
        AssertRefused(Of(Container(name)), "containerDefinitions[0].name", message);

    [Theory]
    [InlineData(null, "Container.image should not be null or empty.")]
    [InlineData("a b", "Container.image contains invalid characters")]
    [InlineData("web@sha256:0123", "a name before its only '@', and 'sha256:' and 64 hexadecimal digits behind it")]
    [InlineData("web@" + Digest + "0", "64 hexadecimal digits")]
    [InlineData("web@sha512:" + Hash, "64 hexadecimal digits")]
    [InlineData("web@sha256:" + "g" + HashButOne, "64 hexadecimal digits")]
    [InlineData("web@" + Digest + "@" + Digest, "its only '@'")]
    [InlineData("@" + Digest, "a name before")]
    [InlineData("web@", "64 hexadecimal digits")]
    public void Given_an_image_that_is_none_when_read_then_it_is_refused(string? image, string message) =>
        AssertRefused(Of(Container("a") with { Image = image }), "containerDefinitions[0].image", message);

    [Theory]
    [InlineData("host:5000/some/image@" + Digest)]
    [InlineData("web:1.2@" + Digest)]
    [InlineData("web@sha256:" + "A" + HashButOne)]
    public void Given_an_image_by_digest_when_read_then_it_is_accepted(string image) =>
        Assert.Empty(TaskDefinitionRules.Violations(Of(Container("a") with { Image = image })));

    [Theory]
    [InlineData(-1)]
    [InlineData(1024 * 1024 + 1)]
    public void Given_cpu_out_of_range_when_read_then_the_range_is_named(int cpu) =>
        AssertRefused(Of(Container("a") with { Cpu = cpu }), "containerDefinitions[0].cpu", "from 0 to 1048576");

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-7)]
    [InlineData(int.MaxValue)]
    public void Given_memory_out_of_range_when_read_then_the_range_is_named(int memory)
    {
        AssertRefused(Of(Container("a") with { Memory = memory }), "containerDefinitions[0].memory", "from 6 to");
        AssertRefused(
            Of(Container("a") with { Memory = null, MemoryReservation = memory }),
            "containerDefinitions[0].memoryReservation",
            "from 6 to");
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(64, 128)]
    public void Given_a_reservation_that_is_not_below_the_limit_when_read_then_it_is_refused(int hard, int soft) =>
        AssertRefused(
            Of(Container("a") with { Memory = hard, MemoryReservation = soft }),
            "containerDefinitions[0].memoryReservation",
            "'memory' must be greater than 'memoryReservation'");

    [Fact]
    public void Given_no_memory_at_all_when_read_then_it_is_refused_in_the_words_of_ECS()
    {
        var command = Of(Container("a") with { Memory = null });

        AssertRefused(
            command,
            "containerDefinitions[0].memory",
            "Invalid setting for container 'a'. At least one of 'memory' or 'memoryReservation' must be specified.");
        Assert.Empty(TaskDefinitionRules.Violations(command with { Memory = "512" }));
    }

    [Theory]
    [InlineData("", "should not be null or empty")]
    [InlineData(null, "should not be null or empty")]
    [InlineData("A=B", "must not contain '='")]
    public void Given_a_variable_without_a_right_name_when_read_then_it_is_refused(string? name, string message) =>
        AssertRefused(
            Of(Container("a") with { Environment = [new NameValue("OK", "1"), new NameValue(name!, "2")] }),
            "containerDefinitions[0].environment[1].name",
            message);

    [Fact]
    public void Given_the_character_NUL_when_read_then_it_is_refused_wherever_it_stands()
    {
        AssertRefused(
            Of(Container("a") with { Environment = [new NameValue("A", "x\0y")] }),
            "containerDefinitions[0].environment[0].value",
            "NUL");
        AssertRefused(Of(Container("a") with { Command = ["\0"] }), "containerDefinitions[0].command[0]", "NUL");
    }

    [Theory]
    [InlineData(null, 0, "tcp", "containerPort")]
    [InlineData(0, 0, "tcp", "containerPort")]
    [InlineData(65536, 0, "tcp", "containerPort")]
    [InlineData(80, -1, "tcp", "hostPort")]
    [InlineData(80, 65536, "tcp", "hostPort")]
    [InlineData(80, 0, "sctp", "protocol")]
    [InlineData(80, 0, "TCP", "protocol")]
    public void Given_a_port_mapping_out_of_range_when_read_then_its_member_is_named(
        int? container, int? host, string? protocol, string member) => AssertRefused(
            Of(Container("a") with { PortMappings = [Port(1), Port(container, host, protocol)] }),
            $"containerDefinitions[0].portMappings[1].{member}",
            member);

    [Fact]
    public void Given_a_host_port_used_twice_when_read_then_it_is_refused_but_tcp_and_udp_are_two()
    {
        var first = Container("a") with { PortMappings = [Port(80, 8080), Port(53, 8080, "udp")] };
        var second = Container("b") with { PortMappings = [Port(81, 8080)] };

        AssertRefused(
            Of(first, second),
            "containerDefinitions[1].portMappings[0].hostPort",
            "8080/tcp is used twice, by the containers 'a' and 'b'");
        Assert.Empty(TaskDefinitionRules.Violations(Of(first)));
        Assert.Empty(TaskDefinitionRules.Violations(
            Of(Container("a") with { PortMappings = [Port(80), Port(80), Port(81, 0)] })));
    }
}
