using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;
using static Ecs.Registry.Tests.Rules.DefinitionRuleTests;

namespace Ecs.Registry.Tests.Rules;

public sealed class SettingRuleTests
{
    [Fact]
    public void Given_every_setting_when_read_then_it_is_accepted() => Assert.Empty(TaskDefinitionRules.Violations(
        Of(Container("a") with
        {
            Memory = 64,
            StopTimeout = 86_400,
            VersionConsistency = "disabled",
            Hostname = "h",
            User = "1:2",
            WorkingDirectory = "/w",
            ReadonlyRootFilesystem = true,
            DnsServers = ["192.0.2.1"],
            DnsSearchDomains = ["example.test"],
            ExtraHosts =
            [
                new HostEntry { Hostname = "x", IpAddress = "192.0.2.2" }, new HostEntry { Hostname = "x", IpAddress = "2001:db8::1" },
                new HostEntry { Hostname = "machine", IpAddress = "host-gateway" },
            ],
            DockerSecurityOptions = ["no-new-privileges", "apparmor:unconfined", "label:disable", "seccomp=unconfined"],
            DockerLabels = new Dictionary<string, string> { ["a"] = "" },
            Ulimits = [new Ulimit { Name = "nofile", SoftLimit = 10, HardLimit = -1 }],
            LogConfiguration = new LogConfiguration { LogDriver = "none" },
            SystemControls =
            [
                .. new[]
                {
                    "net.core.somaxconn", "net.ipv4.tcp_keepalive_time", "fs.mqueue.msg_max", "kernel.msgmax", "kernel.msgmnb",
                    "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
                }.Select(name => new SystemControl { Namespace = name, Value = "1" }),
            ],
            LinuxParameters = new LinuxParameters
            {
                Capabilities = new KernelCapabilities { Add = ["NET_ADMIN", "SYS_PTRACE"], Drop = ["ALL"] },
                Devices = [new Device { HostPath = "/dev/null" }],
                Tmpfs = [new Tmpfs { ContainerPath = "/t", Size = 1, MountOptions = ["noexec", "mode=1777", "uid=1", "mpol=prefer:0"] }],
                SharedMemorySize = 1,
                MaxSwap = 0,
                Swappiness = 0,
            },
        })));

