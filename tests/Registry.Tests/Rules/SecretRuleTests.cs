using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;
using static Ecs.Registry.Tests.Rules.DefinitionRuleTests;

namespace Ecs.Registry.Tests.Rules;

public sealed class SecretRuleTests
{
    [Theory]
    [InlineData("password")]
    [InlineData("/prod/db/password")]
    [InlineData("prod/..db")]
    public void Given_a_file_of_the_agent_s_when_read_then_it_is_accepted(string file) => Assert.Empty(
        TaskDefinitionRules.Violations(Of(Secret(file) with { EnvironmentFiles = [new() { Value = $"{file}.env" }] })));

    [Theory]
    [InlineData("arn:aws:ssm:us-east-1:111122223333:parameter/p", "a store of SSM or Secrets Manager, which is not here")]
    [InlineData("arn:aws:secretsmanager:us-east-1:111122223333:secret:p", "ECS_SECRETS_DIR")]
    [InlineData("../password", "inside the Agent's ECS_SECRETS_DIR")]
    [InlineData("/a/../../etc/passwd", "inside the Agent's ECS_SECRETS_DIR")]
    [InlineData("a//b", "inside")]
    [InlineData("a/", "inside")]
    [InlineData("/", "inside")]
    [InlineData("a/./b", "inside")]
    [InlineData("a:key", "inside")]
    [InlineData("..\\a", "inside")]
    [InlineData("", "null or empty")]
    [InlineData(null, "null or empty")]
    [InlineData("a\0", "NUL")]
    public void Given_a_secret_that_no_file_can_hold_when_read_then_it_is_refused(string? file, string rule) =>
        AssertRefused(Of(Secret(file)), "containerDefinitions[0].secrets[0].valueFrom", rule);

    [Fact]
    public void Given_a_secret_s_name_that_is_taken_or_none_when_read_then_it_is_refused()
    {
        const string Field = "containerDefinitions[0].secrets[0].name";
        AssertRefused(Of(Secret("p") with { Environment = [new("PASSWORD", "x")] }), Field, "such as 'PASSWORD'");
        AssertRefused(Of(Secret("p") with { Secrets = [new() { Name = "A=B", ValueFrom = "p" }] }), Field, "'='");
        AssertRefused(Of(Secret("p") with { Secrets = [new() { ValueFrom = "p" }] }), Field, "empty");
        AssertRefused(
            Of(Secret("p") with { Secrets = [new() { Name = "A", ValueFrom = "p" }, new() { Name = "A", ValueFrom = "q" }] }),
            "containerDefinitions[0].secrets[1].name", "unique");
    }

    public static TheoryData<string, string, EnvironmentFile> WrongFiles { get; } = new()
    {
        { "[0].value", "S3", new() { Value = "arn:aws:s3:::bucket/a.env", Type = "file" } },
        { "[0].type", "'s3' needs a cloud", new() { Value = "a.env", Type = "s3" } },
        { "[0].type", "must be 'file'", new() { Value = "a.env", Type = "http" } },
        { "[0].value", "'.env'", new() { Value = "a.txt" } },
        { "[0].value", "inside", new() { Value = "../a.env" } },
        { "[0].value", "null or empty", new() },
        { "[0]", "null", null! },
    };

    [Theory]
    [MemberData(nameof(WrongFiles), DisableDiscoveryEnumeration = true)]
    public void Given_an_environment_file_that_cannot_be_when_read_then_it_is_refused(
        string field, string rule, EnvironmentFile file) => AssertRefused(
            Of(Container("a") with { EnvironmentFiles = [file] }), $"containerDefinitions[0].environmentFiles{field}", rule);

    [Fact]
    public void Given_more_than_ten_environment_files_when_read_then_they_are_refused() => AssertRefused(
        Of(Container("a") with { EnvironmentFiles = [.. Enumerable.Repeat(new EnvironmentFile { Value = "a.env" }, 11)] }),
        "containerDefinitions[0].environmentFiles", "at most 10");

    [Fact]
    public void Given_a_privileged_container_when_its_constraints_are_asked_for_then_the_instance_must_allow_it()
    {
        Assert.True(TaskDefinitionRules.TryRead(Of(Container("a") with { Privileged = true }), out var content, out _));
        Assert.Equal(
            "attribute:com.amazonaws.ecs.capability.privileged-container exists",
            Assert.Single(RequiredAttributes.ConstraintsOf(content)).Expression);
        Assert.True(TaskDefinitionRules.TryRead(Of(Container("a") with { Privileged = false }), out content, out _));
        Assert.Empty(RequiredAttributes.ConstraintsOf(content));
    }

    public static TheoryData<TaskDefinitionContent> NewToAgents { get; } =
    [
        new TaskDefinitionContent { NetworkMode = "host" },
        new TaskDefinitionContent { NetworkMode = "none" },
        new TaskDefinitionContent { PidMode = "host" },
        new TaskDefinitionContent { IpcMode = "none" },
        new TaskDefinitionContent { Volumes = [new() { Name = "v" }] },
        new TaskDefinitionContent { ContainerDefinitions = [new() { VolumesFrom = [new() { SourceContainer = "a" }] }] },
        new TaskDefinitionContent { ContainerDefinitions = [new() { Secrets = [new() { Name = "A", ValueFrom = "a" }] }] },
        new TaskDefinitionContent { ContainerDefinitions = [new() { EnvironmentFiles = [new() { Value = "a.env" }] }] },
    ];

    [Theory]
    [MemberData(nameof(NewToAgents), DisableDiscoveryEnumeration = true)]
    public void Given_what_older_agents_would_pass_over_when_constraints_are_asked_for_then_the_instance_must_know_it(
        TaskDefinitionContent content) => Assert.Equal(
            "attribute:ecs.capability.task-settings exists", Assert.Single(RequiredAttributes.ConstraintsOf(content)).Expression);

    private static ContainerDefinition Secret(string? file) =>
        Container("a") with { Secrets = [new() { Name = "PASSWORD", ValueFrom = file }] };
}
