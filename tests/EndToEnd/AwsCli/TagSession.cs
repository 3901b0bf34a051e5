using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.AwsCli;

[Collection(CalmTests.Name)]
public sealed class TagSession(CalmStack stack) : AwsSession(stack)
{
    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_things_are_tagged_then_each_owner_keeps_shows_and_takes_the_tags(string cli)
    {
        var cluster = NewName("tagged");
        var made = (await AwsAsync(
            cli, "create-cluster", "--cluster-name", cluster, "--tags", "key=team,value=red")).Good().Json["cluster"]!;
        var family = NewName("tagged");
        var registered = (await AwsAsync(cli, "register-task-definition", "--cli-input-json", FileOf(new
        {
            family,
            containerDefinitions = new[] { Containers.Shell("main", "sleep 1") },
            tags = new[] { new { key = "cost", value = "7" } },
        }))).Good().Json;
        Assert.Equal(["cost=7"], Tags(registered["tags"]));

        await using var agent = await SilentAgent.JoinAsync(Stack, cluster, 1024, 1024);
        await AgentsAreHeardAsync(cluster);
        var task = (await AwsAsync(
            cli, "run-task", "--cluster", cluster, "--task-definition", family, "--tags", "key=run,value=1",
            "--propagate-tags", "TASK_DEFINITION", "--enable-ecs-managed-tags")).Good().Json["tasks"]![0]!;
        Assert.Equal([$"aws:ecs:clusterName={cluster}", "cost=7", "run=1"], Tags(task["tags"]));

        foreach (var arn in (string[])
            [
                (string)made["clusterArn"]!, (string)registered["taskDefinition"]!["taskDefinitionArn"]!,
                (string)task["taskArn"]!, agent.InstanceArn,
            ])
        {
            await Api.CallAsync("TagResource", new { resourceArn = arn, tags = new[] { new { key = "own", value = "" } } });
            Assert.Contains("own=", await ListedAsync(arn));
            await Api.CallAsync("UntagResource", new { resourceArn = arn, tagKeys = new[] { "own", "none" } });
            Assert.DoesNotContain("own=", await ListedAsync(arn));
        }

        var named = (string)made["clusterArn"]!;
        (await AwsAsync(cli, "tag-resource", "--resource-arn", named, "--tags", "key=owner,value=ann b")).Good();
        var listed = (await AwsAsync(cli, "list-tags-for-resource", "--resource-arn", named)).Good().Json;
        Assert.Equal(["owner=ann b", "team=red"], Tags(listed["tags"]));
        (await AwsAsync(cli, "untag-resource", "--resource-arn", named, "--tag-keys", "owner", "none")).Good();

        var shown = (await AwsAsync(
            cli, "describe-clusters", "--clusters", cluster, "--include", "TAGS")).Good().Json["clusters"]![0]!;
        Assert.Equal(["team=red"], Tags(shown["tags"]));
        Assert.Empty(Tags((await TaskAsync(cluster, (string)task["taskArn"]!))["tags"]));
        var refused = await AwsAsync(
            cli, "tag-resource", "--resource-arn", named, "--tags", "key=aws:x,value=1");
        Assert.Contains("(InvalidParameterException)", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("tags[0].key must not begin with 'aws:'", refused.Errors, StringComparison.Ordinal);
    }

    private async Task<IEnumerable<string>> ListedAsync(string arn) => Tags(
        (await Api.CallAsync("ListTagsForResource", new { resourceArn = arn }))["tags"]);

    private static IEnumerable<string> Tags(JsonNode? tags) =>
        tags!.AsArray().Select(tag => $"{(string?)tag!["key"]}={(string?)tag["value"]}");
}