    public static TheoryData<string, string, ContainerDefinition> Wrong { get; } = new()
    {
        { "stopTimeout", "from 0 to 86400 seconds", new() { StopTimeout = 86_401 } },
        { "stopTimeout", "from 0 to 86400 seconds", new() { StopTimeout = -1 } },
        { "versionConsistency", "'enabled' or 'disabled'", new() { VersionConsistency = "ENABLED" } },
        { "workingDirectory", "absolute", new() { WorkingDirectory = "here" } },
        { "links", "disableNetworking", new() { DisableNetworking = true, Links = ["a"] } },
        { "portMappings", "disableNetworking", new() { DisableNetworking = true, PortMappings = [new() { ContainerPort = 1 }] } },
        { "logConfiguration.logDriver", "needs a cloud", new() { LogConfiguration = new() { LogDriver = "awslogs" } } },
        { "logConfiguration.logDriver", "needs a cloud", new() { LogConfiguration = new() { LogDriver = "awsfirelens" } } },
        { "logConfiguration.logDriver", "must be one of", new() { LogConfiguration = new() } },
        { "ulimits[0].name", "must be one of", new() { Ulimits = [new() { Name = "x", SoftLimit = 1, HardLimit = 1 }] } },
        { "ulimits[0].hardLimit", "required", new() { Ulimits = [new() { Name = "core", SoftLimit = 1 }] } },
        { "ulimits[0].softLimit", "above", new() { Ulimits = [new() { Name = "core", SoftLimit = 2, HardLimit = 1 }] } },
        { "ulimits[0].softLimit", "above", new() { Ulimits = [new() { Name = "core", SoftLimit = -1, HardLimit = 1 }] } },
        { "extraHosts[0].hostname", "':'", new() { ExtraHosts = [new() { Hostname = "x:y", IpAddress = "192.0.2.1" }] } },
        { "extraHosts[0].ipAddress", "an IP address", new() { ExtraHosts = [new() { Hostname = "x", IpAddress = "upstream" }] } },
        { "extraHosts[0].ipAddress", "required", new() { ExtraHosts = [new() { Hostname = "x" }] } },
        { "systemControls[0].namespace", "required", new() { SystemControls = [new() { Value = "1" }] } },
        { "systemControls[1].namespace", "used twice", new() { SystemControls =
            [new() { Namespace = "net.core.somaxconn", Value = "1" }, new() { Namespace = "net.core.somaxconn", Value = "2" }] } },
        { "systemControls[0].namespace", "one of kernel.msgmax", new() { SystemControls = [new() { Namespace = "vm.swappiness", Value = "1" }] } },
        { "systemControls[0].namespace", "one of kernel.msgmax", new() { SystemControls = [new() { Namespace = "kernel.hostname", Value = "a" }] } },
        { "systemControls[0].namespace", "begins with 'fs.mqueue.' or 'net.'", new() { SystemControls = [new() { Namespace = "net.", Value = "1" }] } },
        { "dockerSecurityOptions[1]", "Active Directory", new() { DockerSecurityOptions = ["no-new-privileges", "credentialspec:file://x"] } },
        { "dockerSecurityOptions[0]", "Active Directory", new() { DockerSecurityOptions = ["credentialspecdomainless:arn"] } },
        { "hostname", "NUL", new() { Hostname = "a\0" } },
        { "dockerLabels.a", "NUL", new() { DockerLabels = new Dictionary<string, string> { ["a"] = "\0" } } },
        { "dockerLabels.a", "null", new() { DockerLabels = new Dictionary<string, string> { ["a"] = null! } } },
        { "dnsServers[1]", "null", new() { DnsServers = ["192.0.2.1", null!] } },
        { "linuxParameters.capabilities.add[0]", "'add' has 'net admin', which is not the name of a capability; it can have any of ALL, ",
            Linux(new() { Capabilities = new() { Add = ["net admin"] } }) },
        { "linuxParameters.capabilities.add[1]", "capability", Linux(new() { Capabilities = new() { Add = ["KILL", "NET_ADMIM"] } }) },
        { "linuxParameters.capabilities.drop[0]", "capability", Linux(new() { Capabilities = new() { Drop = ["CAP_CHOWN"] } }) },
        { "linuxParameters.capabilities.drop[0]", "null", Linux(new() { Capabilities = new() { Drop = [null!] } }) },
        { "linuxParameters.devices[0].hostPath", "absolute", Linux(new() { Devices = [new() { HostPath = "null" }] }) },
        { "linuxParameters.devices[0].permissions[0]", "read, write, mknod", Linux(new()
            { Devices = [new() { HostPath = "/dev/null", Permissions = ["all"] }] }) },
        { "linuxParameters.tmpfs[1].containerPath", "two mounts at '/t'", Linux(new()
            { Tmpfs = [new() { ContainerPath = "/t", Size = 1 }, new() { ContainerPath = "/t", Size = 2 }] }) },
        { "linuxParameters.tmpfs[0].containerPath", "root", Linux(new() { Tmpfs = [new() { ContainerPath = "/t/..", Size = 1 }] }) },
        { "linuxParameters.tmpfs[0].containerPath", "root", Linux(new() { Tmpfs = [new() { ContainerPath = "/", Size = 1 }] }) },
        { "linuxParameters.tmpfs[0].size", "from 1", Linux(new() { Tmpfs = [new() { ContainerPath = "/t" }] }) },
        { "linuxParameters.maxSwap", "from 0", Linux(new() { MaxSwap = -1 }) },
        { "linuxParameters.swappiness", "from 0 to 100", Linux(new() { Swappiness = 101 }) },
        { "linuxParameters.tmpfs[0].mountOptions[1]", "'mountOptions' has 'size=1g', which is none; each is one of defaults, ro", Linux(new()
            { Tmpfs = [new() { ContainerPath = "/t", Size = 1, MountOptions = ["noexec", "size=1g"] }] }) },
        { "linuxParameters.tmpfs[0].mountOptions[0]", "has '', which is none", Linux(new()
            { Tmpfs = [new() { ContainerPath = "/t", Size = 1, MountOptions = [""] }] }) },
        { "linuxParameters.sharedMemorySize", "from 0", Linux(new() { SharedMemorySize = -1 }) },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Given_a_setting_that_cannot_be_when_read_then_member_and_rule_are_named(
        string field, string rule, ContainerDefinition container) => AssertRefused(
            Of(container with { Name = "app", Image = "app:1", Memory = 64 }), $"containerDefinitions[0].{field}", rule);

    [Fact]
    public void Given_what_Docker_runs_though_it_is_said_twice_when_read_then_it_is_accepted() =>
        Assert.Empty(TaskDefinitionRules.Violations(Of(Container("a") with
        {
            Ulimits =
            [
                new Ulimit { Name = "core", SoftLimit = 1, HardLimit = 1 },
                new Ulimit { Name = "core", SoftLimit = 1, HardLimit = 1 },
                new Ulimit { Name = "core", SoftLimit = 0, HardLimit = 0 },
            ],
            LinuxParameters = new LinuxParameters
            {
                Devices =
                [
                    new Device { HostPath = "/dev/null" }, new Device { HostPath = "/dev/null" },
                    new Device { HostPath = "/dev/zero", ContainerPath = "/dev/null" },
                ],
                Tmpfs = [new Tmpfs { ContainerPath = "/t", Size = 1 }, new Tmpfs { ContainerPath = "/t/", Size = 2 }],
            },
        })));

    // Each was given to Docker 20.10, which took or refused it so.
    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData(" 192.0.2.1 ", true)]
    [InlineData("::1", true)]
    [InlineData("0:0:0:0:0:0:0:1", true)]
    [InlineData("::ffff:192.0.2.1", true)]
    [InlineData("host-gateway", true)]
    [InlineData("HOST-GATEWAY", false)]
    [InlineData("1", false)]
    [InlineData("127.1", false)]
    [InlineData("0x7f.1", false)]
    [InlineData("0x7f.0.0.1", false)]
    [InlineData("010.0.0.1", false)]
    [InlineData("192.0.2.04", false)]
    [InlineData("[::1]", false)]
    [InlineData("[::1]:80", false)]
    [InlineData("::1/64", false)]
    [InlineData("fe80::1%1", false)]
    public void Given_an_extra_host_when_read_then_its_address_is_one_where_it_is_one_to_Docker(string address, bool isOne)
    {
        var host = Of(Container("a") with { ExtraHosts = [new HostEntry { Hostname = "x", IpAddress = address }] });

        if (isOne) Assert.Empty(TaskDefinitionRules.Violations(host));
        else AssertRefused(host, "containerDefinitions[0].extraHosts[0].ipAddress", "an IP address");
    }

