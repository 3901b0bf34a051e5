using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.AwsCli;

/// <summary>The AWS CLI as it is, with the past as its endpoint.</summary>
[Collection(CalmTests.Name)]
public sealed class PastSession(CalmStack stack) : AwsSession(stack)
{
    [Theory, MemberData(nameof(Clis))]
    public async Task Given_a_task_that_stopped_when_asked_about_a_moment_before_then_the_cli_sees_it_run(string cli)
    {
        var definition = await DefineAsync(NewName("past"), Containers.Sleep);
        await AgentsAreHeardAsync();
        var before = DateTimeOffset.UtcNow;
        var run = (await AwsAsync(cli, "run-task", "--task-definition", definition)).Good().Json;
        var task = (string)run["tasks"]![0]!["taskArn"]!;
        await WhenAsync("default", task, "RUNNING");
        var moment = DateTimeOffset.UtcNow;
        (await AwsAsync(cli, "stop-task", "--task", task)).Good();
        await WhenAsync("default", task, "STOPPED");
        var then = At(cli, moment);

        var shown = (await then.RunAsync("describe-tasks", "--tasks", task)).Good().Json["tasks"]![0]!;
        Assert.Equal("RUNNING", (string?)shown["lastStatus"]);
        var listed = (await then.RunAsync("list-tasks")).Good().Json["taskArns"]!.AsArray();
        Assert.Contains(task, listed.Select(arn => (string?)arn));
        Assert.EndsWith($"/{definition}", (string?)(await then.RunAsync(
            "describe-task-definition", "--task-definition", definition)).Good().Json["taskDefinition"]!["taskDefinitionArn"], StringComparison.Ordinal);
        Assert.Equal("MISSING", (string?)(await At(cli, before).RunAsync(
            "describe-tasks", "--tasks", task)).Good().Json["failures"]![0]!["reason"]);
        // Another account's past is another name space, as its present is.
        Assert.Contains("ClusterNotFoundException", (await Tool.Aws(cli, Url(moment), "999999999999").RunAsync(
            "list-tasks")).Errors, StringComparison.Ordinal);

        var written = await then.RunAsync("stop-task", "--task", task);
        Assert.NotEqual(0, written.ExitCode);
        Assert.Contains("The past cannot be changed", written.Errors, StringComparison.Ordinal);
        var future = await At(cli, DateTimeOffset.UtcNow.AddHours(1)).RunAsync("list-clusters");
        Assert.Contains("in the future", future.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_moments_when_the_tool_is_asked_then_state_and_difference_are_told_and_what_is_wrong_is_refused()
    {
        var ecs = Tool.Ecs(Stack);
        var definition = await DefineAsync(NewName("past"), Containers.Sleep);
        var from = (long)(await ecs.RunAsync("state", "--at", Text(DateTimeOffset.UtcNow), "--json")).Good().Json["position"]!;
        var task = Assert.Single(await RunAsync("default", definition));
        await WhenAsync("default", task, "RUNNING");
        var to = DateTimeOffset.UtcNow;

        var state = (await ecs.RunAsync("state", "--at", Text(to), "--cluster", "default")).Good().Output;
        Assert.Contains(task.Split('/')[^1][..12], state, StringComparison.Ordinal);
        var diff = (await ecs.RunAsync("diff", "--from", $"{from}", "--to", Text(to))).Good().Output;
        Assert.Contains("run-task", diff, StringComparison.Ordinal);
        Assert.Contains(task.Split('/')[^1][..12], diff, StringComparison.Ordinal);
        foreach (var wrong in new[]
        {
            await ecs.RunAsync("state", "--at", "tomorrow"),
            await ecs.RunAsync("state", "--at", "2999-01-01T00:00:00Z"),
            await ecs.RunAsync("diff", "--from", Text(to), "--to", "0"),
        })
        {
            Assert.Equal(1, wrong.ExitCode);
            Assert.Contains("InvalidParameterException", wrong.Errors, StringComparison.Ordinal);
        }
    }

    private Tool At(string cli, DateTimeOffset moment) => Tool.Aws(cli, Url(moment), Stack.Account);

    private string Url(DateTimeOffset moment) => $"{Stack.Gateway.Url}/at/{Text(moment)}";

    private static string Text(DateTimeOffset moment) =>
        moment.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
