using System.Net;
using System.Text.Json.Nodes;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Accounts;

/// <summary>What one team has, the other never sees: not by listing, not by name, not by ARN, not in the past.</summary>
[Collection(CalmTests.Name)]
public sealed class TwoTeams(CalmStack stack, TeamsHouse house) : StackTest(stack), IClassFixture<TeamsHouse>
{
    // In every name that the red team gives, so that no answer to the blue one may hold it.
    private const string Mark = "crimson";

    [Fact]
    public async Task Given_two_teams_with_keys_when_one_asks_then_it_never_sees_what_is_the_others()
    {
        var red = await FurnishAsync();
        await using var agent = red.Agent;
        var before = await SnapshotAsync(red);

        // Everything that can be asked, by name, by ARN, and by listing, in its own account and region and another.
        foreach (var asker in new[] { house.Blue, house.RedAbroad })
        {
            foreach (var (operation, body) in Questions(red))
            {
                var (status, text) = await asker.PostAsync(operation, body.ToJsonString());
                Assert.True((int)status < 500, $"{operation} {body}: {text}");
                AssertShowsNothing(red, $"{operation} {body.ToJsonString()}", body.ToJsonString(), text);
            }
        }

        foreach (var path in Paths(red))
        {
            var (status, text) = await house.Blue.ReadAsync(path);
            Assert.True((int)status < 500, $"{path}: {text}");
            AssertShowsNothing(red, path, path, text);
        }

        Assert.Equal(before, await SnapshotAsync(red));
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

    private async Task<Furniture> FurnishAsync()
    {
        var api = house.Red;
        var cluster = $"{Mark}-cluster";
        await api.CallAsync("CreateCluster", new { clusterName = cluster });
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
            () => api.CallAsync("RunTask", new { cluster, taskDefinition = $"{Mark}-family", startedBy = Mark }),
            answer => answer["tasks"]!.AsArray().Count == 1,
            retry: false);
        var task = (string)started["tasks"]![0]!["taskArn"]!;
        return new Furniture(agent, cluster, $"arn:aws:ecs:us-east-1:{house.RedAccount}:cluster/{cluster}", task);
    }

    private async Task<string> SnapshotAsync(Furniture red) => string.Join('\n',
    [
        (await house.Red.CallAsync("DescribeTasks", new { cluster = red.Cluster, tasks = new[] { red.Task } })).ToJsonString(),
        (await house.Red.CallAsync("DescribeClusters", new { clusters = new[] { red.Cluster } })).ToJsonString(),
        (await house.Red.CallAsync("ListAttributes", new { cluster = red.Cluster, targetType = "container-instance" })).ToJsonString(),
        (await house.Red.CallAsync("DescribeTaskDefinition", new { taskDefinition = $"{Mark}-family" })).ToJsonString(),
    ]);

