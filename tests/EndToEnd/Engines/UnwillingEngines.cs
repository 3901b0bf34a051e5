using Docker.DotNet.Models;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Engines;

/// <summary>An engine that cannot do what it is asked, or not in time: what the task says, and how it ends after all.</summary>
[Collection(EngineTests.Name)]
public sealed class UnwillingEngines(HardyStack stack) : EngineTest(stack)
{
    [Fact]
    public async Task Given_a_container_that_Docker_cannot_kill_when_it_is_stopped_then_it_says_why_and_ends_when_Docker_can()
    {
        await using var cluster = await ClusterAsync("unkillable", settings: ("ECS_STOP_TIMEOUT", "1"));
        var task = Assert.Single(await RunningAsync(cluster.Name, 1));
        var container = await cluster.ContainerOfAsync(task);
        await cluster.Dockerd.HoldAsync((await cluster.Docker.InspectAsync(container)).State!.Pid);

        await Api.CallAsync("StopTask", new { cluster = cluster.Name, task, reason = "enough" });

        var stopping = await Eventually.GetAsync(
            "it says why it cannot be stopped",
            () => TaskAsync(cluster.Name, task),
            shown => (string?)Only(shown)["reason"] is not null,
            show: shown => shown.ToJsonString());
        Assert.StartsWith(
            "CannotStopContainerError: Error response from daemon: cannot stop container", (string?)Only(stopping)["reason"]);
        Assert.NotEqual("STOPPED", (string?)stopping["lastStatus"]);
        Assert.Null(Only(stopping)["exitCode"]);

        await cluster.Dockerd.LetGoAsync();

        var stopped = await WhenAsync(cluster.Name, task, "STOPPED");
        Assert.Equal(("UserInitiated", "enough"), ((string?)stopped["stopCode"], (string?)stopped["stoppedReason"]));
        Assert.Equal(137, (int)Only(stopped)["exitCode"]!);
        Assert.False((await cluster.Docker.InspectAsync(container)).State!.Running);
        await EverythingHeldAsync(cluster.Name);
    }

    [Fact]
    public async Task Given_an_engine_that_hangs_for_longer_than_a_creation_may_take_then_the_task_fails_to_start_and_never_runs()
    {
        await using var cluster = await ClusterAsync(
            "slow", settings: [("ECS_CONTAINER_CREATE_TIMEOUT", "2"), ("ECS_CLEANUP_AFTER", "1")]);
        var definition = await DefineAsync(NewName("late"), Containers.Sleep);

        await cluster.Dockerd.PauseAsync();
        var task = Assert.Single(await RunAsync(cluster.Name, definition));
        await Eventually.HoldsAsync(
            "the Agent says what was not done in time",
            () => cluster.Agent.Process.Tail().Contains("Docker did not Create within 00:00:02", StringComparison.Ordinal));
        // Docker does what it was asked as soon as it goes on; too late.
        await cluster.Dockerd.ContinueAsync();

        var shown = await WhenAsync(cluster.Name, task, "STOPPED");
        Assert.Equal("TaskFailedToStart", (string?)shown["stopCode"]);
        Assert.Equal(
            "DockerTimeoutError: Could not transition to created; timed out after waiting 2s", (string?)Only(shown)["reason"]);
        Assert.Equal(0, Stack.Starts.Of(task));
        // Whether Docker made it before the Agent looked, or after the task was forgotten.
        await Eventually.HoldsAsync("its late container is removed", async () =>
            (await cluster.Docker.OfTaskAsync(task)).Count == 0 && IsForgotten(cluster.Agent, task));
        Assert.Equal(0, Stack.Starts.Of(task));
        await EverythingHeldAsync(cluster.Name);
    }

    [Fact]
    public async Task Given_a_container_that_comes_when_its_task_is_over_and_forgotten_then_it_is_removed_on_the_same_connection()
    {
        await using var cluster = await ClusterAsync("later", settings: ("ECS_CLEANUP_AFTER", "1"));
        var task = Assert.Single(await RunningAsync(cluster.Name, 1));
        var made = await cluster.Docker.InspectAsync(await cluster.ContainerOfAsync(task));
        await Api.CallAsync("StopTask", new { cluster = cluster.Name, task });
        await Eventually.HoldsAsync("it is forgotten", async () =>
            (await cluster.Docker.OfTaskAsync(task)).Count == 0 && IsForgotten(cluster.Agent, task));

        // As Docker does what was asked of it while it hung.
        await cluster.Docker.Client.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Name = made.Name.TrimStart('/'),
            Image = made.Config!.Image,
            Cmd = ["true"],
            Labels = made.Config.Labels,
        }, Cancel);

        await Eventually.HoldsAsync("it is removed", async () => (await cluster.Docker.OfTaskAsync(task)).Count == 0);
        Assert.Equal(1, Stack.Starts.Of(task));
        await Eventually.HoldsAsync("it is forgotten again", () => IsForgotten(cluster.Agent, task));
        await EverythingHeldAsync(cluster.Name);
    }

    private static bool IsForgotten(AgentProcess agent, string task) => !File.Exists(Path.Combine(
        agent.DataFolder, agent.InstanceArn.Split('/')[^1], "tasks", task.Split('/')[^1] + ".json"));
}
