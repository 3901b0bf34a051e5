using System.Net;
using System.Text.Json.Nodes;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Accounts;

/// <summary>What one team has, the other never sees: not by listing, not by name, not by ARN, not in the past.</summary>
[Collection(CalmTests.Name)]
public sealed class TwoTeams(CalmStack stack, TeamsHouse house) : StackTest(stack), IClassFixture<TeamsHouse>
{
    private const string Mark = Furniture.Mark;

    [Fact]
    public async Task Given_two_teams_with_keys_when_one_asks_then_it_never_sees_what_is_the_others()
    {
        var red = await FurnishAsync();
        await using var agent = red.Agent;
        await house.Blue.CallAsync("CreateCluster", new { });
        var before = await SnapshotAsync(red);

        // Everything that can be asked, by name, by ARN, and by listing, in its own account and region and another; now, and
        // of the moment when the other team's things had just been made.
        var questions = red.Questions().ToList();
        Assert.Equal(
            JsonNode.Parse(await house.Blue.GetAsync(""))!["operations"]!.AsArray().Select(name => (string)name!).Order(),
            questions.Select(question => question.Operation).Distinct().Order());
        foreach (var (asker, account) in new[] { (house.Blue, house.BlueAccount), (house.RedAbroad, house.RedAccount) })
        {
            foreach (var api in new[] { asker, asker.At(red.Position), asker.At(red.Time) })
            {
                foreach (var (operation, body) in questions)
                {
                    var (status, text) = await api.PostAsync(operation, body.ToJsonString());
                    Assert.True((int)status < 500, $"{operation} {body}: {text}");
                    red.AssertHidden($"{operation} {body.ToJsonString()}", text, account);
                }
            }
        }

        Assert.Equal(before, await SnapshotAsync(red));
    }

    [Fact]
    public async Task Given_two_teams_with_keys_when_one_asks_about_the_past_then_it_never_sees_what_was_the_others()
    {
        var red = await FurnishAsync();
        await using var agent = red.Agent;
        await house.Blue.CallAsync("CreateCluster", new { });
        var seen = new HashSet<string>();
        foreach (var path in red.Paths())
        {
            // Not from abroad: an account sees its own past of every region.
            var (status, text) = await house.Blue.ReadAsync(path);
            Assert.True((int)status < 500, $"{path}: {text}");
            red.AssertHidden(path, text, house.BlueAccount);
            var (own, shown) = await house.Red.ReadAsync(path);
            if (own is HttpStatusCode.OK && Furniture.Shows(shown)) seen.Add(path.Split('/', '?')[0]);
        }

        // The same paths show them to the team whose they are: the others were not simply wrong.
        Assert.Equal(["diff", "explain", "history", "log", "simulate", "state"], seen.Order());
    }

