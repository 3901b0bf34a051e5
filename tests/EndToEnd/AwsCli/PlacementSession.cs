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
        await AgentsAreHeardAsync(cluster);
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
    public async Task Given_an_aws_cli_when_images_are_made_for_one_processor_then_only_such_a_machine_runs_them(string cli)
    {
        var instances = await Api.CallAsync("ListContainerInstances", new { });
        var real = (await Api.CallAsync("DescribeContainerInstances", new { containerInstances = instances["containerInstanceArns"] }))
            ["containerInstances"]!.AsArray().First(instance => (bool)instance!["agentConnected"]!)!;
        var processor = (string)real["attributes"]!.AsArray().Single(a => (string?)a!["name"] == "ecs.cpu-architecture")!["value"]!;
        var (own, other) = processor is "x86_64" ? ("X86_64", "ARM64") : ("ARM64", "X86_64");
        var families = new Dictionary<string, string> { [own] = NewName("own"), [other] = NewName("other") };
        foreach (var (cpu, family) in families)
        {
            var file = FileOf(new
            {
                family,
                taskRoleArn = "arn:aws:iam::000000000000:role/of-the-task",
                containerDefinitions = new[] { Containers.Shell("main", "true").With("logConfiguration", new { logDriver = "json-file" }) },
                runtimePlatform = new { cpuArchitecture = cpu, operatingSystemFamily = "LINUX" },
            });
            var shown = (await AwsAsync(cli, "register-task-definition", "--cli-input-json", file)).Good().Json["taskDefinition"]!;
            Assert.Equal(
                ["com.amazonaws.ecs.capability.logging-driver.json-file", "ecs.os-type", "ecs.cpu-architecture"],
                shown["requiresAttributes"]!.AsArray().Select(a => (string)a!["name"]!));
            Assert.Equal(cpu, (string?)shown["runtimePlatform"]!["cpuArchitecture"]);
            Assert.EndsWith("of-the-task", (string?)shown["taskRoleArn"], StringComparison.Ordinal);
        }

        var role = "arn:aws:iam::000000000000:role/of-this-one";
        await AgentsAreHeardAsync();
        var placed = (await AwsAsync(
            cli, "run-task", "--task-definition", families[own], "--overrides", $$"""{"taskRoleArn": "{{role}}"}""")).Good().Json;
        Assert.Equal(role, (string?)placed["tasks"]![0]!["overrides"]!["taskRoleArn"]);
        var failed = (await AwsAsync(cli, "run-task", "--task-definition", families[other])).Good().Json;
        Assert.All(failed["failures"]!.AsArray(), failure => Assert.Equal("ATTRIBUTE", (string?)failure!["reason"]));
        Assert.NotEmpty(failed["failures"]!.AsArray());
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
