using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.AwsCli;

[Collection(CalmTests.Name)]
public sealed class PlacementSession(CalmStack stack) : AwsSession(stack)
{
    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_tasks_are_placed_by_constraints_and_strategies_then_they_go_where_those_say(
        string cli)
    {
        var cluster = NewName("zones");
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        await using var large = await SilentAgent.JoinAsync(Stack, cluster, 1024, 4096);
        await using var small = await SilentAgent.JoinAsync(Stack, cluster, 1024, 1024);
        await using var other = await SilentAgent.JoinAsync(Stack, cluster, 1024, 512);
        await Api.CallAsync("PutAttributes", new
        {
            cluster,
            attributes = new[] { large, small, other }.Select(agent => new
            {
                name = "zone",
                value = agent == other ? "b" : "a",
                targetId = agent.InstanceArn,
            }),
        });
        var definition = await DefineAsync(NewName("placed"), "sleep 1");
        string[] run = ["run-task", "--cluster", cluster, "--task-definition", definition];

        var packed = (await AwsAsync(
            cli,
            [
                .. run, "--placement-strategy", "type=binpack,field=memory",
                "--placement-constraints", """[{"type": "memberOf", "expression": "attribute:zone == a"}]""",
            ])).Good().Json["tasks"]![0]!;
        Assert.Equal(small.InstanceArn, (string?)packed["containerInstanceArn"]);

        var spread = (await AwsAsync(
            cli,
            [
                .. run, "--count", "2", "--placement-strategy",
                "type=spread,field=attribute:zone", "type=spread,field=instanceId",
                "--placement-constraints", "type=distinctInstance",
            ])).Good().Json;
        Assert.Equal(
            [other.InstanceArn, large.InstanceArn],
            spread["tasks"]!.AsArray().Select(task => (string)task!["containerInstanceArn"]!));
        Assert.Empty(spread["failures"]!.AsArray());

        var named = (await AwsAsync(
            cli, "start-task", "--cluster", cluster, "--task-definition", definition,
            "--container-instances", other.InstanceId)).Good().Json["tasks"]![0]!;
        Assert.Equal(other.InstanceArn, (string?)named["containerInstanceArn"]);
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_expression_that_cannot_be_read_when_an_aws_cli_sends_it_then_the_error_points_at_it(
        string cli)
    {
        var definition = await DefineAsync(NewName("pointed"), "sleep 1");

        var run = await AwsAsync(
            cli, "run-task", "--task-definition", definition,
            "--placement-constraints", """[{"type": "memberOf", "expression": "attribute:zone == a)"}]""");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("InvalidParameterException", run.Errors, StringComparison.Ordinal);
        Pointing.AtIn("attribute:zone == a)", ')', run.Errors);
    }
}
