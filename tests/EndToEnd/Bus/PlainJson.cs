using System.Text.Json.Nodes;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Bus;

[Collection(CalmTests.Name)]
public sealed class PlainJson(CalmStack stack) : StackTest(stack)
{
    [Fact]
    public async Task Given_a_program_that_knows_only_AMQP_and_JSON_then_every_way_of_a_task_is_open_to_it()
    {
        var family = NewName("plain");
        var account = Stack.Account;
        await using var heard = await Bus.ListenAsync("task.#");

        var registered = await AskAsync("register-task-definition", new
        {
            account,
            family,
            containerDefinitions = new[] { Containers.Shell("main", Containers.Sleep) },
        });
        Assert.Equal(1, (int)registered["taskDefinition"]!["revision"]!);
        var run = await UntilHeardAsync(() => AskAsync("run-task", new { account, taskDefinition = family }));
        var task = (string)run["tasks"]![0]!["taskArn"]!;

        await WhenHeardAsync(heard, task, "task-running");
        await AskAsync("stop-task", new { account, task, reason = "heard enough" });
        await WhenHeardAsync(heard, task, "task-stopped");

        var own = heard.Heard.Where(e => e.Stream == task).DistinctBy(e => e.Version).ToList();
        Assert.Equal(Enumerable.Range(1, own.Count).Select(version => (long)version), own.Select(e => e.Version));
        Assert.Equal("task-placed", own[0].Name);
        Assert.All(own, e => Assert.Equal($"task.{e.Name}.default.us-east-1.{account}", e.RoutingKey));
        Assert.Equal(own.Select(e => e.Position).Order(), own.Select(e => e.Position));
        Assert.Equal("heard enough", (string?)own[^1].Body["reason"]);
    }

    [Fact]
    public async Task Given_the_same_id_twice_then_there_is_one_effect_and_one_answer()
    {
        var definition = await DefineAsync(NewName("once"), Containers.Sleep);
        var (cluster, id) = ("default", "");

        // Where no Agent is heard, that is an answer too, and the id has it.
        var first = await UntilHeardAsync(async () =>
        {
            id = $"once-{Guid.NewGuid():N}";
            var both = await Task.WhenAll(AskAgainAsync(), AskAgainAsync());
            Assert.True(JsonNode.DeepEquals(both[0], both[1]), $"{both[0]}\n{both[1]}");
            return both[0];
        });
        var third = await AskAgainAsync();

        Assert.True(JsonNode.DeepEquals(first, third), $"{first}\n{third}");
        var listed = await Api.CallAsync("ListTasks", new { cluster, startedBy = id });
        var task = (string?)Assert.Single(listed["taskArns"]!.AsArray());
        Assert.Equal(task, (string?)third["result"]!["tasks"]![0]!["taskArn"]);
        await Api.CallAsync("StopTask", new { cluster, task });

        Task<JsonNode> AskAgainAsync() => Bus.AskAsync(
            "run-task", new { account = Stack.Account, cluster, taskDefinition = definition, startedBy = id }, id);
    }

    [Fact]
    public async Task Given_an_id_that_was_used_for_something_else_then_it_is_a_conflict()
    {
        var id = $"conflict-{Guid.NewGuid():N}";
        await Bus.AskAsync("create-cluster", new { account = Stack.Account, clusterName = NewName("first") }, id);

        var other = await Bus.AskAsync(
            "create-cluster", new { account = Stack.Account, clusterName = NewName("second") }, id);

        Assert.Equal("ConflictException", (string?)other["error"]!["type"]);
    }

    [Fact]
    public async Task Given_a_deadline_that_has_passed_then_the_command_is_refused_and_nothing_is_made()
    {
        var name = NewName("too-late");
        var answer = await Bus.AskAsync(
            "create-cluster",
            new { account = Stack.Account, clusterName = name, deadline = DateTimeOffset.UtcNow.AddSeconds(-1) },
            $"late-{Guid.NewGuid():N}");

        Assert.NotNull(answer["error"]);
        Assert.Contains("deadline", (string?)answer["error"]!["message"], StringComparison.OrdinalIgnoreCase);
        var shown = await Api.CallAsync("DescribeClusters", new { clusters = new[] { name } });
        Assert.Equal("MISSING", (string?)shown["failures"]![0]!["reason"]);
    }

    [Fact]
    public async Task Given_a_client_token_that_is_used_again_then_it_names_the_same_task_and_nothing_else()
    {
        var definition = await DefineAsync(NewName("token"), Containers.Sleep);
        var token = $"{Guid.NewGuid()}";

        var first = Assert.Single(await RunAsync("default", definition, clientToken: token));
        var again = Assert.Single(await RunAsync("default", definition, clientToken: token));
        Assert.Equal(first, again);

        var refused = await Api.RefusedAsync(
            "RunTask", new { cluster = "default", taskDefinition = definition, count = 2, clientToken = token });
        Assert.Equal("ConflictException", refused.Type);
        Assert.Equal([first], refused.Body["resourceIds"]!.AsArray().Select(arn => (string)arn!));
        await Api.CallAsync("StopTask", new { task = first });
    }

    private static Task WhenHeardAsync(EventListener listener, string task, string name) => Eventually.HoldsAsync(
        $"{name} is heard", () => listener.Heard.Any(e => e.Stream == task && e.Name == name));

    private async Task<JsonNode> AskAsync(string command, object body)
    {
        var answer = await Bus.AskAsync(command, body, $"{Guid.NewGuid():N}");
        return answer["result"] ?? throw new InvalidOperationException($"{command}: {answer}");
    }
}
