using Ecs.Agent.Joining;
using Ecs.Agent.Machine;
using Ecs.Contracts;
using Ecs.Hosting;
using Microsoft.Extensions.Configuration;

namespace Ecs.Agent.Tests.Joining;

public sealed class JoiningTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ecs-joining-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private AgentSettings Settings(params (string Name, string Value)[] values) => AgentSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(
            values.Append((AgentSettings.DataDirName, _directory))
                .Select(v => KeyValuePair.Create(v.Item1, (string?)v.Item2)))
        .Build());

    [Fact]
    public void Given_the_same_cluster_and_engine_then_the_instance_is_the_same_and_else_another()
    {
        var one = InstanceIdentity.Derive(Arn.Cluster(Scope.Default, "default"), "ENGINE");

        Assert.Matches("^[0-9a-f]{32}$", one);
        Assert.Equal(one, InstanceIdentity.Derive(Arn.Cluster(Scope.Default, "default"), "ENGINE"));
        Assert.NotEqual(one, InstanceIdentity.Derive(Arn.Cluster(Scope.Default, "default"), "OTHER"));
        Assert.NotEqual(one, InstanceIdentity.Derive(Arn.Cluster(Scope.Default, "other"), "ENGINE"));
    }

    [Fact]
    public void Given_the_kernels_table_then_listening_ports_are_reserved_but_not_dockers_and_not_ephemeral_ones()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "net"));
        Directory.CreateDirectory(Path.Combine(_directory, "sys/net/ipv4"));
        var table = Path.Combine(_directory, "net/tcp");
        File.WriteAllLines(table,
        [
            "  sl  local_address rem_address   st tx_queue rx_queue",
            "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000", // 8080, listens
            "   1: 0100007F:1538 00000000:0000 0A 00000000:00000000", // 5432, listens
            "   2: 00000000:0050 00000000:0000 0A 00000000:00000000", // 80, Docker's
            "   3: 0100007F:0051 0100007F:1F90 01 00000000:00000000", // 81, a connection
            "   4: 00000000:C000 00000000:0000 0A 00000000:00000000", // 49152, ephemeral
            "   5: 00000000:0016 00000000:0000 0A 00000000:00000000", // 22, reserved in any case
        ]);
        File.WriteAllText(Path.Combine(_directory, "sys/net/ipv4/ip_local_port_range"), "32768\t60999\n");

        Assert.Equal(
            [22, 2375, 2376, 51678, 51679, 5432, 8080],
            PortsInUse.Find(new HashSet<int> { 80 }, new KernelPorts(_directory)));
    }

    [Fact]
    public void Given_no_settings_then_those_of_ecs_hold()
    {
        var settings = AgentSettings.Read(new ConfigurationBuilder().Build());

        Assert.Equal(("default", "/var/lib/ecs-agent"), (settings.Cluster, settings.DataDir));
        Assert.Equal(
            (TimeSpan.FromSeconds(30), TimeSpan.FromHours(3)), (settings.StopTimeout, settings.CleanupAfter));
        Assert.Equal(
            (TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(3)), (settings.CreateTimeout, settings.StartTimeout));
        Assert.Equal(new Uri("unix:///var/run/docker.sock"), settings.DockerHost);
    }

    [Fact]
    public void Given_the_longest_times_that_settings_can_have_then_timers_take_them_and_beyond_them_the_rule_is_told()
    {
        var settings = Settings((AgentSettings.CleanupAfterName, "2592000"), (ImageSettings.CleanupIntervalName, "2592000"));

        using var timers = new Timer(_ => { }, null, settings.CleanupAfter, settings.Images.CleanupEvery);
        var wrong = Assert.Throws<SettingException>(() => Settings((ImageSettings.CleanupIntervalName, "4294968")));
        Assert.Contains("a whole number from 1 to 2592000", wrong.Message);
    }

    [Theory]
    [InlineData(AgentSettings.CpuName, "0")]
    [InlineData(AgentSettings.MemoryName, "much")]
    [InlineData(AgentSettings.StopTimeoutName, "-1")]
    [InlineData(AgentSettings.StopTimeoutName, "86401")]
    [InlineData(AgentSettings.CreateTimeoutName, "5000000")]
    [InlineData(AgentSettings.CreateTimeoutName, "0")]
    [InlineData(AgentSettings.StartTimeoutName, "4m")]
    [InlineData(AgentSettings.CleanupAfterName, "2592001")]
    [InlineData(AgentSettings.CleanupAfterName, "5000000")]
    [InlineData(ImageSettings.CleanupIntervalName, "2592001")]
    [InlineData(ImageSettings.CleanupIntervalName, "0")]
    [InlineData(ImageSettings.MinimumAgeName, "9000000000")]
    [InlineData(ImageSettings.PerRoundName, "0")]
    [InlineData(AgentSettings.AttributesName, "=x")]
    [InlineData(AgentSettings.TagsName, "=x")]
    [InlineData(AgentSettings.InstanceIdName, "ABC")]
    [InlineData(AgentSettings.DockerHostName, "not an address")]
    public void Given_a_setting_that_cannot_be_then_it_is_named(string name, string value) =>
        Assert.Contains(name, Assert.Throws<SettingException>(() => Settings((name, value))).Message);
}
