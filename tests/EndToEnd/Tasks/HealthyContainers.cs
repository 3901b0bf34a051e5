using System.Globalization;
using System.Text.Json.Nodes;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

/// <summary>Health checks that Docker really runs, from the definition to DescribeTasks and the event feed's words.</summary>
[Collection(CalmTests.Name)]
public sealed class HealthyContainers(CalmStack stack) : StackTest(stack)
{
    private const string Cluster = "default";

    private Tool Ecs => Tool.Ecs(Stack);

    [Fact]
    public async Task Given_health_checks_of_both_forms_when_they_pass_then_what_waits_is_started_and_when_one_fails_the_task_is_unhealthy()
    {
        var family = NewName("healthy");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("app", Containers.Sleep).With("dependsOn", new[] { new { containerName = "db", condition = "HEALTHY" } })
                    .With("healthCheck", Check("CMD-SHELL", "test -e /tmp || exit 1")),
                Containers.Shell("db", Containers.Sleep).With("healthCheck", Check("CMD", "test", "-f", "/tmp/ready file")),
                Containers.Shell("plain", Containers.Sleep),
                Containers.Shell("side", Containers.Sleep, essential: false).With("healthCheck", Check("CMD", "false")),
            },
        });
        var task = Assert.Single(await RunAsync(Cluster, family));
        using var engine = new Engine();
        var shown = await UntilAsync(task, "db runs", now => (string?)Of(now, "db")["lastStatus"] == "RUNNING");
        // By now the check may have failed as often as it must: what it cannot be is HEALTHY.
        Assert.NotEqual("HEALTHY", Health(shown));
        Assert.NotEqual("HEALTHY", Health(Of(shown, "db")));
        Assert.Equal("UNKNOWN", Health(Of(shown, "app")));
        Assert.DoesNotContain("app", (await engine.OfTaskAsync(task)).Select(container => container.Name));
        var db = (await engine.OfTaskAsync(task)).Single(container => container.Name == "db").Id;

        await engine.ExecAsync(db, "touch", "/tmp/ready file");
        var probes = (await Eventually.GetAsync(
            "a probe passed", () => engine.InspectAsync(db), now => now.State!.Health!.Log!.Any(probe => probe.ExitCode == 0))).State!.Health!.Log!;
        await WhenAsync(Cluster, task, "RUNNING");
        shown = await UntilAsync(task, "all is healthy", now => Health(now) == "HEALTHY");
        Assert.Equal(("HEALTHY", "HEALTHY", "UNKNOWN"), (Health(Of(shown, "db")), Health(Of(shown, "app")), Health(Of(shown, "plain"))));
        var app = (await engine.OfTaskAsync(task)).Single(container => container.Name == "app").Id;
        var healthy = probes.First(probe => probe.ExitCode == 0).End;
        var started = (await engine.InspectAsync(app)).State!.StartedAt!;
        // Docker keeps the last five probes: where all passed, the first that did may be gone.
        Assert.True(
            Time($"{healthy:O}") <= Time(started) || (probes.Count == 5 && probes.All(probe => probe.ExitCode == 0)),
            $"healthy at {healthy:O}, the other started at {started}");

        // Its check fails from the first time on, and the task is as healthy as its essential containers are.
        shown = await UntilAsync(task, "what is not essential is unhealthy", now => Health(Of(now, "side")) == "UNHEALTHY");
        Assert.Equal(("HEALTHY", "RUNNING", "RUNNING"),
            (Health(shown), (string?)shown["lastStatus"], (string?)Of(shown, "side")["lastStatus"]));

        await engine.ExecAsync(db, "rm", "/tmp/ready file");
        shown = await UntilAsync(task, "it is unhealthy", now => Health(now) == "UNHEALTHY");
        Assert.Equal(
            ("UNHEALTHY", "HEALTHY", "RUNNING"), (Health(Of(shown, "db")), Health(Of(shown, "app")), (string?)shown["lastStatus"]));
        var history = (await Ecs.RunAsync("history", task)).Good().Output;
        Assert.Contains("db is HEALTHY", history, StringComparison.Ordinal);
        Assert.Contains("db is UNHEALTHY", history, StringComparison.Ordinal);
        await Api.CallAsync("StopTask", new { cluster = Cluster, task });
        await WhenAsync(Cluster, task, "STOPPED");
    }

    /// <summary>The shortest interval that ECS allows, and a look that is slow once is no end.</summary>
    private static object Check(params string[] command) => new { command, interval = 5, timeout = 30, retries = 2 };

    private static JsonNode Of(JsonNode task, string name) =>
        task["containers"]!.AsArray().Single(container => (string?)container!["name"] == name)!;

    private static string? Health(JsonNode of) => (string?)of["healthStatus"];

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private Task<JsonNode> UntilAsync(string task, string what, Func<JsonNode, bool> holds) =>
        Eventually.GetAsync(what, () => TaskAsync(Cluster, task), holds, show: now => now.ToJsonString());
}
