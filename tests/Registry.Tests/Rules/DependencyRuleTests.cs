using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;
using static Ecs.Registry.Tests.Rules.DefinitionRuleTests;

namespace Ecs.Registry.Tests.Rules;

public sealed class DependencyRuleTests
{
    private static readonly HealthCheck Check = new() { Command = ["CMD", "true"] };

    [Fact]
    public void Given_every_condition_where_it_is_possible_when_read_then_they_are_accepted() => Assert.Empty(
        TaskDefinitionRules.Violations(Of(
            Needing("app", ("db", "HEALTHY"), ("migrate", "SUCCESS"), ("warm", "COMPLETE"), ("log", "START")),
            Container("db") with { HealthCheck = Check },
            Needing("migrate", ("db", "HEALTHY")) with { Essential = false },
            Container("warm") with { Essential = false },
            Container("log"))));

    [Theory]
    [InlineData("ghost", "START", "containerName", "depends on 'ghost', which is not in this task definition")]
    [InlineData("app", "START", "containerName", "depends on itself")]
    [InlineData("", "START", "containerName", "'containerName' is required")]
    [InlineData(null, "START", "containerName", "'containerName' is required")]
    [InlineData("db", "start", "condition", "must be one of START, COMPLETE, SUCCESS, HEALTHY")]
    [InlineData("db", null, "condition", "must be one of START, COMPLETE, SUCCESS, HEALTHY")]
    [InlineData("db", "COMPLETE", "condition", "'db', which is essential")]
    [InlineData("db", "SUCCESS", "condition", "'db', which is essential")]
    [InlineData("db", "HEALTHY", "condition", "'db', which has no 'healthCheck'")]
    public void Given_a_dependency_that_cannot_be_when_read_then_its_member_is_named(
        string? name, string? condition, string member, string says) => AssertRefused(
        Of(Container("app") with { DependsOn = [new() { ContainerName = name, Condition = condition }] }, Container("db")),
        $"containerDefinitions[0].dependsOn[0].{member}",
        says);

    [Fact]
    public void Given_the_same_container_twice_when_read_then_it_is_refused() => AssertRefused(
        Of(Needing("app", ("db", "START"), ("db", "HEALTHY")), Container("db") with { HealthCheck = Check }),
        "containerDefinitions[0].dependsOn[1].containerName",
        "depends on 'db' twice");

    [Fact]
    public void Given_a_cycle_of_dependencies_when_read_then_the_way_round_is_told() => AssertRefused(
        Of(Container("first"), Needing("a", ("first", "START"), ("b", "START")), Needing("b", ("a", "START"))),
        "containerDefinitions[1].dependsOn",
        "a -> b -> a");

    [Fact]
    public void Given_a_cycle_of_a_link_and_a_dependency_when_read_then_both_members_are_told() => AssertRefused(
        Of(Container("a") with { Links = ["b"] }, Needing("b", ("a", "START"))),
        "containerDefinitions[1].dependsOn",
        "'links' and 'dependsOn' form a cycle, so that no container could be started first: a -> b -> a.");

    [Theory]
    [InlineData("interval", 4, 301)]
    [InlineData("timeout", 1, 61)]
    [InlineData("retries", 0, 11)]
    [InlineData("startPeriod", -1, 301)]
    public void Given_a_health_check_beyond_its_limits_when_read_then_the_member_is_named(
        string member, int below, int above)
    {
        foreach (var value in (int[])[below, above])
        {
            AssertRefused(Checked(With(member, value)), $"containerDefinitions[0].healthCheck.{member}", "must be from");
        }

        Assert.Empty(TaskDefinitionRules.Violations(Checked(With(member, below + 1))));
        Assert.Empty(TaskDefinitionRules.Violations(Checked(With(member, above - 1))));
    }

    [Theory]
    [InlineData]
    [InlineData("CMD")]
    [InlineData("CMD-SHELL", "")]
    [InlineData("curl", "-f", "http://localhost/")]
    [InlineData("NONE", "true")]
    public void Given_a_health_check_without_a_command_when_read_then_the_form_is_named(params string[] command) =>
        AssertRefused(
            Checked(new HealthCheck { Command = command }),
            "containerDefinitions[0].healthCheck.command",
            "'CMD-SHELL' and a line for the shell");

