using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.EcsTool;

/// <summary>The words and the files of the text that the house was built from.</summary>
[Collection(CalmTests.Name)]
public sealed class SeedWords(CalmStack stack) : StackTest(stack)
{
    [Fact]
    public async Task Given_the_seeds_own_words_then_its_application_runs_and_its_history_is_told_from_request_to_stop()
    {
        var ecs = Tool.Ecs(Stack);
        var cluster = NewName("cluster-name");
        var made = (await ecs.RunAsync("create-cluster", cluster)).Good();
        Assert.Contains(
            $"arn:aws:ecs:us-east-1:{Stack.Account}:cluster/{cluster}", made.Output, StringComparison.Ordinal);

        var file = DefinitionFile();
        (await ecs.RunAsync(
            "register-task-definition", "--family", "custom-name", "--version", "custom-version", file)).Good();
        await AgentsAreHeardAsync();
        var run = (await ecs.RunAsync("run-task", "custom-name:custom-version", "--json")).Good().Json;
        var task = (string)run["tasks"]![0]!["taskArn"]!;
        Assert.Equal("RUNNING", (string?)(await TaskAsync("default", task))["lastStatus"]);

        (await ecs.RunAsync("stop-task", task, "--reason", "enough of it")).Good();
        await WhenAsync("default", task, "STOPPED");
        var history = (await ecs.RunAsync("history", task)).Good().Output;
        var order = new[] { "task-placed", "task-running", "task-stopping", "enough of it", "task-stopped" };
        var places = order.Select(word => history.IndexOf(word, StringComparison.Ordinal)).ToList();
        Assert.True(places.TrueForAll(place => place >= 0), history);
        Assert.True(places.SequenceEqual(places.Order()), history);
        Assert.Contains(Stack.Account, history, StringComparison.Ordinal);
        (await ecs.RunAsync("history", cluster)).Good();
    }

    [Fact]
    public async Task Given_the_definition_as_the_seed_prints_it_then_its_own_family_and_version_hold()
    {
        var family = NewName("application-name");
        var file = DefinitionFile(family);
        var ecs = Tool.Ecs(Stack);

        (await ecs.RunAsync("register-task-definition", file)).Good();

        var shown = (await ecs.RunAsync(
            "describe-task-definition", $"{family}:9a56714245e7e603127", "--json")).Good().Json;
        Assert.Equal(1, (int)shown["taskDefinition"]!["revision"]!);
        Assert.Equal(128, (int)shown["taskDefinition"]!["containerDefinitions"]![0]!["cpu"]!);
    }

    [Fact]
    public async Task Given_what_can_go_wrong_then_the_exit_code_tells_a_script_what_it_was()
    {
        var ecs = Tool.Ecs(Stack);
        var definition = await DefineAsync(NewName("failing"), "exit 1");
        var missing = NewName("no-program");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family = missing,
            containerDefinitions = new[] { Containers.Shell("main", "true").With("command", new[] { "/no/such/program" }) },
        });
        var broken = Path.Combine(Stack.Folder, "broken.json");
        await File.WriteAllTextAsync(broken, "{\n  \"family\": \n}", Cancel);

        Assert.Equal(0, (await ecs.RunAsync("describe-task-definition", definition)).ExitCode);
        Assert.Equal(1, (await ecs.RunAsync("describe-task-definition", "none-such")).ExitCode);
        Assert.Equal(2, (await ecs.RunAsync("no-such-command")).ExitCode);
        var wrong = await ecs.RunAsync("register-task-definition", broken);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("broken.json:3", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(3, (await ecs.RunAsync("list-clusters", "--endpoint-url", "http://127.0.0.1:1")).ExitCode);
        await AgentsAreHeardAsync();
        var failed = await ecs.RunAsync("run-task", missing);
        Assert.True(failed.ExitCode == 4, $"{failed}");
        Assert.Contains("CannotStartContainerError", failed.Output + failed.Errors, StringComparison.Ordinal);
    }

    /// <summary>The file of the seed, with an image that is there and ports that are free.</summary>
    private string DefinitionFile(string family = "application-name")
    {
        var path = Path.Combine(Stack.Folder, $"{family}.json");
        File.WriteAllText(path, $$"""
            {
            "family": "{{family}}",
            "version": "9a56714245e7e603127", -- This can be a simple version or git SHA1
            "containers": [
            {
            "name": "container-name",
            "image": "{{TestSettings.Busybox}}",
            "cpu": 128, -- Note CPU is in units, defines the instances that can fit a given instance
            "memory": 32,
            "portMappings": [
            {
            "containerPort": 9443,
            "hostPort": {{TestSettings.FreePort()}}
            }
            ],
            "links": ["frontend"],
            "essential": true,
            "command": ["sh", "-c", "{{Containers.Sleep}}"],
            },
            {
            "name": "frontend",
            "image": "{{TestSettings.Busybox}}", // the one that it links to
            "memory": 32,
            "command": ["sh", "-c", "{{Containers.Sleep}}"]
            }
            ]
            }
            """);
        return path;
    }
}
