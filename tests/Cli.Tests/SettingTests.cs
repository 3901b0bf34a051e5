using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Tests;

namespace Ecs.Cli.Tests;

/// <summary>Settings of clusters and accounts, and definitions that are given up. The bus is a double.</summary>
public class SettingTests
{
    private const string Ann = "arn:aws:iam::000000000000:user/ann";

    [Fact]
    public async Task Given_pages_of_settings_when_listed_then_all_that_hold_are_shown()
    {
        await using var gateway = await StartAsync(command => ((ListAccountSettings)command).NextToken is null
            ? new ListAccountSettingsResult([Setting("containerInsights", "enabled")], "next")
            : new ListAccountSettingsResult([Setting("taskLongArnFormat", "enabled")], null));

        var run = await Tool.RunAsync(gateway.Address, "list-account-settings", "--principal-arn", Ann);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Matches("containerInsights +enabled", run.Output);
        Assert.Contains("taskLongArnFormat", run.Output, StringComparison.Ordinal);
        Assert.All(
            gateway.Bus.Sent.Cast<ListAccountSettings>(),
            sent => Assert.Equal((true, Ann), (sent.EffectiveSettings, sent.PrincipalArn)));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Given_a_setting_when_put_then_default_says_whether_it_is_the_account_s(bool isDefault)
    {
        await using var gateway = await StartAsync(_ => new SettingResult(Setting("containerInsights", "enhanced")));

        var run = await Tool.RunAsync(
            gateway.Address,
            ["put-account-setting", "containerInsights", "enhanced", .. isDefault ? ["--default"] : Array.Empty<string>()]);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(
            isDefault ? typeof(PutAccountSettingDefault) : typeof(PutAccountSetting),
            Assert.Single(gateway.Bus.Sent).GetType());
    }

    [Fact]
    public async Task Given_a_cluster_when_its_setting_is_changed_then_the_command_names_it()
    {
        await using var gateway = await StartAsync(_ => new ClusterResult(new ClusterDescription
        {
            ClusterArn = "arn:aws:ecs:us-east-1:000000000000:cluster/prod",
            ClusterName = "prod",
            Status = "ACTIVE",
            Settings = [new NameValue("containerInsights", "enabled")],
        }));

        var run = await Tool.RunAsync(gateway.Address, "update-cluster-settings", "prod", "containerInsights", "enabled");

        Assert.Matches("containerInsights +enabled", run.Output);
        var sent = Assert.IsType<UpdateClusterSettings>(Assert.Single(gateway.Bus.Sent));
        Assert.Equal(("prod", new NameValue("containerInsights", "enabled")), (sent.Cluster, sent.Settings![0]));
    }

    [Fact]
    public async Task Given_revisions_when_given_up_then_failures_are_told_and_the_exit_code_is_4()
    {
        await using var gateway = await StartAsync(_ => new DeleteTaskDefinitionsResult(
            [Samples.Definition() with { Status = TaskDefinitionStatus.DeleteInProgress }],
            [new Failure("web:2", "is still ACTIVE")]));

        var run = await Tool.RunAsync(gateway.Address, "delete-task-definitions", "web:1", "web:2");

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("web:1 (9a56714): DELETE_IN_PROGRESS", run.Errors, StringComparison.Ordinal);
        Assert.Contains("is still ACTIVE", run.Errors, StringComparison.Ordinal);
        Assert.Equal(["web:1", "web:2"], Assert.IsType<DeleteTaskDefinitions>(Assert.Single(gateway.Bus.Sent)).TaskDefinitions!);
    }

    private static async Task<GatewayHost> StartAsync(Func<Command, object> answer)
    {
        var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (command, _) => Task.FromResult(CommandSenderDouble.Result(answer(command)));
        return gateway;
    }

    private static Setting Setting(string name, string value) =>
        new() { Name = name, Value = value, PrincipalArn = Ann };
}