    // Reads, and the changes that would follow from knowing a name.
    private static IEnumerable<(string Operation, JsonNode Body)> Questions(Furniture red)
    {
        var family = $"arn:aws:ecs:us-east-1:{red.Account}:task-definition/{Mark}-family:1";
        yield return ("ListClusters", Body("{}"));
        yield return ("ListTaskDefinitions", Body("{}"));
        yield return ("ListTaskDefinitionFamilies", Body("{}"));
        yield return ("ListTasks", Body("{}"));
        yield return ("ListContainerInstances", Body("{}"));
        foreach (var name in new[] { $"{Mark}-family", $"{Mark}-family:1", family })
        {
            yield return ("DescribeTaskDefinition", Body($$"""{"taskDefinition": "{{name}}"}"""));
            yield return ("DeregisterTaskDefinition", Body($$"""{"taskDefinition": "{{name}}"}"""));
            yield return ("RunTask", Body($$"""{"taskDefinition": "{{name}}"}"""));
            yield return ("RunTask", Body($$"""{"taskDefinition": "{{name}}", "cluster": "{{red.ClusterArn}}"}"""));
        }

        foreach (var cluster in new[] { red.Cluster, red.ClusterArn, "default" })
        {
            yield return ("DescribeClusters", Body($$"""{"clusters": ["{{cluster}}"]}"""));
            yield return ("ListTasks", Body($$"""{"cluster": "{{cluster}}"}"""));
            yield return ("ListTasks", Body($$"""{"cluster": "{{cluster}}", "family": "{{Mark}}-family"}"""));
            yield return ("ListContainerInstances", Body($$"""{"cluster": "{{cluster}}"}"""));
            yield return ("ListAttributes", Body($$"""{"cluster": "{{cluster}}", "targetType": "container-instance"}"""));
            if (cluster is not "default") yield return ("DeleteCluster", Body($$"""{"cluster": "{{cluster}}"}"""));
            foreach (var task in new[] { red.Task, red.Task[(red.Task.LastIndexOf('/') + 1)..] })
            {
                yield return ("DescribeTasks", Body($$"""{"cluster": "{{cluster}}", "tasks": ["{{task}}"]}"""));
                yield return ("StopTask", Body($$"""{"cluster": "{{cluster}}", "task": "{{task}}"}"""));
            }

            foreach (var instance in new[] { red.Agent.InstanceArn, red.Agent.InstanceId })
            {
                yield return ("DescribeContainerInstances", Body(
                    $$"""{"cluster": "{{cluster}}", "containerInstances": ["{{instance}}"]}"""));
                yield return ("UpdateContainerInstancesState", Body(
                    $$"""{"cluster": "{{cluster}}", "containerInstances": ["{{instance}}"], "status": "DRAINING"}"""));
                yield return ("DeregisterContainerInstance", Body(
                    $$"""{"cluster": "{{cluster}}", "containerInstance": "{{instance}}", "force": true}"""));
                yield return ("DeleteAttributes", Body(
                    $$"""
                    {"cluster": "{{cluster}}", "attributes": [{"name": "{{Mark}}-attribute",
                     "targetType": "container-instance", "targetId": "{{instance}}"}]}
                    """));
            }
        }
    }

    private static IEnumerable<string> Paths(Furniture red)
    {
        var id = red.Task[(red.Task.LastIndexOf('/') + 1)..];
        var twice = Uri.EscapeDataString(Uri.EscapeDataString(red.Task));
        foreach (var of in new[] { red.Task, red.ClusterArn, red.Agent.InstanceArn, red.Cluster, id, $"{Mark}-family", $"task/{red.Cluster}/{id}" })
        {
            yield return $"history?of={Uri.EscapeDataString(of)}";
            yield return $"history?of={Uri.EscapeDataString(of)}&account={red.Account}";
            yield return $"history?of={Uri.EscapeDataString(of)}&cluster={Uri.EscapeDataString(red.ClusterArn)}";
            yield return $"explain/{Uri.EscapeDataString(of)}";
            yield return $"explain/{of}";
            yield return $"explain/{Uri.EscapeDataString(of)}?account={red.Account}&cluster={red.Cluster}";
        }

        yield return $"explain/{twice}";
        yield return "log?after=0";
        yield return $"log?after=0&account={red.Account}";
        yield return "dead-letters";
    }

    // What was asked may be repeated in a refusal; nothing else of the other team's may be told.
    private static void AssertShowsNothing(Furniture red, string asked, string question, string answer)
    {
        var isRefusal = answer.Contains("__type", StringComparison.Ordinal)
            || answer.Contains("\"failures\":[{", StringComparison.Ordinal);
        if (isRefusal)
        {
            // It must be one that would be said of anything that is not there.
            Assert.DoesNotContain("createdAt", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("ContainsTasks", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("ContainsContainerInstances", answer, StringComparison.Ordinal);
            Assert.True(Uses(question, red.Agent.InstanceId) || !Uses(answer, red.Agent.InstanceId), answer);
            return;
        }

        Assert.False(Uses(answer, Mark), $"{asked} shows the other team's: {answer}");
        Assert.False(Uses(answer, red.Task), $"{asked} shows the other team's task: {answer}");
        Assert.False(Uses(answer, red.Agent.InstanceId), $"{asked} shows the other team's instance: {answer}");
    }

    private static bool Uses(string text, string what) => text.Contains(what, StringComparison.Ordinal);

    private static JsonNode Body(string text) => JsonNode.Parse(text)!;

    private sealed record Furniture(SilentAgent Agent, string Cluster, string ClusterArn, string Task)
    {
        public string Account => Task.Split(':')[4];
    }
}
