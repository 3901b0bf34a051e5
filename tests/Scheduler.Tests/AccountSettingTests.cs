using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Rules.Queries;

namespace Ecs.Scheduler.Tests;

public class AccountSettingTests
{
    private const string Ann = "arn:aws:iam::000000000000:user/ann";
    private const string Root = "arn:aws:iam::000000000000:root";

    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_nothing_set_when_listed_then_only_what_is_effective_is_there_in_pages_of_ten()
    {
        Assert.Empty(Listed(new ListAccountSettings()).Settings);

        var first = Listed(new ListAccountSettings { EffectiveSettings = true });
        Assert.Equal(10, first.Settings.Count);
        var rest = Listed(new ListAccountSettings { EffectiveSettings = true, NextToken = first.NextToken });
        Assert.Equal("taskLongArnFormat", Assert.Single(rest.Settings).Name);
        Assert.Null(rest.NextToken);
        Assert.Equal(("disabled", Root, "user"), One("containerInsights"));
        Assert.Equal(("off", Root, "aws_managed"), One("guardDutyActivate"));
    }

    [Fact]
    public void Given_a_default_and_a_principal_s_own_when_asked_then_its_own_holds_until_it_is_taken()
    {
        _fleet.When(new PutAccountSettingDefault { Name = "containerInsights", Value = "enabled", Actor = Ann });
        Assert.Equal(Root, _fleet.Result<SettingResult>().Setting.PrincipalArn);
        _fleet.When(new PutAccountSetting { Name = "containerInsights", Value = "enhanced", Actor = Ann });
        Assert.Equal(Ann, _fleet.Result<SettingResult>().Setting.PrincipalArn);

        Assert.Equal("enhanced", One("containerInsights", Ann).Value);
        Assert.Equal("enabled", One("containerInsights", "arn:aws:iam::000000000000:user/bob").Value);

        _fleet.When(new DeleteAccountSetting { Name = "containerInsights", PrincipalArn = Ann });
        Assert.Equal("enabled", _fleet.Result<SettingResult>().Setting.Value);
        Assert.IsType<AccountSettingDeleted>(Assert.Single(_fleet.Last.Events));
        Assert.Empty(_fleet.When(new DeleteAccountSetting { Name = "containerInsights", PrincipalArn = Ann }).Events);
        Assert.Equal(3, _fleet.State.VersionOf("arn:aws:ecs:us-east-1:000000000000:account-settings/all"));
    }

    [Fact]
    public void Given_insights_by_default_when_a_cluster_is_made_then_it_has_them_unless_it_says_otherwise()
    {
        _fleet.When(new PutAccountSettingDefault { Name = "containerInsights", Value = "enhanced" });

        _fleet.When(new CreateCluster { ClusterName = "a" });
        Assert.Equal("enhanced", _fleet.Result<ClusterResult>().Cluster.Settings[0].Value);
        _fleet.When(new CreateCluster { ClusterName = "b", Settings = [new NameValue("containerInsights", "disabled")] });
        Assert.Equal("disabled", _fleet.Result<ClusterResult>().Cluster.Settings[0].Value);
        _fleet.When(new CreateCluster { ClusterName = "c", Region = "eu-west-1" });
        Assert.Equal("disabled", _fleet.Result<ClusterResult>().Cluster.Settings[0].Value);
    }

    [Fact]
    public void Given_the_same_again_when_put_then_nothing_is_written()
    {
        var put = new PutAccountSetting { Name = "tagResourceAuthorization", Value = "off" };
        Assert.Single(_fleet.When(put).Events);
        Assert.Empty(_fleet.When(put with { CommandId = "again" }).Events);
        Assert.Equal("tagResourceAuthorization", Assert.Single(Listed(new ListAccountSettings()).Settings).Name);
    }

