using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.AwsCli;

[Collection(CalmTests.Name)]
public sealed class OperationSession(CalmStack stack) : AwsSession(stack)
{
    // The older of the AWS CLIs does not know this operation yet.
    [Fact]
    public async Task Given_revisions_when_deleted_then_an_inactive_one_is_given_up_and_the_rest_are_failures()
    {
        var family = NewName("given-up");
        await DefineAsync(family, "sleep 1");
        await DefineAsync(family, "sleep 2");
        await Api.CallAsync("DeregisterTaskDefinition", new { taskDefinition = $"{family}:1" });

        var deleted = await Api.CallAsync(
            "DeleteTaskDefinitions", new { taskDefinitions = new[] { $"{family}:1", $"{family}:2" } });

        Assert.Equal("DELETE_IN_PROGRESS", (string?)deleted["taskDefinitions"]![0]!["status"]);
        Assert.Contains("ACTIVE status", (string?)deleted["failures"]![0]!["reason"], StringComparison.Ordinal);
        var listed = await Api.CallAsync(
            "ListTaskDefinitions", new { familyPrefix = family, status = "DELETE_IN_PROGRESS" });
        Assert.EndsWith($"{family}:1", (string?)Assert.Single(listed["taskDefinitionArns"]!.AsArray()), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_a_cluster_and_an_account_are_set_up_then_what_was_said_is_shown(string cli)
    {
        var cluster = NewName("set-up");
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        (await AwsAsync(
            cli, "update-cluster-settings", "--cluster", cluster, "--settings", "name=containerInsights,value=enabled"))
            .Good();
        var shown = (await AwsAsync(
            cli, "describe-clusters", "--clusters", cluster, "--include", "SETTINGS", "STATISTICS")).Good().Json;
        Assert.Equal("enabled", (string?)shown["clusters"]![0]!["settings"]![0]!["value"]);
        Assert.NotEmpty(shown["clusters"]![0]!["statistics"]!.AsArray());

        var principal = $"arn:aws:iam::{Stack.Account}:user/{cluster}";
        (await AwsAsync(
            cli, "put-account-setting", "--name", "awsvpcTrunking", "--value", "enabled", "--principal-arn", principal))
            .Good();
        var settings = await Api.CallAsync(
            "ListAccountSettings", new { principalArn = principal, name = "awsvpcTrunking", effectiveSettings = true });
        Assert.Equal("enabled", (string?)settings["settings"]![0]!["value"]);
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_an_instance_is_registered_then_it_is_there_and_waits_for_its_agent(string cli)
    {
        var cluster = NewName("put-down");
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });

        var added = (await AwsAsync(
            cli, "register-container-instance", "--cluster", cluster, "--total-resources",
            """[{"name": "CPU", "type": "INTEGER", "integerValue": 1024}, {"name": "MEMORY", "type": "INTEGER", "integerValue": 512}]"""))
            .Good().Json["containerInstance"]!;
        Assert.False((bool)added["agentConnected"]!);
        Assert.Equal("ACTIVE", (string?)added["status"]);

        var refused = await AwsAsync(cli, "submit-task-state-change", "--cluster", cluster, "--task", "x", "--status", "RUNNING");
        Assert.Contains("(AccessDeniedException)", refused.Errors, StringComparison.Ordinal);
        var definition = await DefineAsync(NewName("put-down"), "sleep 1");
        var run = await Api.CallAsync("RunTask", new { cluster, taskDefinition = definition });
        Assert.Equal("AGENT", (string?)run["failures"]![0]!["reason"]);
        var protection = await Api.CallAsync("GetTaskProtection", new { cluster, tasks = new[] { "x" } });
        Assert.Equal("MISSING", (string?)Assert.IsType<JsonArray>(protection["failures"])[0]!["reason"]);
    }
}
