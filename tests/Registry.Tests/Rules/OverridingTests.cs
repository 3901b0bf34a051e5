using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;

namespace Ecs.Registry.Tests.Rules;

public sealed class OverridingTests
{
    private static readonly TaskDefinitionContent Two = Content(Of(
        Container("web") with { Environment = [new NameValue("A", "1"), new NameValue("B", "2")], Command = ["serve"] },
        Container("side")));

    [Fact]
    public void Given_no_overrides_when_applied_then_the_definition_is_as_it_was()
    {
        Assert.True(Overriding.TryApply(Two, null, out var same, out _));
        Assert.Equal(Contracts.CanonicalJson.Digest(Two), Contracts.CanonicalJson.Digest(same));
        Assert.True(Overriding.TryApply(Two, new TaskOverrides(), out var equal, out _));
        Assert.Equal(Contracts.CanonicalJson.Digest(Two), Contracts.CanonicalJson.Digest(equal));
    }

    [Fact]
    public void Given_overrides_when_applied_then_variables_merge_by_name_and_the_rest_replaces()
    {
        var applied = Apply(new ContainerOverride
        {
            Name = "web",
            Command = ["debug", "-v"],
            Environment = [new NameValue("B", "two"), new NameValue("C", "3")],
            Cpu = 7,
            Memory = 128,
            MemoryReservation = 32,
        });

        var web = applied.ContainerDefinitions[0];
        Assert.Equal(["debug", "-v"], web.Command!);
        Assert.Equal([new("A", "1"), new("B", "two"), new("C", "3")], web.Environment!);
        Assert.Equal((7, 128, 32), (web.Cpu, web.Memory, web.MemoryReservation));
        Assert.Equal(
            Contracts.CanonicalJson.Digest(Two.ContainerDefinitions[1]),
            Contracts.CanonicalJson.Digest(applied.ContainerDefinitions[1]));
    }

    [Fact]
    public void Given_a_variable_that_is_said_more_than_once_when_applied_then_the_last_holds_as_in_the_container()
    {
        var twice = Two with
        {
            ContainerDefinitions = [Two.ContainerDefinitions[0] with { Environment = [new("A", "1"), new("B", "2"), new("A", "3")] }],
        };

        Assert.True(Overriding.TryApply(twice, With(new() { Name = "web", Environment = [new("B", "4"), new("B", "5")] }), out var applied, out _));
        Assert.Equal([new("A", "3"), new("B", "5")], applied.ContainerDefinitions[0].Environment!);

        Assert.True(Overriding.TryApply(twice, With(new() { Name = "web", Environment = [new("A", "6")] }), out applied, out _));
        Assert.Equal([new("A", "6"), new("B", "2")], applied.ContainerDefinitions[0].Environment!);
    }

    [Fact]
    public void Given_files_of_variables_when_applied_then_they_replace_the_definition_s()
    {
        var files = Content(Of(Container("web") with
        {
            EnvironmentFiles = [new() { Value = "a.env" }],
            Secrets = [new() { Name = "PASSWORD", ValueFrom = "p" }],
        }));

        Assert.True(Overriding.TryApply(files, With(new() { Name = "web", EnvironmentFiles = [new() { Value = "b.env" }] }),
            out var applied, out var error), error?.Message);
        Assert.Equal([new EnvironmentFile { Value = "b.env", Type = "file" }], applied.ContainerDefinitions[0].EnvironmentFiles!);

        Assert.False(Overriding.TryApply(files, With(new() { Name = "web", Environment = [new("PASSWORD", "mine")] }), out _, out error));
        Assert.Equal("overrides.containerOverrides[0].environment[0].name", error.Field);
    }

    [Fact]
    public void Given_amounts_of_the_task_when_applied_then_they_are_what_is_reserved()
    {
        var overrides = new TaskOverrides { Cpu = "1 vCPU", Memory = "1 GB" };

        Assert.True(Overriding.TryApply(Two, overrides, out var applied, out _));
        Assert.Equal((1024, 1024), (Requirements.Of(applied).Cpu, Requirements.Of(applied).Memory));
    }

    [Fact]
    public void Given_a_container_that_is_not_there_when_applied_then_it_is_refused_in_the_words_of_ECS() =>
        AssertRefused(
            new ContainerOverride { Name = "ghost" },
            "overrides.containerOverrides[0].name",
            "Override for container named ghost is not a container in the TaskDefinition.");

    [Fact]
    public void Given_amounts_out_of_range_when_applied_then_the_override_is_named()
    {
        AssertRefused(new ContainerOverride { Name = "web", Cpu = -1 }, "overrides.containerOverrides[0].cpu", "'cpu'");
        AssertRefused(
            new ContainerOverride { Name = "web", MemoryReservation = 64 },
            "overrides.containerOverrides[0].memoryReservation",
            "greater than");
        AssertRefused(
            new ContainerOverride { Name = "web", Environment = [new NameValue("", "x")] },
            "overrides.containerOverrides[0].environment[0].name",
            "null or empty");
        AssertRefused(
            new ContainerOverride { Name = "web", EnvironmentFiles = [new() { Value = "arn:aws:s3:::bucket/a.env", Type = "s3" }] },
            "overrides.containerOverrides[0].environmentFiles[0].value",
            "a bucket of S3, which is not here");
    }

    [Fact]
    public void Given_more_than_8192_characters_when_applied_then_they_are_refused() => AssertRefused(
        new ContainerOverride { Name = "web", Command = [new string('x', 8192)] }, "overrides", "at most 8192");

    [Fact]
    public void Given_null_inside_a_list_when_applied_then_its_path_is_named()
    {
        AssertRefused(null!, "overrides.containerOverrides[0]", "null");
        AssertRefused(
            new ContainerOverride { Name = "web", Command = [null!] },
            "overrides.containerOverrides[0].command[0]",
            "null");
    }

    private static TaskDefinitionContent Apply(ContainerOverride change)
    {
        Assert.True(Overriding.TryApply(Two, With(change), out var applied, out var error), error?.Message);
        return applied;
    }

    private static void AssertRefused(ContainerOverride change, string field, string message)
    {
        Assert.False(Overriding.TryApply(Two, With(change), out _, out var error));
        Assert.Equal(ErrorTypes.InvalidParameter, error.Type);
        Assert.Equal(field, error.Field);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static TaskOverrides With(ContainerOverride change) => new() { ContainerOverrides = [change] };

    private static TaskDefinitionContent Content(RegisterTaskDefinition command)
    {
        Assert.True(TaskDefinitionRules.TryRead(command, out var content, out var error), error?.Message);
        return content;
    }
}