    [Fact]
    public void Given_swap_without_memory_when_read_then_it_is_refused() => AssertRefused(
        Of(Linux(new() { MaxSwap = 1 }) with { Name = "app", Image = "app:1", MemoryReservation = 64 }),
        "containerDefinitions[0].linuxParameters.maxSwap", "needs the container's 'memory'");

    [Fact]
    public void Given_settings_that_say_nothing_when_read_then_it_is_as_if_they_were_left_out()
    {
        var silent = Container("a") with
        {
            Hostname = "", User = "", DnsServers = [], Ulimits = [], DockerLabels = new Dictionary<string, string>(),
        };
        Assert.True(TaskDefinitionRules.TryRead(Of(silent), out var content, out _));
        Assert.True(TaskDefinitionRules.TryRead(Of(Container("a")), out var plain, out _));

        Assert.Equal(Contracts.CanonicalJson.Bytes(plain), Contracts.CanonicalJson.Bytes(content));
    }

    [Fact]
    public void Given_labels_in_another_order_when_read_then_it_is_the_same_definition()
    {
        string[] names = ["b", "A", "a"];
        var there = Of(Container("a") with { DockerLabels = names.ToDictionary(n => n, n => n) });
        var back = Of(Container("a") with { DockerLabels = names.Reverse().ToDictionary(n => n, n => n) });
        Assert.True(TaskDefinitionRules.TryRead(there, out var one, out _));
        Assert.True(TaskDefinitionRules.TryRead(back, out var other, out _));

        Assert.Equal(Contracts.CanonicalJson.Digest(one), Contracts.CanonicalJson.Digest(other));
        Assert.Equal(Contracts.CanonicalJson.Bytes(one), Contracts.CanonicalJson.Bytes(
            System.Text.Json.JsonSerializer.SerializeToElement(one, Contracts.EcsJson.Options)));
    }

    private static ContainerDefinition Linux(LinuxParameters linux) => new() { LinuxParameters = linux };
}
