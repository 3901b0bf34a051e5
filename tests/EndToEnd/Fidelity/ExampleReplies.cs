using System.Text.Json.Nodes;
using Ecs.Agent.Tests.Driving;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Fidelity;

/// <summary>One reply each of what ECS's users read most, held to the members of ECS's own examples.</summary>
[Collection(CalmTests.Name)]
public sealed class ExampleReplies(CalmStack stack) : StackTest(stack)
{
    private readonly Dictionary<string, JsonNode> _replies = new(StringComparer.Ordinal);

    [Fact]
    public async Task Given_replies_about_a_task_and_all_around_it_when_compared_then_they_have_what_those_of_ECSs_examples_have()
    {
        using var engine = new Engine();
        await using var registry = await RegistryDouble.StartAsync(engine.Client, TestSettings.Busybox);
        var family = NewName("example");
        await SeeAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("main", Containers.Sleep).With("image", registry.Image)
                    .With("portMappings", new[] { new { containerPort = 80 } }),
            },
        });
        await SeeAsync("DescribeTaskDefinition", new { taskDefinition = family });
        var run = await UntilHeardAsync(() => SeeAsync("RunTask", new { taskDefinition = family, startedBy = family }));
        var task = (string)run["tasks"]![0]!["taskArn"]!;
        var runs = await WhenAsync("default", task, "RUNNING");
        await SeeAsync("DescribeTasks", new { tasks = new[] { task } });
        Assert.Equal([task], (await SeeAsync("ListTasks", new { startedBy = family, desiredStatus = "RUNNING" }))["taskArns"]!
            .AsArray().Select(arn => (string)arn!));
        await SeeAsync(
            "DescribeContainerInstances", new { containerInstances = new[] { (string)runs["containerInstanceArn"]! } });
        await SeeAsync("DescribeClusters", new { clusters = new[] { "default" }, include = new[] { "ATTACHMENTS" } });
        await Api.CallAsync("StopTask", new { task });
        await WhenAsync("default", task, "STOPPED");
        // Asked again: ECS's example is of a task that has ended.
        await SeeAsync("StopTask", new { task });
        foreach (var container in await engine.OfTaskAsync(task)) await engine.RemoveAsync(container.Id);
        await registry.ForgetAsync(engine.Client);

        var wrong = _replies.SelectMany(seen => ExampleMembers.Wrong(seen.Key, seen.Value)).ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(ExampleMembers.Of.Keys.Order(StringComparer.Ordinal), _replies.Keys.Order(StringComparer.Ordinal));
    }

    private async Task<JsonNode> SeeAsync(string operation, object body) =>
        _replies[operation] = await Api.CallAsync(operation, body);
}
