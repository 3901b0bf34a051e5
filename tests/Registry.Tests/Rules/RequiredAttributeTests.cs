using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.ClusterQueries;
using Ecs.Model.TaskDefinitions;
using Ecs.Registry.Tests.Deciding;
using static Ecs.Registry.Tests.Definitions;

namespace Ecs.Registry.Tests.Rules;

public class RequiredAttributeTests
{
    private readonly Book _book = new();

    [Fact]
    public void Given_what_not_every_instance_has_when_registered_then_the_revision_shows_it()
    {
        var shown = _book.Register(Of(
            Container("a") with { Privileged = true, LogConfiguration = new() { LogDriver = "syslog" } },
            Container("b") with { LogConfiguration = new() { LogDriver = "syslog" } },
            Container("c") with { LogConfiguration = new() { LogDriver = "none" } }) with
        {
            RuntimePlatform = new() { CpuArchitecture = "ARM64", OperatingSystemFamily = "LINUX" },
            Volumes =
            [
                new() { Name = "v", DockerVolumeConfiguration = new() { Driver = "rexray" } },
                new() { Name = "w", DockerVolumeConfiguration = new() },
            ],
        });

        Assert.Equal(
            [
                "ecs.capability.task-settings",
                "com.amazonaws.ecs.capability.privileged-container",
                "com.amazonaws.ecs.capability.logging-driver.syslog",
                "ecs.capability.docker-plugin.rexray",
                "ecs.os-type=linux",
                "ecs.cpu-architecture=arm64",
            ],
            shown.RequiresAttributes!.Select(a => a.Value is null ? a.Name : $"{a.Name}={a.Value}"));
        Assert.Equal(("ARM64", "LINUX"), (shown.RuntimePlatform!.CpuArchitecture, shown.RuntimePlatform.OperatingSystemFamily));
    }

    [Fact]
    public void Given_what_every_instance_has_when_registered_then_nothing_is_required_and_the_content_is_the_same()
    {
        var plain = _book.Register(Web("plain"));
        var said = _book.Register(Web("said") with { RuntimePlatform = new() { CpuArchitecture = "" }, TaskRoleArn = "" });

        Assert.Null(plain.RequiresAttributes);
        Assert.Null(said.RuntimePlatform);
        Assert.Equal(plain.Digest, said.Digest);
    }

    [Theory]
    [InlineData("vieux/sshfs", "ecs.capability.docker-plugin.vieux/sshfs")]
    [InlineData("vieux/sshfs:latest", "ecs.capability.docker-plugin.vieux/sshfs")]
    [InlineData("vieux/sshfs:1.2", null)]
    [InlineData("registry:5000/sshfs", null)]
    [InlineData("local", null)]
    public void Given_a_volume_plugin_then_it_is_asked_for_by_one_name_whatever_its_tag_and_not_where_that_names_no_attribute(
        string driver, string? attribute)
    {
        TaskDefinitionRules.TryRead(
            Of(Container("a")) with { Volumes = [new() { Name = "v", DockerVolumeConfiguration = new() { Driver = driver } }] },
            out var content,
            out _);

        string?[] required = [.. RequiredAttributes.Of(content!).Select(a => a.Name).Except(["ecs.capability.task-settings"])];
        string?[] wanted = attribute is null ? [] : [attribute];

        Assert.Equal(wanted, required);
        Assert.All(RequiredAttributes.ConstraintsOf(content!), c => Assert.True(ClusterQuery.TryParse(c.Expression!, out _, out _)));
    }

    [Fact]
    public void Given_a_plugin_that_is_written_in_both_ways_then_it_is_required_once()
    {
        TaskDefinitionRules.TryRead(
            Of(Container("a")) with
            {
                Volumes =
                [
                    new() { Name = "v", DockerVolumeConfiguration = new() { Driver = "vieux/sshfs" } },
                    new() { Name = "w", DockerVolumeConfiguration = new() { Driver = "vieux/sshfs:latest" } },
                ],
            },
            out var content,
            out _);

        Assert.Single(RequiredAttributes.Of(content!), a => a.Name == "ecs.capability.docker-plugin.vieux/sshfs");
        Assert.Equal(2, RequiredAttributes.Of(content!).Count);
    }

    [Fact]
    public void Given_roles_when_registered_then_they_are_kept_and_shown()
    {
        const string Role = "arn:aws:iam::000000000000:role/";

        var shown = _book.Register(Web("web") with { TaskRoleArn = Role + "a", ExecutionRoleArn = Role + "b" });

        Assert.Equal((Role + "a", Role + "b"), (shown.TaskRoleArn, shown.ExecutionRoleArn));
    }

    [Theory]
    [InlineData("x86_64", "LINUX", "runtimePlatform.cpuArchitecture", "X86_64 or ARM64")]
    [InlineData("ARM64", "WINDOWS_SERVER_2022_CORE", "runtimePlatform.operatingSystemFamily", "containers of Linux")]
    public void Given_a_platform_that_is_none_here_when_registered_then_it_is_refused_by_its_member(
        string cpu, string system, string field, string rule)
    {
        var command = Of(Container("a")) with { RuntimePlatform = new() { CpuArchitecture = cpu, OperatingSystemFamily = system } };

        var error = TaskDefinitionRules.Violations(command).First();

        Assert.Equal((ErrorTypes.InvalidParameter, field), (error.Type, error.Field));
        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_required_attributes_when_asked_for_then_each_is_a_constraint_that_is_told_apart_from_a_user_s()
    {
        TaskDefinitionRules.TryRead(
            Of(Container("a") with { Privileged = true, LogConfiguration = new() { LogDriver = "gelf" } }) with
            {
                RuntimePlatform = new() { CpuArchitecture = "X86_64", OperatingSystemFamily = "LINUX" },
                Volumes = [new() { Name = "v", DockerVolumeConfiguration = new() { Driver = "rexray" } }],
            },
            out var content,
            out _);

        var constraints = RequiredAttributes.ConstraintsOf(content!);

        Assert.Equal(6, constraints.Count);
        Assert.All(constraints, constraint => Assert.True(RequiredAttributes.IsAskedIn(constraint.Expression!)));
        Assert.False(RequiredAttributes.IsAskedIn("attribute:rack == a"));
        Assert.False(RequiredAttributes.IsAskedIn("attribute:ecs.availability-zone == a"));
    }
}
