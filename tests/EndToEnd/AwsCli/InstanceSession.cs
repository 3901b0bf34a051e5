using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.AwsCli;

[Collection(CalmTests.Name)]
public sealed class InstanceSession(CalmStack stack) : AwsSession(stack)
{
    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_an_instance_is_drained_then_no_task_comes_until_it_is_active_again(
        string cli)
    {
        var cluster = await ClusterAsync("draining");
        await using var agent = await SilentAgent.JoinAsync(Stack, cluster, 1024, 1024);
        var definition = await DefineAsync(NewName("drained"), "sleep 1");
        var update = new[]
        {
            "update-container-instances-state", "--cluster", cluster, "--container-instances", agent.InstanceArn,
            "--status",
        };

        var draining = (await AwsAsync(cli, [.. update, "DRAINING"])).Good().Json["containerInstances"]![0]!;
        Assert.Equal("DRAINING", (string?)draining["status"]);
        var refused = await Api.CallAsync("RunTask", new { cluster, taskDefinition = definition });
        Assert.Empty(refused["tasks"]!.AsArray());
        Assert.Single(refused["failures"]!.AsArray());

        var active = (await AwsAsync(cli, [.. update, "ACTIVE"])).Good().Json["containerInstances"]![0]!;
        Assert.Equal("ACTIVE", (string?)active["status"]);
        Assert.Single(await RunAsync(cluster, definition));
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_an_instance_with_tasks_is_deregistered_then_only_force_takes_them_along(
        string cli)
    {
        var cluster = await ClusterAsync("leaving");
        await using var agent = await SilentAgent.JoinAsync(Stack, cluster, 1024, 1024);
        var task = Assert.Single(await RunAsync(cluster, await DefineAsync(NewName("left"), "sleep 1")));
        var deregister = new[]
        {
            "deregister-container-instance", "--cluster", cluster, "--container-instance", agent.InstanceId,
        };

        var refused = await AwsAsync(cli, deregister);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("InvalidParameterException", refused.Errors, StringComparison.Ordinal);

        var gone = (await AwsAsync(cli, [.. deregister, "--force"])).Good().Json["containerInstance"]!;
        Assert.Equal("INACTIVE", (string?)gone["status"]);
        var ended = await TaskAsync(cluster, task);
        Assert.Equal("STOPPED", (string?)ended["lastStatus"]);
        Assert.Equal("Container instance deregistration forced by user", (string?)ended["stoppedReason"]);
        Assert.Empty((await Api.CallAsync("ListContainerInstances", new { cluster }))["containerInstanceArns"]!
            .AsArray());
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_attributes_are_put_then_they_are_listed_and_filtered_by_until_taken_away(
        string cli)
    {
        var cluster = await ClusterAsync("attributes");
        await using var first = await SilentAgent.JoinAsync(Stack, cluster, 1024, 1024);
        await using var second = await SilentAgent.JoinAsync(Stack, cluster, 1024, 1024);

        var put = (await AwsAsync(
            cli, "put-attributes", "--cluster", cluster, "--attributes",
            $"name=zone,value=a,targetId={first.InstanceArn}", $"name=zone,value=b,targetId={second.InstanceArn}"))
            .Good().Json["attributes"]!.AsArray();
        Assert.Equal(["a", "b"], put.Select(attribute => (string?)attribute!["value"]));

        var listed = (await AwsAsync(
            cli, "list-attributes", "--cluster", cluster, "--target-type", "container-instance",
            "--attribute-name", "zone")).Good().Json["attributes"]!.AsArray();
        Assert.Equal(
            [(first.InstanceArn, "a"), (second.InstanceArn, "b")],
            listed.Select(attribute => ((string)attribute!["targetId"]!, (string)attribute["value"]!)));

        Assert.Equal([second.InstanceArn], await FilteredAsync(cli, cluster, "attribute:zone != a"));
        (await AwsAsync(
            cli, "delete-attributes", "--cluster", cluster, "--attributes",
            $"name=zone,targetId={second.InstanceArn}")).Good();
        Assert.Equal([second.InstanceArn], await FilteredAsync(cli, cluster, "attribute:zone not_exists"));
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_a_filter_that_cannot_be_read_when_an_aws_cli_sends_it_then_the_error_points_at_the_mistake(
        string cli)
    {
        var run = await AwsAsync(cli, "list-container-instances", "--filter", "attribute:zone = a");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("InvalidParameterException", run.Errors, StringComparison.Ordinal);
        Pointing.AtIn("attribute:zone = a", '=', run.Errors);
    }

    private async Task<string> ClusterAsync(string name)
    {
        var cluster = NewName(name);
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        return cluster;
    }

    private async Task<IEnumerable<string>> FilteredAsync(string cli, string cluster, string filter)
    {
        var run = await AwsAsync(cli, "list-container-instances", "--cluster", cluster, "--filter", filter);
        return run.Good().Json["containerInstanceArns"]!.AsArray().Select(arn => (string)arn!);
    }
}

/// <summary>Errors that draw a caret under the character that is wrong.</summary>
internal static class Pointing
{
    /// <summary>Asserts that the text holds the expression and, under its character, the caret.</summary>
    public static void AtIn(string expression, char mistake, string text)
    {
        var lines = text.Split('\n');
        var line = Array.FindIndex(lines, l => l.EndsWith(expression, StringComparison.Ordinal));
        Assert.True(line >= 0 && line + 1 < lines.Length, text);
        Assert.Equal(lines[line].LastIndexOf(mistake), lines[line + 1].IndexOf('^', StringComparison.Ordinal));
    }
}