    [Fact]
    public void Given_a_health_check_that_says_little_when_read_then_the_rest_is_filled_in_as_in_ecs()
    {
        Assert.True(TaskDefinitionRules.TryRead(Checked(Check), out var content, out _));
        Assert.Equal(
            (30, 5, 3, null),
            content.ContainerDefinitions[0].HealthCheck is { } check
                ? (check.Interval, check.Timeout, check.Retries, check.StartPeriod)
                : default((int?, int?, int?, int?)));
    }

    [Fact]
    public void Given_the_health_check_NONE_when_read_then_there_is_none_and_nobody_can_wait_for_it()
    {
        var none = new HealthCheck { Command = ["NONE"] };

        Assert.True(TaskDefinitionRules.TryRead(Checked(none), out var content, out _));
        Assert.Equal(none, content.ContainerDefinitions[0].HealthCheck);
        Assert.True(Overriding.TryApply(content, null, out var applied, out _));
        Assert.Null(applied.ContainerDefinitions[0].HealthCheck);
        AssertRefused(
            Of(Needing("app", ("db", "HEALTHY")), Container("db") with { HealthCheck = none }),
            "containerDefinitions[0].dependsOn[0].condition",
            "has no 'healthCheck'");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(86_401)]
    public void Given_a_start_timeout_beyond_its_limits_when_read_then_it_is_named(int seconds) => AssertRefused(
        Of(Container("app") with { StartTimeout = seconds }), "containerDefinitions[0].startTimeout", "0 to 86400 seconds");

    [Theory]
    [InlineData(59)]
    [InlineData(1801)]
    public void Given_a_restart_period_beyond_its_limits_when_read_then_it_is_named(int seconds) => AssertRefused(
        Restarting(new() { Enabled = true, RestartAttemptPeriod = seconds }),
        "containerDefinitions[0].restartPolicy.restartAttemptPeriod",
        "from 60 to 1800");

    [Fact]
    public void Given_too_many_ignored_exit_codes_when_read_then_they_are_counted() => AssertRefused(
        Restarting(new() { Enabled = true, IgnoredExitCodes = [.. Enumerable.Range(0, 51)] }),
        "containerDefinitions[0].restartPolicy.ignoredExitCodes",
        "has 51 exit codes; at most 50");

    [Fact]
    public void Given_a_restart_policy_that_does_not_say_whether_when_read_then_that_is_required() =>
        AssertRefused(Restarting(new()), "containerDefinitions[0].restartPolicy.enabled", "'enabled' is required");

    [Fact]
    public void Given_a_restart_policy_when_read_then_its_period_is_filled_in_and_one_that_is_off_is_shown_and_not_run()
    {
        Assert.True(TaskDefinitionRules.TryRead(Restarting(new() { Enabled = true }), out var on, out _));
        Assert.True(TaskDefinitionRules.TryRead(Restarting(new() { Enabled = false }), out var off, out _));
        Assert.Equal(300, on.ContainerDefinitions[0].RestartPolicy!.RestartAttemptPeriod);
        Assert.Equal(new() { Enabled = false }, off.ContainerDefinitions[0].RestartPolicy);
        Assert.True(Overriding.TryApply(off, null, out var applied, out _));
        Assert.Null(applied.ContainerDefinitions[0].RestartPolicy);
    }

    private static Contracts.Commands.RegisterTaskDefinition Restarting(ContainerRestartPolicy policy) =>
        Of(Container("app") with { RestartPolicy = policy });

    private static HealthCheck With(string member, int value) => member switch
    {
        "interval" => Check with { Interval = value },
        "timeout" => Check with { Timeout = value },
        "retries" => Check with { Retries = value },
        _ => Check with { StartPeriod = value },
    };

    private static Contracts.Commands.RegisterTaskDefinition Checked(HealthCheck check) =>
        Of(Container("app") with { HealthCheck = check });

    private static ContainerDefinition Needing(string name, params (string Name, string Condition)[] others) =>
        Container(name) with
        {
            DependsOn = [.. others.Select(o => new ContainerDependency { ContainerName = o.Name, Condition = o.Condition })],
        };
}