    [Fact]
    public async Task Given_two_teams_when_both_use_the_same_names_then_each_has_its_own()
    {
        foreach (var team in new[] { house.Red, house.RedAbroad, house.Blue })
        {
            await team.CallAsync("CreateCluster", new { clusterName = "shared-name" });
            var defined = await team.CallAsync("RegisterTaskDefinition", new
            {
                family = "shared-family",
                containerDefinitions = new[] { Containers.Shell("main", "true") },
            });
            Assert.Equal(1, (int)defined["taskDefinition"]!["revision"]!);
        }

        // The same token too: it is one of each team's.
        await using var reds = await SilentAgent.JoinAsync(Stack, "shared-name", 1024, 1024, account: house.RedAccount);
        await using var blues = await SilentAgent.JoinAsync(Stack, "shared-name", 1024, 1024, account: house.BlueAccount);
        var run = new { cluster = "shared-name", taskDefinition = "shared-family", clientToken = "shared-token" };
        foreach (var team in new[] { house.Red, house.Blue })
        {
            var started = await team.CallAsync("RunTask", run);
            Assert.DoesNotContain("ConflictException", started.ToJsonString(), StringComparison.Ordinal);
            Assert.Contains(
                team == house.Red ? house.RedAccount : house.BlueAccount, started.ToJsonString(), StringComparison.Ordinal);
        }

        var blue = await house.Blue.GetAsync("history?of=cluster/shared-name");
        Assert.Contains($":{house.BlueAccount}:cluster/shared-name", blue, StringComparison.Ordinal);
        Assert.DoesNotContain(house.RedAccount, blue, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_the_log_when_a_team_or_an_operator_reads_it_then_it_is_theirs_or_everybodys()
    {
        await house.Red.CallAsync("CreateCluster", new { clusterName = "in-the-log-red" });
        await house.Blue.CallAsync("CreateCluster", new { clusterName = "in-the-log-blue" });

        var blue = await house.Blue.GetAsync("log?after=0");
        var all = await house.Operator.GetAsync("log?after=0");
        var (status, _) = await house.Blue.ReadAsync($"log?account={house.RedAccount}");

        Assert.Contains("in-the-log-blue", blue, StringComparison.Ordinal);
        Assert.All(blue.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(
            $":{house.BlueAccount}:", (string)JsonNode.Parse(line)!["stream"]!, StringComparison.Ordinal));
        Assert.Contains("in-the-log-red", all, StringComparison.Ordinal);
        Assert.Contains("in-the-log-blue", all, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal(HttpStatusCode.OK, (await house.Operator.ReadAsync("dead-letters")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await house.Blue.ReadAsync("dead-letters")).Status);
    }

    [Fact]
    public async Task Given_the_tool_of_the_house_when_it_has_the_secret_then_it_signs_whatever_it_asks()
    {
        var ecs = Tool.Ecs(house.Gateway.Url, TeamsHouse.BlueKey, TeamsHouse.Secret + "blue");
        var cluster = NewName("signed");

        (await ecs.RunAsync("create-cluster", cluster)).Good();
        Assert.Contains(cluster, (await ecs.RunAsync("list-clusters")).Good().Output, StringComparison.Ordinal);
        Assert.Contains("cluster-created", (await ecs.RunAsync("history", cluster)).Good().Output, StringComparison.Ordinal);
        Assert.Contains(cluster, (await ecs.RunAsync("log")).Good().Output, StringComparison.Ordinal);
        Assert.Contains(cluster, (await ecs.RunAsync("explain", cluster)).Good().Output, StringComparison.Ordinal);
        var denied = await ecs.RunAsync("dead-letters");
        Assert.Equal(1, denied.ExitCode);
        Assert.Contains("AccessDeniedException", denied.Errors, StringComparison.Ordinal);
        var unsigned = await Tool.Ecs(house.Gateway.Url, TeamsHouse.BlueKey, secret: "").RunAsync("list-clusters");
        Assert.Equal(1, unsigned.ExitCode);
        Assert.Contains("IncompleteSignatureException", unsigned.Errors, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(AwsCli.AwsSession.Clis), MemberType = typeof(AwsCli.AwsSession))]
    public async Task Given_an_aws_cli_when_it_has_the_secret_then_it_is_answered_and_else_it_is_told_so(string cli)
    {
        var right = Tool.Aws(cli, house.Gateway.Url, TeamsHouse.RedKey, TeamsHouse.Secret + "red");
        var wrong = Tool.Aws(cli, house.Gateway.Url, TeamsHouse.RedKey, TeamsHouse.Secret + "blue");
        var strange = Tool.Aws(cli, house.Gateway.Url, house.RedAccount, TeamsHouse.Secret + "red");

        var made = (await right.RunAsync("create-cluster", "--cluster-name", NewName("by-cli"))).Good().Json;

        Assert.Contains($":{house.RedAccount}:", (string)made["cluster"]!["clusterArn"]!, StringComparison.Ordinal);
        Assert.Contains("(InvalidSignatureException)", (await wrong.RunAsync("list-clusters")).Errors, StringComparison.Ordinal);
        Assert.Contains("(UnrecognizedClientException)", (await strange.RunAsync("list-clusters")).Errors, StringComparison.Ordinal);
    }

    // Made for each test anew, in a cluster of its own: what a team has, with the mark in every name.
    private async Task<Furniture> FurnishAsync()
    {
        var api = house.Red;
        var cluster = NewName($"{Mark}-cluster");
        var tags = new[] { new { key = $"{Mark}-key", value = $"{Mark}-value" } };
        await api.CallAsync("CreateCluster", new { clusterName = cluster, tags });
        var agent = await SilentAgent.JoinAsync(Stack, cluster, 1024, 1024, $"{Mark}-machine", house.RedAccount);
        await api.CallAsync("RegisterTaskDefinition", new
        {
            family = $"{Mark}-family",
            containerDefinitions = new[] { Containers.Shell($"{Mark}-container", "true") },
        });
        await api.CallAsync("PutAttributes", new
        {
            cluster,
            attributes = new[] { new { name = $"{Mark}-attribute", value = "x", targetType = "container-instance", targetId = agent.InstanceArn } },
        });
        var started = await Eventually.GetAsync(
            "the double is heard",
            () => api.CallAsync("RunTask", new
            {
                cluster,
                taskDefinition = $"{Mark}-family",
                startedBy = Mark,
                // A token is answered once: another try needs another.
                clientToken = NewName($"{Mark}-token"),
                tags,
            }),
            answer => answer["tasks"]!.AsArray().Count == 1,
            retry: false);
        var task = (string)started["tasks"]![0]!["taskArn"]!;
        var history = JsonNode.Parse(await api.GetAsync($"history?of={Uri.EscapeDataString(task)}"))!["entries"]![0]!;
        return new Furniture(agent, cluster, task)
        {
            Position = (long)history["position"]!,
            Time = (string)history["time"]!,
            Command = (string)history["command"]!["id"]!,
        };
    }

    private async Task<string> SnapshotAsync(Furniture red) => string.Join('\n',
    [
        (await house.Red.CallAsync("DescribeTasks", new { cluster = red.Cluster, tasks = new[] { red.Task } })).ToJsonString(),
        (await house.Red.CallAsync("DescribeClusters", new { clusters = new[] { red.Cluster } })).ToJsonString(),
        (await house.Red.CallAsync("ListAttributes", new { cluster = red.Cluster, targetType = "container-instance" })).ToJsonString(),
        (await house.Red.CallAsync("DescribeTaskDefinition", new { taskDefinition = $"{Mark}-family" })).ToJsonString(),
    ]);
}
