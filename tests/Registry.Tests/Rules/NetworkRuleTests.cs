using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;
using static Ecs.Registry.Tests.Rules.DefinitionRuleTests;

namespace Ecs.Registry.Tests.Rules;

public sealed class NetworkRuleTests
{
    [Fact]
    public void Given_host_mode_when_read_then_a_container_port_is_the_machine_s_and_is_what_is_reserved()
    {
        var command = Of(
            Container("a") with { PortMappings = [Port(8080), Port(8081, 8081), Port(53, 0, "udp")] },
            Container("b") with { PortMappings = [Port(8082)] }) with { NetworkMode = "host" };

        Assert.True(TaskDefinitionRules.TryRead(command, out var content, out var error), error?.Message);

        Assert.Equal(
            [Port(8080, 8080, "tcp"), Port(8081, 8081, "tcp"), Port(53, 53, "udp")],
            content.ContainerDefinitions[0].PortMappings!);
        Assert.Equal([8080, 8081, 8082], Requirements.Of(content).Ports);
        Assert.Equal([53], Requirements.Of(content).PortsUdp);
        Assert.Equal("host", Requirements.SettingsOf(content).NetworkMode);
    }

    [Theory]
    [InlineData("bridge", null, null)]
    [InlineData("none", "host", "none")]
    [InlineData("host", "host", "host")]
    [InlineData("bridge", "", "")]
    public void Given_modes_of_the_machine_when_read_then_they_are_accepted(string network, string? pid, string? ipc)
    {
        var command = Web() with { NetworkMode = network, PidMode = pid, IpcMode = ipc };

        Assert.True(TaskDefinitionRules.TryRead(command, out var content, out var error), error?.Message);
        var settings = Requirements.SettingsOf(content);
        Assert.Equal(
            (network, pid is "" ? null : pid, ipc is "" ? null : ipc),
            (settings.NetworkMode, settings.PidMode, settings.IpcMode));
    }

    [Theory]
    [InlineData("task", null, "c")]
    [InlineData(null, "task", "c")]
    [InlineData("host", "none", null)]
    public void Given_a_shared_namespace_when_read_then_the_first_essential_container_that_needs_no_other_has_it(
        string? pid, string? ipc, string? owner)
    {
        var command = Of(
            Container("a") with { Essential = false },
            Container("b") with { DependsOn = [new() { ContainerName = "a", Condition = "START" }] },
            Container("c") with { RestartPolicy = new() { Enabled = false } },
            Container("d")) with { PidMode = pid, IpcMode = ipc };

        Assert.True(TaskDefinitionRules.TryRead(command, out var content, out var error), error?.Message);
        Assert.Equal(owner, Requirements.SettingsOf(content).NamespaceOwner);
    }

    [Fact]
    public void Given_processes_that_are_shared_when_every_essential_container_waits_then_one_that_waits_for_ends_has_them()
    {
        var command = Of(
            Container("app") with { DependsOn = [After("migrate", "SUCCESS"), After("fetch", "COMPLETE")] },
            Container("migrate") with { Essential = false, DependsOn = [After("fetch", "COMPLETE")] },
            Container("fetch") with { Essential = false },
            Container("side") with { DependsOn = [After("app", "START")] }) with { PidMode = "task" };

        Assert.True(TaskDefinitionRules.TryRead(command, out var content, out var error), error?.Message);
        var settings = Requirements.SettingsOf(content);
        Assert.Equal("app", settings.NamespaceOwner);
        Assert.Equal(["migrate", "fetch"], settings.BeforeNamespace!);
        Assert.Equal([null, null, null, "app"], content.ContainerDefinitions.Select(c => settings.OwnerFor(c.Name)));
    }

