using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.AwsCli;

[Collection(CalmTests.Name)]
public sealed class TaskSession(CalmStack stack) : AwsSession(stack)
{
    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_tasks_are_run_then_its_waiters_see_them_run_and_stop(string cli)
    {
        var definition = await DefineAsync(NewName("waited-for"), Containers.Sleep);
        await AgentsAreHeardAsync();

        var run = (await AwsAsync(
            cli, "run-task", "--task-definition", definition, "--count", "2", "--started-by", "a-person")).Good().Json;
        Assert.Empty(run["failures"]!.AsArray());
        string[] tasks = [.. run["tasks"]!.AsArray().Select(task => (string)task!["taskArn"]!)];
        Assert.Equal(2, tasks.Distinct().Count());
        Assert.All(tasks, arn => Assert.StartsWith(
            $"arn:aws:ecs:us-east-1:{Stack.Account}:task/default/", arn, StringComparison.Ordinal));
        (await AwsAsync(cli, ["wait", "tasks-running", "--tasks", .. tasks])).Good();

        var shown = (await AwsAsync(cli, ["describe-tasks", "--tasks", .. tasks])).Good().Json["tasks"]!.AsArray();
        Assert.All(shown, task => Assert.Equal("RUNNING", (string?)task!["lastStatus"]));
        Assert.All(shown, task => Assert.Equal("a-person", (string?)task!["startedBy"]));
        Assert.All(shown, task => Assert.True(Time(task!, "createdAt") <= Time(task!, "startedAt")));
        var listed = (await AwsAsync(cli, "list-tasks", "--started-by", "a-person")).Good().Json["taskArns"]!.AsArray();
        Assert.Subset(listed.Select(arn => (string)arn!).ToHashSet(), tasks.ToHashSet());

        foreach (var task in tasks)
        {
            var stopped = (await AwsAsync(cli, "stop-task", "--task", task, "--reason", "seen enough")).Good().Json;
            Assert.Equal("STOPPED", (string?)stopped["task"]!["desiredStatus"]);
        }

        (await AwsAsync(cli, ["wait", "tasks-stopped", "--tasks", .. tasks])).Good();
        var ended = (await AwsAsync(cli, ["describe-tasks", "--tasks", .. tasks])).Good().Json["tasks"]!.AsArray();
        Assert.All(ended, task => Assert.Equal("UserInitiated", (string?)task!["stopCode"]));
        Assert.All(ended, task => Assert.Equal("seen enough", (string?)task!["stoppedReason"]));
        Assert.All(ended, task => Assert.Equal(143, (int)task!["containers"]![0]!["exitCode"]!));
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_container_instances_are_asked_for_then_the_engine_and_its_room_are_shown(
        string cli)
    {
        await AgentsAreHeardAsync();
        var listed = (await AwsAsync(cli, "list-container-instances")).Good().Json["containerInstanceArns"]!.AsArray();
        var arn = Assert.Single(listed.Select(item => (string)item!));

        var shown = (await AwsAsync(
            cli, "describe-container-instances", "--container-instances", arn)).Good().Json["containerInstances"]![0]!;

        Assert.Equal("ACTIVE", (string?)shown["status"]);
        Assert.True((bool)shown["agentConnected"]!);
        Assert.Equal(["CPU", "MEMORY", "PORTS", "PORTS_UDP"], shown["registeredResources"]!.AsArray()
            .Select(resource => (string)resource!["name"]!).Order(StringComparer.Ordinal));
        Assert.True(Integer(shown["registeredResources"]!, "CPU") >= 1024);
        Assert.True(Integer(shown["registeredResources"]!, "MEMORY") >= 256);
        Assert.True(Integer(shown["remainingResources"]!, "CPU") <= Integer(shown["registeredResources"]!, "CPU"));
        Assert.NotEmpty((string?)shown["versionInfo"]!["dockerVersion"] ?? "");
    }

    private static int Integer(JsonNode resources, string name) =>
        (int)resources.AsArray().Single(resource => (string?)resource!["name"] == name)!["integerValue"]!;

    // Version 1 of the CLI prints a time as the number that it got, version 2 as ISO 8601.
    private static DateTimeOffset Time(JsonNode task, string member) =>
        task[member]!.GetValueKind() is JsonValueKind.Number
            ? DateTimeOffset.UnixEpoch.AddSeconds((double)task[member]!)
            : DateTimeOffset.Parse((string)task[member]!, CultureInfo.InvariantCulture);
}
