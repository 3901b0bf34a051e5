using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

/// <summary>
/// Each reason that a container of ECS can have, provoked on the real engine and read in DescribeTasks: one row each.
/// What an engine refuses or never ends only when it is broken is in Engines and in <c>Agent.Tests/Driving</c>'s
/// <c>FailingEngineTests</c>: CannotStopContainerError, DockerTimeoutError.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class EveryReason(CalmStack stack) : StackTest(stack)
{
    private const string Cluster = "default";

    private static Dictionary<string, object> Main => Containers.Shell("main", Containers.Sleep);

    private static IReadOnlyList<Row> NeverStarted =>
    [
        // Nobody listens on port 1: every try of the pull fails, with or without a registry on the network.
        new("pull", "^CannotPullContainerError: Error response from daemon: .*127.0.0.1:1", [Main.With("image", "127.0.0.1:1/none-such:1")]),
        new("create", "^CannotCreateContainerError: Error response from daemon: .*unknown log opt",
            [Main.With("logConfiguration", new { logDriver = "json-file", options = new Dictionary<string, string> { ["no-such"] = "1" } })]),
        new("start", "^CannotStartContainerError: Error response from daemon: .*/no/such/program", [Main.With("command", new[] { "/no/such/program" })]),
        new("secret", "^ResourceInitializationError: .*none-such", [Main.With("secrets", new[] { new { name = "S", valueFrom = "none-such" } })]),
        new("volume", "^CannotCreateVolumeError: The shared volume ecs-none-such is not on this machine",
            [Main.With("mountPoints", new[] { new { sourceVolume = "ecs-none-such", containerPath = "/v" } })]),
        new("dependency", "^TaskDependencyError: .*job",
        [
            Main.With("dependsOn", new[] { new { containerName = "job", condition = "SUCCESS" } }),
            Containers.Shell("job", "exit 1", essential: false),
        ]),
    ];

    [Fact]
    public async Task Given_what_keeps_a_container_from_its_start_when_it_is_run_then_the_task_failed_to_start_and_it_says_why()
    {
        var tasks = new Dictionary<string, string>();
        foreach (var row in NeverStarted) tasks[row.Name] = await RunAsync(row);

        foreach (var row in NeverStarted)
        {
            var task = await WhenAsync(Cluster, tasks[row.Name], "STOPPED");
            Assert.Equal(("TaskFailedToStart", "Task failed to start"), Why(task));
            Assert.Matches(new Regex(row.Reason, RegexOptions.Singleline), (string?)MainOf(task)["reason"]);
            Assert.Null(MainOf(task)["exitCode"]);
            Assert.Null(task["startedAt"]);
            Assert.NotNull(task["stoppedAt"]);
        }
    }

    [Fact]
    public async Task Given_containers_that_are_not_essential_and_cannot_be_started_when_they_are_run_then_the_task_runs_without_them_and_each_says_why()
    {
        var rows = NeverStarted.Where(row => row.Name != "dependency").ToList();
        var task = await RunAsync(new("aside", "",
        [
            Main, .. rows.Select(row => row.Containers[0].With("name", row.Name).With("essential", false)),
        ]));

        var runs = await WhenAsync(Cluster, task, "RUNNING");

        Assert.NotNull(runs["startedAt"]);
        Assert.Equal(("RUNNING", null), ((string?)runs["desiredStatus"], (string?)runs["stopCode"]));
        Assert.Equal(("RUNNING", null), ((string?)MainOf(runs)["lastStatus"], (string?)MainOf(runs)["reason"]));
        foreach (var row in rows)
        {
            var aside = Of(runs, row.Name);
            Assert.Equal(("STOPPED", null), ((string?)aside["lastStatus"], (int?)aside["exitCode"]));
            Assert.Matches(new Regex(row.Reason, RegexOptions.Singleline), (string?)aside["reason"]);
        }

        await Api.CallAsync("StopTask", new { cluster = Cluster, task });
        Assert.Equal("UserInitiated", Why(await WhenAsync(Cluster, task, "STOPPED")).Item1);
    }

    [Fact]
    public async Task Given_a_container_that_runs_when_it_is_taken_away_or_killed_for_its_memory_then_its_task_ends_and_it_says_why()
    {
        var removed = await RunAsync(new("removed", "", [Main]));
        var greedy = await RunAsync(new("greedy", "", [Containers.Shell("main", Containers.Greedy)]));
        await WhenAsync(Cluster, removed, "RUNNING");
        using var engine = new Engine();
        await engine.RemoveAsync(Assert.Single(await engine.OfTaskAsync(removed)).Id);

        var one = await WhenAsync(Cluster, removed, "STOPPED");
        var two = await WhenAsync(Cluster, greedy, "STOPPED");

        Assert.Equal(("EssentialContainerExited", "Essential container in task exited"), Why(one));
        Assert.Equal(("EssentialContainerExited", "Essential container in task exited"), Why(two));
        Assert.Equal("OutOfMemoryError: Container killed due to memory usage", (string?)MainOf(two)["reason"]);
        Assert.Equal((137, 137), ((int)MainOf(one)["exitCode"]!, (int)MainOf(two)["exitCode"]!));
    }

    private async Task<string> RunAsync(Row row)
    {
        var family = NewName(row.Name);
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            volumes = new object[]
            {
                new { name = "ecs-none-such", dockerVolumeConfiguration = new { scope = "shared", autoprovision = false } },
            },
            containerDefinitions = row.Containers,
        });
        return Assert.Single(await RunAsync(Cluster, family));
    }

    private static (string?, string?) Why(JsonNode task) => ((string?)task["stopCode"], (string?)task["stoppedReason"]);

    private static JsonNode MainOf(JsonNode task) => Of(task, "main");

    private static JsonNode Of(JsonNode task, string name) =>
        task["containers"]!.AsArray().Single(container => (string?)container!["name"] == name)!;

    private sealed record Row(string Name, string Reason, Dictionary<string, object>[] Containers);
}
