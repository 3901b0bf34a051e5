using System.Text.Json.Nodes;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

/// <summary>
/// Restarts by ECS's rule: a container must have run for the whole period, else its end is its task's; and so on each
/// time. The shortest period that may be registered is a minute, which these containers really run.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class RestartPolicies(CalmStack stack) : StackTest(stack)
{
    private const string Cluster = "default";
    private const int Period = 60;

    /// <summary>It runs until it is asked to end, and says how often it ran.</summary>
    private const string EndsWith7 = "echo >> /runs; trap 'exit 7' TERM; sleep 3600 & wait $!";

    private Tool Ecs => Tool.Ecs(Stack);

    [Fact]
    public async Task Given_restart_policies_when_containers_end_then_those_that_ran_for_the_period_start_again_and_no_others()
    {
        // All of them at once, so that the minute is waited for once.
        var again = await StartAsync("again", EndsWith7);
        var twice = await StartAsync("twice", $"[ ! -e /runs ] || exit 8; {EndsWith7}");
        var ignored = await StartAsync("ignored", EndsWith7, ignoredExitCodes: [1, 7]);
        var early = await StartAsync("early", "exit 7", runs: false);
        using var engine = new Engine();
        await EndedAsync(early, exitCode: 7, starts: 1);

        Assert.Equal(await OpenAsync(engine, again), [Port(await TaskAsync(Cluster, again))]);
        var before = await EndRunAsync(engine, again);
        await EndRunAsync(engine, twice);
        await EndRunAsync(engine, ignored);

        await EndedAsync(ignored, exitCode: 7, starts: 1);
        await EndedAsync(twice, exitCode: 8, starts: 2);
        await ToldAsync(twice, "main was started again after exit code 7, restart 1 of it");
        await RunsAgainAsync(engine, again, before);
        await Api.CallAsync("StopTask", new { task = again });
    }

    private async Task<string> StartAsync(
        string name, string script, int[]? ignoredExitCodes = null, bool runs = true)
    {
        var policy = new Dictionary<string, object> { ["enabled"] = true, ["restartAttemptPeriod"] = Period };
        if (ignoredExitCodes is not null) policy["ignoredExitCodes"] = ignoredExitCodes;
        var family = NewName(name);
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("main", script).With("restartPolicy", policy)
                    .With("portMappings", new[] { new { containerPort = 80 } }),
            },
        });
        var task = Assert.Single(await RunAsync(Cluster, family));
        if (runs) await WhenAsync(Cluster, task, "RUNNING");
        return task;
    }

    /// <summary>Ends the run that is under way, when it has lasted for the period; gives when it began.</summary>
    private static async Task<DateTimeOffset> EndRunAsync(Engine engine, string task)
    {
        var container = Assert.Single(await engine.OfTaskAsync(task)).Id;
        var began = await engine.WhenItHasRunAsync(container, TimeSpan.FromSeconds(Period));
        await engine.KillAsync(container, "TERM");
        return began;
    }

    private async Task EndedAsync(string task, int exitCode, int starts)
    {
        var stopped = await WhenAsync(Cluster, task, "STOPPED");
        Assert.Equal("EssentialContainerExited", (string?)stopped["stopCode"]);
        Assert.Equal(exitCode, (int)Only(stopped)["exitCode"]!);
        Assert.Equal(starts, await Stack.Starts.OfAsync(task, atLeast: starts));
    }

    /// <summary>The same container, in a task that never was anything but RUNNING.</summary>
    private async Task RunsAgainAsync(Engine engine, string task, DateTimeOffset before)
    {
        await ToldAsync(task, "main was started again after exit code 7, restart 1 of it");
        var shown = await TaskAsync(Cluster, task);
        Assert.Equal("RUNNING", (string?)shown["lastStatus"]);
        Assert.Equal(("RUNNING", null), ((string?)Only(shown)["lastStatus"], (int?)Only(shown)["exitCode"]));
        var container = Assert.Single(await engine.OfTaskAsync(task));
        Assert.True(container.IsRunning);
        Assert.Equal(container.Id, (string?)Only(shown)["runtimeId"]);
        Assert.True(await engine.WhenItHasRunAsync(container.Id, TimeSpan.Zero) > before.AddSeconds(Period));
        // Docker chooses the host port, and another one for each run.
        Assert.Equal(await OpenAsync(engine, task), [Port(shown)]);
        Assert.Equal("2", (await Ecs.RunAsync("exec", task, "main", "--", "sh", "-c", "wc -l < /runs")).Good().Output.Trim());
        Assert.DoesNotContain("is to stop", (await Ecs.RunAsync("history", task)).Good().Output, StringComparison.Ordinal);
    }

    private async Task ToldAsync(string task, string words) => await Eventually.GetAsync(
        $"the history says {words}",
        () => Ecs.RunAsync("history", task),
        run => run.WasAnswered() && run.Output.Contains(words, StringComparison.Ordinal));

    private static async Task<IEnumerable<string>> OpenAsync(Engine engine, string task) =>
        (await engine.InspectAsync(Assert.Single(await engine.OfTaskAsync(task)).Id)).NetworkSettings!.Ports["80/tcp"]
            .Where(binding => !binding.HostIP.Contains(':', StringComparison.Ordinal)).Select(binding => binding.HostPort);

    private static string Port(JsonNode task) => $"{Assert.Single(Only(task)["networkBindings"]!.AsArray())!["hostPort"]}";

    private static JsonNode Only(JsonNode task) => Assert.Single(task["containers"]!.AsArray())!;
}