    public static TheoryData<Command, string> Wrong() => new()
    {
        { new PutAccountSetting { Value = "enabled" }, "name" },
        { new PutAccountSetting { Name = "other", Value = "enabled" }, "name" },
        { new PutAccountSetting { Name = "guardDutyActivate", Value = "off" }, "name" },
        { new PutAccountSetting { Name = "taskLongArnFormat", Value = "disabled" }, "value" },
        { new PutAccountSettingDefault { Name = "containerInsights", Value = "on" }, "value" },
        { new PutAccountSettingDefault { Name = "containerInsights" }, "value" },
        { new PutAccountSetting { Name = "containerInsights", Value = "enabled", PrincipalArn = "ann" }, "principalArn" },
        {
            new PutAccountSetting { Name = "containerInsights", Value = "enabled", PrincipalArn = "arn:aws:iam::111111111111:root" },
            "principalArn"
        },
        { new DeleteAccountSetting(), "name" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void Given_what_cannot_be_set_when_put_then_the_member_is_named(Command command, string field)
    {
        var refused = _fleet.When(command);
        Assert.Equal(("InvalidParameterException", field), (refused.Error?.Type, refused.Error?.Field));
        Assert.Empty(refused.Events);
    }

    [Theory]
    [InlineData(null, "enabled", null, "name")]
    [InlineData("other", null, null, "name")]
    [InlineData(null, null, 11, "maxResults")]
    [InlineData(null, null, 0, "maxResults")]
    public void Given_a_list_that_cannot_be_when_asked_for_then_the_member_is_named(
        string? name, string? value, int? most, string field)
    {
        var query = new ListAccountSettings { Name = name, Value = value, MaxResults = most };
        Assert.Equal(field, FleetQueries.Answer(_fleet.State, query).Error?.Field);
    }

    [Fact]
    public void Given_tasks_without_a_service_when_protected_then_each_is_a_failure_that_says_why()
    {
        _fleet.Instance();
        var task = _fleet.Task();
        var id = task[(task.LastIndexOf('/') + 1)..];

        _fleet.When(new UpdateTaskProtection { Cluster = "default", Tasks = [id, "none"], ProtectionEnabled = true });
        var result = _fleet.Result<TaskProtectionResult>();
        Assert.Empty(result.ProtectedTasks);
        Assert.Equal(["TASK_NOT_VALID", "MISSING"], result.Failures.Select(failure => failure.Reason));
        Assert.Equal(task, result.Failures[0].Arn);
        Assert.Empty(_fleet.Last.Events);

        var shown = FleetQueries.Answer(_fleet.State, new GetTaskProtection { Cluster = "default", Tasks = [task] });
        Assert.Equal("TASK_NOT_VALID", Assert.Single(Assert.IsType<TaskProtectionResult>(shown.Result).Failures).Reason);
    }

    public static TheoryData<UpdateTaskProtection, string> WrongProtection() => new()
    {
        { new UpdateTaskProtection { Cluster = "default", ProtectionEnabled = true }, "tasks" },
        { new UpdateTaskProtection { Cluster = "default", Tasks = ["a"] }, "protectionEnabled" },
        { new UpdateTaskProtection { Tasks = ["a"], ProtectionEnabled = true }, "cluster" },
        { new UpdateTaskProtection { Cluster = "none", Tasks = ["a"], ProtectionEnabled = true }, "cluster" },
        { new UpdateTaskProtection { Cluster = "default", Tasks = ["a"], ProtectionEnabled = true, ExpiresInMinutes = 2881 }, "expiresInMinutes" },
    };

    [Theory, MemberData(nameof(WrongProtection))]
    public void Given_a_protection_that_cannot_be_when_asked_for_then_the_member_is_named(
        UpdateTaskProtection command, string field)
    {
        _fleet.When(new CreateCluster());
        Assert.Equal(field, _fleet.When(command).Error?.Field);
    }

    private (string? Value, string Principal, string Type) One(string name, string principal = Root)
    {
        var setting = Assert.Single(Listed(new ListAccountSettings
        {
            Name = name,
            EffectiveSettings = true,
            PrincipalArn = principal,
        }).Settings);
        return (setting.Value, setting.PrincipalArn, setting.Type);
    }

    private ListAccountSettingsResult Listed(ListAccountSettings query) =>
        Assert.IsType<ListAccountSettingsResult>(FleetQueries.Answer(_fleet.State, query).Result);
}
