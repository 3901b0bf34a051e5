using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;
using static Ecs.Registry.Tests.Rules.DefinitionRuleTests;

namespace Ecs.Registry.Tests.Rules;

public sealed class VolumeRuleTests
{
    private static readonly DockerVolumeConfiguration Shared =
        new() { Scope = "shared", Autoprovision = true, Driver = "local", Labels = new Dictionary<string, string> { ["a"] = "b" } };

    [Fact]
    public void Given_volumes_of_every_kind_when_read_then_they_are_accepted_with_their_defaults()
    {
        var command = With(
            [
                new() { Name = "etc", Host = new() { SourcePath = "/etc" } },
                new() { Name = "own" },
                new() { Name = "empty", Host = new() { SourcePath = "" } },
                new() { Name = "task", DockerVolumeConfiguration = new() },
                new() { Name = "shared", DockerVolumeConfiguration = Shared },
            ],
            Mounting(("etc", "/etc"), ("own", "/own/")),
            Container("b") with { VolumesFrom = [new() { SourceContainer = "a", ReadOnly = true }] });

        Assert.True(TaskDefinitionRules.TryRead(command, out var content, out var error), error?.Message);

        Assert.Equal(new Volume { Name = "own", Host = new HostVolume() }, content.Volumes![1]);
        Assert.Equal(new Volume { Name = "empty", Host = new HostVolume() }, content.Volumes[2]);
        Assert.Equal(("task", "local", null, null), (content.Volumes[3].DockerVolumeConfiguration!.Scope,
            content.Volumes[3].DockerVolumeConfiguration!.Driver, content.Volumes[3].DockerVolumeConfiguration!.Autoprovision,
            content.Volumes[3].Host));
    }

    [Fact]
    public void Given_no_volumes_when_read_then_it_is_as_if_the_members_were_left_out()
    {
        var silent = Container("a") with { MountPoints = [], VolumesFrom = [] };
        Assert.True(TaskDefinitionRules.TryRead(Of(silent) with { Volumes = [] }, out var content, out _));
        Assert.True(TaskDefinitionRules.TryRead(Of(Container("a")), out var plain, out _));

        Assert.Equal(CanonicalJson.Bytes(plain), CanonicalJson.Bytes(content));
    }

    public static TheoryData<string, string, Volume> Wrong { get; } = new()
    {
        { "volumes[1].name", "null or empty", new() },
        { "volumes[1].name", "invalid characters", new() { Name = "a b" } },
        { "volumes[1].name", "used twice", new() { Name = "first" } },
        { "volumes[1].host.sourcePath", "absolute", new() { Name = "v", Host = new() { SourcePath = "here" } } },
        { "volumes[1].host.sourcePath", "':'", new() { Name = "v", Host = new() { SourcePath = "/a:b" } } },
        { "volumes[1].host.sourcePath", "NUL", new() { Name = "v", Host = new() { SourcePath = "/a\0b" } } },
        { "volumes[1].dockerVolumeConfiguration", "both", new()
            { Name = "v", Host = new() { SourcePath = "/a" }, DockerVolumeConfiguration = new() } },
        { "volumes[1].dockerVolumeConfiguration.scope", "'task' or 'shared'", new()
            { Name = "v", DockerVolumeConfiguration = new() { Scope = "all" } } },
        { "volumes[1].dockerVolumeConfiguration.autoprovision", "'scope' is 'task'", new()
            { Name = "v", DockerVolumeConfiguration = new() { Autoprovision = true } } },
        { "volumes[1].dockerVolumeConfiguration.labels.a", "null", new()
            { Name = "v", DockerVolumeConfiguration = new() { Labels = new Dictionary<string, string> { ["a"] = null! } } } },
        { "volumes[1]", "null", null! },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Given_a_volume_that_cannot_be_when_read_then_member_and_rule_are_named(
        string field, string rule, Volume volume) =>
        AssertRefused(With([new() { Name = "first" }, volume], Container("a")), field, rule);

    public static TheoryData<string, string, ContainerDefinition> WrongMounts { get; } = new()
    {
        { "mountPoints[0].sourceVolume", "Unknown volume 'w'", Mounting(("w", "/a")) },
        { "mountPoints[0].sourceVolume", "Unknown volume ''", new() { MountPoints = [new() { ContainerPath = "/a" }] } },
        { "mountPoints[0].containerPath", "absolute", Mounting(("v", "a")) },
        { "mountPoints[0].containerPath", "':'", Mounting(("v", "/a:ro")) },
        { "mountPoints[0].containerPath", "root", Mounting(("v", "/./")) },
        { "mountPoints[1].containerPath", "two mounts at '/a/'", Mounting(("v", "/a"), ("v", "/a/")) },
        { "mountPoints[1].containerPath", "two mounts", Mounting(("v", "/a"), ("v", "/b/../a")) },
        { "mountPoints[0].containerPath", "two mounts", Mounting(("v", "/a")) with
            { LinuxParameters = new() { Tmpfs = [new() { ContainerPath = "/a", Size = 1 }] } } },
        { "mountPoints[0]", "null", new() { MountPoints = [null!] } },
        { "volumesFrom[0].sourceContainer", "not in", new() { VolumesFrom = [new() { SourceContainer = "x" }] } },
        { "volumesFrom[0].sourceContainer", "not in", new() { VolumesFrom = [new()] } },
        { "volumesFrom[0].sourceContainer", "itself", new() { VolumesFrom = [new() { SourceContainer = "a" }] } },
        { "volumesFrom[1].sourceContainer", "twice", new()
            { VolumesFrom = [new() { SourceContainer = "b" }, new() { SourceContainer = "b", ReadOnly = true }] } },
    };

    [Theory]
    [MemberData(nameof(WrongMounts), DisableDiscoveryEnumeration = true)]
    public void Given_a_mount_that_cannot_be_when_read_then_member_and_rule_are_named(
        string field, string rule, ContainerDefinition container) => AssertRefused(
            With([new() { Name = "v" }], container with { Name = "a", Image = "a:1", Memory = 64 }, Container("b")),
            $"containerDefinitions[0].{field}", rule);

    [Fact]
    public void Given_links_and_volumes_that_close_a_cycle_together_when_read_then_the_way_round_is_told()
    {
        AssertRefused(
            Of(From("a", "b"), From("b", "c"), From("c", "a")),
            "containerDefinitions[0].volumesFrom", "a -> b -> c -> a");
        AssertRefused(
            Of(Container("a") with { Links = ["b"] }, From("b", "a")),
            "containerDefinitions[1].volumesFrom", "a -> b -> a");
        Assert.Empty(TaskDefinitionRules.Violations(Of(From("a", "b"), From("b", "c"), Container("c"))));
    }

    private static RegisterTaskDefinition With(IReadOnlyList<Volume> volumes, params ContainerDefinition[] containers) =>
        Of(containers) with { Volumes = volumes };

    private static ContainerDefinition Mounting(params (string Volume, string Path)[] mounts) => Container("a") with
    {
        MountPoints = [.. mounts.Select(m => new MountPoint { SourceVolume = m.Volume, ContainerPath = m.Path })],
    };

    private static ContainerDefinition From(string name, string source) =>
        Container(name) with { VolumesFrom = [new() { SourceContainer = source }] };
}