    public static TheoryData<string, string, RegisterTaskDefinition> Wrong { get; } = new()
    {
        { "containerDefinitions[0].portMappings[0].hostPort", "must be 80, or left out",
            Of(Container("a") with { PortMappings = [Port(80, 8080)] }) with { NetworkMode = "host" } },
        { "containerDefinitions[1].portMappings[0].hostPort", "80/tcp is used twice",
            Of(Container("a") with { PortMappings = [Port(80)] }, Container("b") with { PortMappings = [Port(80)] })
                with { NetworkMode = "host" } },
        { "containerDefinitions[0].links", "not supported when the network mode is 'host'",
            Of(Container("a") with { Links = ["b"] }, Container("b")) with { NetworkMode = "host" } },
        { "containerDefinitions[0].links", "not supported when the network mode is 'none'",
            Of(Container("a") with { Links = ["b"] }, Container("b")) with { NetworkMode = "none" } },
        { "containerDefinitions[0].portMappings", "not supported when the network mode is 'none'",
            Of(Container("a") with { PortMappings = [Port(80)] }) with { NetworkMode = "none" } },
        { "containerDefinitions[0].systemControls[0].namespace", "'networkMode' is 'host'",
            Of(Container("a") with { SystemControls = [new() { Namespace = "net.core.somaxconn", Value = "1" }] })
                with { NetworkMode = "host" } },
        { "containerDefinitions[0].systemControls[0].namespace", "'ipcMode' is 'host'",
            Of(Container("a") with { SystemControls = [new() { Namespace = "kernel.shmmax", Value = "1" }] })
                with { IpcMode = "host" } },
        { "containerDefinitions[0].linuxParameters.sharedMemorySize", "no meaning where 'ipcMode' is 'host'",
            Of(Sharing("a", 1)) with { IpcMode = "host" } },
        { "containerDefinitions[0].linuxParameters.sharedMemorySize", "no meaning where 'ipcMode' is 'none'",
            Of(Sharing("a", 1)) with { IpcMode = "none" } },
        { "containerDefinitions[1].linuxParameters.sharedMemorySize", "but of the container 'a'",
            Of(Sharing("a", 1), Sharing("b", 1)) with { IpcMode = "task" } },
        { "pidMode", "must be 'host' or 'task'", Web() with { PidMode = "none" } },
        { "ipcMode", "must be 'host', 'none' or 'task'", Web() with { IpcMode = "private" } },
        { "pidMode", "needs an essential container that has the namespace",
            Of(Container("a") with { Essential = false }, Container("b") with { Links = ["a"] }) with { PidMode = "task" } },
        { "pidMode", "perhaps for the end ('COMPLETE', 'SUCCESS') of some that wait for no other",
            Of(Container("a") with { DependsOn = [After("b", "START")] }, Container("b") with { Essential = false })
                with { PidMode = "task" } },
        { "pidMode", "needs an essential container that has the namespace",
            Of(Container("a") with { DependsOn = [After("b", "COMPLETE")] },
                Container("b") with { Essential = false, DependsOn = [After("c", "HEALTHY")] },
                Container("c") with { Essential = false, HealthCheck = new() { Command = ["CMD", "true"] } })
                with { PidMode = "task" } },
        { "pidMode", "needs an essential container that has the namespace",
            Of(Container("a") with { DependsOn = [After("b", "COMPLETE")] },
                Container("b") with { Essential = false, RestartPolicy = new() { Enabled = true } }) with { PidMode = "task" } },
        { "pidMode", "needs an essential container that has the namespace",
            Of(Container("a") with { DependsOn = [After("b", "SUCCESS")], Links = ["b"] }, Container("b") with { Essential = false })
                with { PidMode = "task" } },
        { "ipcMode", "what that left in shared memory would be lost",
            Of(Container("a") with { DependsOn = [After("b", "SUCCESS")] }, Container("b") with { Essential = false })
                with { IpcMode = "task" } },
        { "ipcMode", "needs an essential container that has the namespace",
            Of(Container("a") with { RestartPolicy = new() { Enabled = true } }) with { IpcMode = "task" } },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Given_what_a_mode_cannot_have_when_read_then_member_and_rule_are_named(
        string field, string rule, RegisterTaskDefinition command) => AssertRefused(command, field, rule);

    [Theory]
    [InlineData("host", 0, 0)]
    [InlineData("none", 0, 0)]
    [InlineData("task", 1, 0)]
    [InlineData(null, 1, 1)]
    public void Given_shared_memory_where_a_container_has_some_when_read_then_it_is_accepted(string? mode, int first, int second) =>
        Assert.Empty(TaskDefinitionRules.Violations(Of(Sharing("a", first), Sharing("b", second)) with { IpcMode = mode }));

    private static ContainerDefinition Sharing(string name, int mebibytes) =>
        Container(name) with { LinuxParameters = new() { SharedMemorySize = mebibytes } };

    private static ContainerDependency After(string container, string condition) =>
        new() { ContainerName = container, Condition = condition };
}
