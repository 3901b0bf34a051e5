using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;
using static Ecs.Registry.Tests.Rules.DefinitionRuleTests;

namespace Ecs.Registry.Tests.Rules;

public sealed class TaskAmountTests
{
    [Theory]
    [InlineData("512", "512")]
    [InlineData("0512", "512")]
    [InlineData("1 vCPU", "1024")]
    [InlineData("1vcpu", "1024")]
    [InlineData(".25 vCPU", "256")]
    [InlineData("0.125 vCPU", "128")]
    public void Given_the_forms_that_ECS_takes_when_cpu_is_read_then_it_is_units(string text, string units) =>
        Assert.Equal(units, Read(cpu: text).Cpu);

    [Theory]
    [InlineData("512", "512")]
    [InlineData("1 GB", "1024")]
    [InlineData("1GB", "1024")]
    [InlineData("0.5 gb", "512")]
    public void Given_the_forms_that_ECS_takes_when_memory_is_read_then_it_is_MiB(string text, string mebibytes) =>
        Assert.Equal(mebibytes, Read(memory: text).Memory);

    [Theory]
    [InlineData("")]
    [InlineData("much")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("127")]
    [InlineData("196609")]
    [InlineData("0.0001 vCPU")]
    [InlineData("99999999999999999999 vCPU")]
    [InlineData("1 GB")]
    public void Given_another_text_when_cpu_is_read_then_what_it_takes_is_said(string text) =>
        AssertRefused(Web() with { Cpu = text }, "cpu", "Invalid 'cpu' setting for task");

    [Theory]
    [InlineData("5")]
    [InlineData("2 vCPU")]
    [InlineData("99999999999")]
    public void Given_another_text_when_memory_is_read_then_what_it_takes_is_said(string text) =>
        AssertRefused(Web() with { Memory = text }, "memory", "Invalid 'memory' setting for task");

    [Fact]
    public void Given_containers_that_need_more_than_their_task_when_read_then_the_sums_are_told()
    {
        var two = Of(Container("a") with { Cpu = 200 }, Container("b") with { Cpu = 100 });

        AssertRefused(two with { Cpu = "256" }, "cpu", "adds up to 300");
        AssertRefused(two with { Memory = "100" }, "memory", "adds up to 128 MiB");
        AssertRefused(two with { Memory = "63" }, "memory", "'memory' of 64 MiB is more than the task's 63");
        Assert.Empty(TaskDefinitionRules.Violations(two with { Cpu = "0.5 vCPU", Memory = "128" }));
    }

    [Fact]
    public void Given_containers_alone_when_their_needs_are_asked_then_they_add_up()
    {
        var needs = Requirements.Of(Content(Of(
            Container("a") with { Cpu = 100, PortMappings = [Port(80, 8080), Port(81), Port(53, 53, "udp")] },
            Container("b") with { Cpu = 28, MemoryReservation = 32, PortMappings = [Port(443, 443)] })));

        Assert.Equal(128, needs.Cpu);
        Assert.Equal(96, needs.Memory);
        Assert.Equal([443, 8080], needs.Ports);
        Assert.Equal([53], needs.PortsUdp);
    }

    [Fact]
    public void Given_amounts_of_the_task_when_its_needs_are_asked_then_they_count()
    {
        var needs = Requirements.Of(Read(cpu: "1 vCPU", memory: "2 GB"));

        Assert.Equal((1024, 2048), (needs.Cpu, needs.Memory));
    }

    private static TaskDefinitionContent Read(string? cpu = null, string? memory = null) =>
        Content(Web() with { Cpu = cpu, Memory = memory });

    private static TaskDefinitionContent Content(Contracts.Commands.RegisterTaskDefinition command)
    {
        Assert.True(TaskDefinitionRules.TryRead(command, out var content, out var error), error?.Message);
        return content;
    }
}
