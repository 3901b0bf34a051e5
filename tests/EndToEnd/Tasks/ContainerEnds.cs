using System.Globalization;
using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

[Collection(CalmTests.Name)]
public sealed class ContainerEnds(CalmStack stack) : StackTest(stack)
{
    private const string Cluster = "default";

    [Fact]
    public async Task Given_a_killed_essential_container_then_the_whole_task_stops_and_every_exit_code_is_kept()
    {
        var family = NewName("essential");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("main", Containers.Sleep),
                Containers.Shell("helper", Containers.Sleep),
                Containers.Shell("extra", "exit 3", essential: false),
            },
        });
        var task = Assert.Single(await RunAsync(Cluster, family));

        // The extra one ends by itself, and the task goes on.
        await WhenAsync(Cluster, task, "RUNNING");
        var running = await Eventually.GetAsync(
            "the end of the non-essential container is known",
            () => TaskAsync(Cluster, task),
            shown => (string?)Container(shown, "extra")["lastStatus"] == "STOPPED",
            show: shown => shown.ToJsonString());
        Assert.Equal("RUNNING", (string?)running["lastStatus"]);
        Assert.Equal(3, (int)Container(running, "extra")["exitCode"]!);

        using var engine = new Engine();
        var containers = (await engine.OfTaskAsync(task)).ToDictionary(container => container.Name, container => container.Id);
        await engine.WhenItTrapsTermAsync(containers["helper"]);
        await engine.KillAsync(containers["main"]);

        var stopped = await WhenAsync(Cluster, task, "STOPPED");
        Assert.Equal("EssentialContainerExited", (string?)stopped["stopCode"]);
        Assert.Equal("Essential container in task exited", (string?)stopped["stoppedReason"]);
        Assert.Equal(137, (int)Container(stopped, "main")["exitCode"]!);
        Assert.Equal(143, (int)Container(stopped, "helper")["exitCode"]!);
        Assert.Equal(3, (int)Container(stopped, "extra")["exitCode"]!);
        Assert.DoesNotContain(await engine.OfTaskAsync(task), container => container.IsRunning);
        Assert.Contains("main, which is essential, ended by itself with exit code 137", await CausesAsync(task));
    }

    [Fact]
    public async Task Given_an_image_that_is_nowhere_then_the_task_failed_to_start_and_the_container_says_why()
    {
        var family = NewName("no-image");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                // Nobody listens on port 1: every try of the pull fails, with or without a registry on the network.
                Containers.Shell("main", "true").With("image", "127.0.0.1:1/none-such:1"),
            },
        });
        var task = Assert.Single(await RunAsync(Cluster, family));

        var stopped = await WhenAsync(Cluster, task, "STOPPED");

        Assert.Equal("TaskFailedToStart", (string?)stopped["stopCode"]);
        Assert.StartsWith(
            "CannotPullContainerError: ", (string?)Container(stopped, "main")["reason"], StringComparison.Ordinal);
        Assert.Contains(
            await CausesAsync(task),
            because => because.StartsWith("the image of main could not be pulled: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_container_that_ends_well_then_its_task_stops_with_exit_code_zero()
    {
        var definition = await DefineAsync(NewName("one-shot"), "echo done");
        var task = Assert.Single(await RunAsync(Cluster, definition));

        var stopped = await WhenAsync(Cluster, task, "STOPPED");

        Assert.Equal("EssentialContainerExited", (string?)stopped["stopCode"]);
        Assert.Equal(0, (int)Container(stopped, "main")["exitCode"]!);
        Assert.Contains("main, which is essential, ended by itself with exit code 0", await CausesAsync(task));
    }

    [Fact]
    public async Task Given_a_task_that_ran_and_ended_then_its_times_are_in_order_and_fit_those_of_Docker()
    {
        var task = Assert.Single(await RunAsync(Cluster, await DefineAsync(NewName("timed"), Containers.Sleep)));
        await WhenAsync(Cluster, task, "RUNNING");
        await Api.CallAsync("StopTask", new { cluster = Cluster, task });

        var shown = await WhenAsync(Cluster, task, "STOPPED");

        using var engine = new Engine();
        var state = (await engine.InspectAsync(Assert.Single(await engine.OfTaskAsync(task)).Id)).State!;
        var (began, ended) = (Seconds(state.StartedAt), Seconds(state.FinishedAt));
        // The Agent's clock and Docker's are the machine's: it hears of the start after Docker has noted it.
        Assert.InRange(Time(shown, "startedAt"), began, ended);
        Assert.Equal(ended, Time(shown, "executionStoppedAt"), tolerance: 0.002);
        string[] order = ["createdAt", "startedAt", "stoppingAt", "stoppedAt"];
        Assert.Equal(order, order.OrderBy(name => Time(shown, name)));
        Assert.InRange(Time(shown, "executionStoppedAt"), Time(shown, "stoppingAt"), Time(shown, "stoppedAt"));
        Assert.Null(shown["pullStartedAt"]);
        Assert.Equal("UserInitiated", (string?)shown["stopCode"]);
        Assert.Equal("Task stopped by user", (string?)shown["stoppedReason"]);
        var causes = await CausesAsync(task);
        Assert.Contains(causes, because => because.Contains(" asked for it with stop-task (command ", StringComparison.Ordinal));
        Assert.Equal("its Agent said that nothing of it runs any more", causes[^1]);
    }

    [Fact]
    public async Task Given_a_container_that_takes_more_memory_than_it_has_then_the_explanation_says_that_the_kernel_killed_it()
    {
        var definition = await DefineAsync(NewName("greedy"), Containers.Greedy);
        var task = Assert.Single(await RunAsync(Cluster, definition));

        await WhenAsync(Cluster, task, "STOPPED");

        Assert.Contains(
            "the kernel killed main for want of memory: Container killed due to memory usage; it ended with exit code 137",
            await CausesAsync(task));
    }

    /// <summary>Why each link of a task's chain happened, as the Auditor explains it.</summary>
    private async Task<List<string>> CausesAsync(string task)
    {
        var explained = JsonNode.Parse(await Api.GetAsync($"explain/{Uri.EscapeDataString(task)}"))!;
        return [.. explained["chain"]!.AsArray().Select(link => (string)link!["because"]!)];
    }

    private static double Time(JsonNode task, string name) => (double)task[name]!;

    private static double Seconds(string? time) =>
        DateTimeOffset.Parse(time!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() / 1000.0;

    private static JsonNode Container(JsonNode task, string name) =>
        task["containers"]!.AsArray().Single(container => (string?)container!["name"] == name)!;
}
