using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Agent.Tests.Driving;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

[Collection(CalmTests.Name)]
public sealed class Logs(CalmStack stack) : StackTest(stack)
{
    private const string Cluster = "default";

    private Tool Ecs => Tool.Ecs(Stack);

    [Fact]
    public async Task Given_a_task_that_writes_then_its_logs_are_read_followed_to_its_end_and_read_after_it()
    {
        var family = NewName("logs");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("web", "echo to stdout; echo to stderr >&2; " + Containers.Sleep),
                Containers.Shell("database", "echo ready; " + Containers.Sleep),
            },
        });
        var task = Assert.Single(await RunAsync(Cluster, family));
        await WhenAsync(Cluster, task, "RUNNING");

        var following = Ecs.RunAsync("logs", task, "--follow");
        var read = await Eventually.GetAsync(
            "all is written", () => Ecs.RunAsync("logs", task), run => run.WasAnswered() && run.Output.Contains("ready")
                && run.Output.Contains("to stdout") && run.Errors.Contains("to stderr"));
        Assert.Contains("web      | to stdout\n", read.Output, StringComparison.Ordinal);
        Assert.Equal("web      | to stderr\n", read.Errors);
        Assert.Contains("database | ready\n", read.Output, StringComparison.Ordinal);

        var one = (await Ecs.RunAsync("logs", task[^32..][..12], "web", "--json", "--tail", "5")).Good();
        var lines = one.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);
        Assert.Equal(
            ["stderr: to stderr", "stdout: to stdout"],
            lines.Select(line => $"{line["stream"]}: {line["line"]}").Order(StringComparer.Ordinal));

        await Api.CallAsync("StopTask", new { cluster = Cluster, task });
        await WhenAsync(Cluster, task, "STOPPED");
        Assert.Contains("database | ready\n", (await following).Good().Output, StringComparison.Ordinal);
        Assert.Equal("ready\n", (await Ecs.RunAsync("logs", task, "database")).Good().Output);
    }

    [Fact]
    public async Task Given_a_container_that_keeps_no_log_when_a_task_is_followed_then_the_others_are_heard_to_the_end_and_it_is_told()
    {
        const string Told = "The log of container 'silent' cannot be read: Error response from daemon: configured logging driver";
        var family = NewName("half");

        // The replies of ECS have no such log driver.
        var (status, text) = await Api.PostAsync("RegisterTaskDefinition", JsonSerializer.Serialize(new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("silent", Containers.Sleep).With("logConfiguration", new { logDriver = "none" }),
                Containers.Shell("web", $"echo early; until [ -e /go ]; do sleep 0.2; done; echo late; {Containers.Sleep}"),
            },
        }));
        Assert.True(status is HttpStatusCode.OK, text);
        var task = Assert.Single(await RunAsync(Cluster, family));
        await WhenAsync(Cluster, task, "RUNNING");
        var following = Ecs.RunAsync("logs", task, "--follow");
        await RefusedAsync(1, Told, "logs", task);

        (await Ecs.RunAsync("exec", task, "web", "--", "touch", "/go")).Good();
        await Eventually.GetAsync("it went on", () => Ecs.RunAsync("logs", task, "web"), run => run.WasAnswered() && run.Output.Contains("late"));
        Assert.False(following.IsCompleted, "the follower has gone, though a container can be read");
        await Api.CallAsync("StopTask", new { cluster = Cluster, task });

        var followed = await following;
        Assert.Equal("web    | early\nweb    | late\n", followed.Output);
        Assert.True(followed.ExitCode == 1 && followed.Errors.Split(Told).Length == 3, $"at once, and at the end: {followed}");
    }

    [Fact]
    public async Task Given_a_container_whose_image_is_pulled_after_another_has_ended_when_either_is_followed_then_both_hear_it_to_its_end()
    {
        using var engine = new Engine();
        await using var registry = await RegistryDouble.StartAsync(engine.Client, TestSettings.Busybox);
        registry.Hold();
        var family = NewName("later");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("init", "echo made ready", essential: false),
                Containers.Shell("app", "echo served").With("image", registry.Image)
                    .With("dependsOn", new[] { new { containerName = "init", condition = "SUCCESS" } }),
            },
        });
        var task = Assert.Single(await RunAsync(Cluster, family));
        await registry.Halfway.WaitAsync(Eventually.Patience, Cancel);

        var all = Ecs.RunAsync("logs", task, "--follow");
        var one = Ecs.RunAsync("logs", task, "app", "--follow");
        await RefusedAsync(1, "there is no container 'app'. It is PENDING.", "logs", task, "app");
        // Longer than a follower takes to look again.
        await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
        Assert.False(all.IsCompleted || one.IsCompleted, "a follower has gone, though the task goes on");
        registry.Release();

        Assert.Equal("init | made ready\napp  | served\n", (await all).Good().Output);
        Assert.Equal("served\n", (await one).Good().Output);
        await WhenAsync(Cluster, task, "STOPPED");
        foreach (var container in await engine.OfTaskAsync(task)) await engine.RemoveAsync(container.Id);
        await registry.ForgetAsync(engine.Client);
    }

    [Fact]
    public async Task Given_what_cannot_be_read_then_each_is_refused_with_its_reason()
    {
        var task = Assert.Single(await RunAsync(Cluster, await DefineAsync(NewName("quiet"), Containers.Sleep)));
        await WhenAsync(Cluster, task, "RUNNING");

        await RefusedAsync(1, "The referenced task was not found.", "logs", Guid.NewGuid().ToString("N"));
        await RefusedAsync(1, "The task has no container 'other': it has 'main'.", "logs", task, "other");
        await RefusedAsync(1, "tail must be a whole number", "logs", task, "--tail", "-1");
        await RefusedAsync(2, "--since 'yesterday'", "logs", task, "--since", "yesterday");
        await Api.CallAsync("StopTask", new { cluster = Cluster, task });
    }

    [Fact]
    public async Task Given_an_agent_that_is_away_then_the_reader_is_told_so_at_once()
    {
        var cluster = NewName("silent");
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        await using var agent = await SilentAgent.JoinAsync(Stack, cluster, 1024, 1024);
        var task = Assert.Single(await RunAsync(cluster, await DefineAsync(NewName("waits"), Containers.Sleep)));

        await RefusedAsync(3, "AgentUnavailableException", "logs", task, "--cluster", cluster);
    }

    private async Task RefusedAsync(int code, string words, params string[] arguments)
    {
        var run = await Ecs.RunAsync(arguments);
        Assert.True(run.ExitCode == code && run.Errors.Contains(words, StringComparison.Ordinal), $"{run}");
    }
}
