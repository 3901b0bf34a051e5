using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.AwsCli;

[Collection(CalmTests.Name)]
public sealed class ClusterSession(CalmStack stack) : AwsSession(stack)
{
    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_a_cluster_is_made_then_it_is_empty_and_shown_and_listed_and_can_be_deleted(
        string cli)
    {
        var name = NewName("clusters");
        var arn = $"arn:aws:ecs:us-east-1:{Stack.Account}:cluster/{name}";

        var made = (await AwsAsync(cli, "create-cluster", "--cluster-name", name)).Good().Json["cluster"]!;
        Assert.Equal(arn, (string?)made["clusterArn"]);
        Assert.Equal("ACTIVE", (string?)made["status"]);
        Assert.Equal(0, (int)made["registeredContainerInstancesCount"]!);
        Assert.Equal(0, (int)made["runningTasksCount"]!);

        var shown = (await AwsAsync(cli, "describe-clusters", "--clusters", name, "none-such")).Good().Json;
        Assert.Equal(arn, (string?)shown["clusters"]![0]!["clusterArn"]);
        Assert.Equal("MISSING", (string?)shown["failures"]![0]!["reason"]);

        var listed = (await AwsAsync(cli, "list-clusters")).Good().Json["clusterArns"]!.AsArray();
        Assert.Contains(arn, listed.Select(item => (string?)item));

        var deleted = (await AwsAsync(cli, "delete-cluster", "--cluster", arn)).Good().Json["cluster"]!;
        Assert.Equal("INACTIVE", (string?)deleted["status"]);
        listed = (await AwsAsync(cli, "list-clusters")).Good().Json["clusterArns"]!.AsArray();
        Assert.DoesNotContain(arn, listed.Select(item => (string?)item));
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_no_cluster_name_when_one_is_made_then_it_is_default_and_arns_have_region_and_account(
        string cli)
    {
        var aws = Tool.Aws(cli, Stack.Gateway.Url, "AKIDEXAMPLE");

        var made = (await aws.RunAsync("create-cluster", "--region", "eu-west-1")).Good().Json["cluster"]!;
        Assert.Equal("arn:aws:ecs:eu-west-1:000000000000:cluster/default", (string?)made["clusterArn"]);

        var shown = (await aws.RunAsync("describe-clusters", "--region", "eu-west-1")).Good().Json;
        Assert.Equal("default", (string?)shown["clusters"]![0]!["clusterName"]);

        // Another region is another name space.
        var elsewhere = (await aws.RunAsync("describe-clusters", "--region", "eu-west-2")).Good().Json;
        Assert.Equal("MISSING", (string?)elsewhere["failures"]![0]!["reason"]);
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_operation_that_is_not_there_when_it_is_called_then_the_error_names_it(string cli)
    {
        var run = await AwsAsync(
            cli, "create-service", "--service-name", "web", "--task-definition", "web", "--desired-count", "1");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("UnknownOperationException", run.Errors, StringComparison.Ordinal);
        // Behind the colon: before it the CLI itself names what it called.
        var message = run.Errors[run.Errors.IndexOf(": ", StringComparison.Ordinal)..];
        Assert.Contains("CreateService", message, StringComparison.Ordinal);
        (await AwsAsync(cli, "list-clusters")).Good();
    }
}
