using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.AwsCli;

/// <summary>The AWS CLIs' own paging and waiting, which other operations' tests do not ask for.</summary>
[Collection(CalmTests.Name)]
public sealed class PagingSession(CalmStack stack) : AwsSession(stack)
{
    // In ECS's model every list that is paged; those of services are not here.
    public static TheoryData<string, string, string, string[]> Lists()
    {
        var lists = new TheoryData<string, string, string, string[]>();
        foreach (var cli in TestSettings.AwsClis)
        {
            lists.Add(cli, "list-clusters", "clusterArns", []);
            lists.Add(cli, "list-container-instances", "containerInstanceArns", ["--cluster", "CLUSTER"]);
            lists.Add(cli, "list-task-definitions", "taskDefinitionArns", ["--family-prefix", "FAMILY-1"]);
            lists.Add(cli, "list-task-definition-families", "families", ["--family-prefix", "FAMILY"]);
            lists.Add(cli, "list-tasks", "taskArns", ["--cluster", "CLUSTER"]);
            lists.Add(cli, "list-attributes", "attributes", ["--cluster", "CLUSTER", "--target-type", "container-instance"]);
            lists.Add(cli, "list-account-settings", "settings", ["--effective-settings"]);
        }

        return lists;
    }

    [Theory, MemberData(nameof(Lists))]
    public async Task Given_an_aws_cli_when_it_lists_page_by_page_then_it_is_the_same_list_in_the_same_order(
        string cli, string operation, string member, string[] options)
    {
        var (cluster, family) = await FurnishAsync();
        string[] asked =
        [
            operation,
            .. options.Select(option => option.Replace("CLUSTER", cluster, StringComparison.Ordinal)
                .Replace("FAMILY", family, StringComparison.Ordinal)),
        ];

        var whole = Items((await AwsAsync(cli, asked)).Good().Json, member);
        var paged = Items((await AwsAsync(cli, [.. asked, "--page-size", "1"])).Good().Json, member);
        var first = (await AwsAsync(cli, [.. asked, "--max-items", "1"])).Good().Json;
        var rest = (await AwsAsync(
            cli, [.. asked, "--page-size", "2", "--starting-token", (string)first["NextToken"]!])).Good().Json;

        Assert.True(whole.Count > 1, $"{operation} has one page alone");
        Assert.Equal(whole, paged);
        Assert.Equal(whole, [.. Items(first, member), .. Items(rest, member)]);
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_it_waits_for_what_cannot_come_then_it_ends_and_says_why(string cli)
    {
        var (cluster, _) = await FurnishAsync();
        var task = (await ListAsync(cluster))[0];
        await Api.CallAsync("StopTask", new { cluster, task });
        await Eventually.HoldsAsync("its desired status is STOPPED", async () =>
            (string?)(await TaskAsync(cluster, task))["desiredStatus"] is "STOPPED");

        foreach (var waiter in new[] { "services-stable", "services-inactive" })
        {
            var services = await AwsAsync(cli, "wait", waiter, "--cluster", cluster, "--services", "a");
            Assert.NotEqual(0, services.ExitCode);
            Assert.Contains("DescribeServices", services.Errors, StringComparison.Ordinal);
        }

        var missing = await AwsAsync(cli, "wait", "tasks-running", "--cluster", cluster, "--tasks", new string('0', 32));
        Assert.NotEqual(0, missing.ExitCode);
        Assert.Contains("TasksRunning", missing.Errors, StringComparison.Ordinal);
    }

    private static List<string> Items(JsonNode reply, string member) =>
        [.. reply[member]!.AsArray().Select(item => item!.ToJsonString())];

    private async Task<(string Cluster, string Family)> FurnishAsync()
    {
        var (cluster, family) = (NewName("paged"), NewName("paged"));
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        for (var i = 0; i < 2; i++)
        {
            var instance = await Api.CallAsync("RegisterContainerInstance", new
            {
                cluster,
                totalResources = new[]
                {
                    new { name = "CPU", type = "INTEGER", integerValue = 64 }, new { name = "MEMORY", type = "INTEGER", integerValue = 64 },
                },
                attributes = new[] { new { name = "a" }, new { name = "b" } },
            });
            Assert.Equal("ACTIVE", (string?)instance["containerInstance"]!["status"]);
        }

        await using var agent = await SilentAgent.JoinAsync(Stack, cluster, 64, 3 * Containers.Memory);
        foreach (var name in new[] { $"{family}-1", $"{family}-1", $"{family}-2" }) await DefineAsync(name, "true");
        await RunAsync(cluster, $"{family}-1", count: 3);
        return (cluster, family);
    }
}
