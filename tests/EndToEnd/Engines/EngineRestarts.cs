using Ecs.Contracts.Events;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Engines;

/// <summary>A dockerd that is restarted, killed, or hangs.</summary>
[Collection(EngineTests.Name)]
public sealed class EngineRestarts(HardyStack stack) : EngineTest(stack)
{
    /// <summary>In the long run an engine hangs for longer than a creation may take; else it comes back in time.</summary>
    private static readonly TimeSpan? LongHang = TestSettings.IsSoak ? TimeSpan.FromMinutes(4.5) : null;

    [Fact]
    public async Task Given_an_engine_without_live_restore_when_it_restarts_then_its_tasks_are_STOPPED_once_and_say_why()
    {
        await using var cluster = await ClusterAsync("restarted");
        var ended = await RunningAsync(cluster.Name, 3);
        foreach (var task in ended) await cluster.Docker.WhenItTrapsTermAsync(await cluster.ContainerOfAsync(task));

        await cluster.Dockerd.StopAsync();
        await cluster.Dockerd.StartAgainAsync();

        foreach (var task in ended)
        {
            var shown = await WhenAsync(cluster.Name, task, "STOPPED");
            Assert.Equal("EssentialContainerExited", (string?)shown["stopCode"]);
            Assert.Equal("Essential container in task exited", (string?)shown["stoppedReason"]);
            Assert.Equal(143, (int)Only(shown)["exitCode"]!);
        }

        var killed = Assert.Single(await RunningAsync(cluster.Name, 1));
        await cluster.Dockerd.KillAsync();
        await cluster.Dockerd.StartAgainAsync();
        var last = await WhenAsync(cluster.Name, killed, "STOPPED");
        Assert.Equal("EssentialContainerExited", (string?)last["stopCode"]);
        Assert.NotNull(Only(last)["exitCode"]);
        await RunningAsync(cluster.Name, 1);
        await EverythingHeldAsync(cluster.Name);
    }

    [Fact]
    public async Task Given_restart_policies_when_their_engine_restarts_then_what_had_run_for_its_period_runs_on_in_its_task()
    {
        await using var cluster = await ClusterAsync("by-policy");
        var lasting = await WithPolicyAsync(cluster.Name, restartAttemptPeriod: 60);
        var recent = await WithPolicyAsync(cluster.Name, restartAttemptPeriod: 1800);
        var container = await cluster.ContainerOfAsync(lasting);
        var began = await cluster.Docker.WhenItHasRunAsync(container, TimeSpan.FromSeconds(60));

        await cluster.Dockerd.StopAsync();
        await cluster.Dockerd.StartAgainAsync();

        var ended = await WhenAsync(cluster.Name, recent, "STOPPED");
        Assert.Equal("EssentialContainerExited", (string?)ended["stopCode"]);
        Assert.Equal(143, (int)Only(ended)["exitCode"]!);
        var restart = await Eventually.GetAsync("the log has the restart", async () =>
            (await Promises.ReadAsync(Stack)).Where(e => e.Stream == lasting).Select(e => e.Data)
                .OfType<TaskContainersRestarted>().SingleOrDefault(), told => told is not null);
        var told = Assert.Single(restart!.Containers).Restart!;
        Assert.Equal((1, 143), (told.Count, told.ExitCode));
        var shown = await TaskAsync(cluster.Name, lasting);
        Assert.Equal(("RUNNING", container), ((string?)shown["lastStatus"], (string?)Only(shown)["runtimeId"]));
        Assert.True(await cluster.Docker.WhenItHasRunAsync(container, TimeSpan.Zero) > began.AddSeconds(60));
        Assert.True((await cluster.Docker.InspectAsync(container)).State!.Running);
        await EverythingHeldAsync(cluster.Name);
    }

    private async Task<string> WithPolicyAsync(string cluster, int restartAttemptPeriod)
    {
        var family = NewName(cluster);
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("main", Containers.Sleep)
                    .With("restartPolicy", new { enabled = true, restartAttemptPeriod }),
            },
        });
        var task = Assert.Single(await RunAsync(cluster, family));
        await WhenAsync(cluster, task, "RUNNING");
        return task;
    }

    [Fact]
    public async Task Given_an_engine_with_live_restore_when_it_restarts_or_is_killed_then_only_what_ended_meanwhile_is_told()
    {
        await using var cluster = await ClusterAsync("kept", keepsContainers: true);
        var tasks = await RunningAsync(cluster.Name, 4);
        var containers = await Task.WhenAll(tasks.Select(cluster.ContainerOfAsync));
        var processes = await Task.WhenAll(containers.Select(ProcessAsync));
        var events = await Task.WhenAll(tasks.Select(EventsOfAsync));

        await EndsMeanwhileAsync(0, cluster.Dockerd.StopAsync);
        await EndsMeanwhileAsync(1, cluster.Dockerd.KillAsync);
        await EverythingHeldAsync(cluster.Name);

        async Task EndsMeanwhileAsync(int one, Func<Task> end)
        {
            await end();
            await cluster.Dockerd.KillProcessAsync(processes[one]);
            await cluster.Dockerd.StartAgainAsync();

            var ended = await WhenAsync(cluster.Name, tasks[one], "STOPPED");
            Assert.Equal("EssentialContainerExited", (string?)ended["stopCode"]);
            // Docker 29 no longer knows how it ended, and says 255 as for any end that nobody saw.
            var exit = (int)Only(ended)["exitCode"]!;
            Assert.True(exit is 137 or 255, $"{exit}");
            Assert.Equal((await cluster.Docker.InspectAsync(containers[one])).State!.ExitCode, exit);
            // What is begun after it is begun by an Agent that has seen the others, too.
            await RunningAsync(cluster.Name, 1);
            for (var i = one + 1; i < tasks.Count; i++)
            {
                var shown = await TaskAsync(cluster.Name, tasks[i]);
                Assert.Equal("RUNNING", (string?)shown["lastStatus"]);
                Assert.Equal(containers[i], (string?)Only(shown)["runtimeId"]);
                Assert.Equal(events[i], await EventsOfAsync(tasks[i]));
                Assert.Equal(processes[i], await ProcessAsync(containers[i]));
                Assert.Equal(1, Stack.Starts.Of(tasks[i]));
            }
        }

        async Task<long> ProcessAsync(string container)
        {
            var state = (await cluster.Docker.InspectAsync(container)).State!;
            Assert.True(state.Running);
            return state.Pid;
        }
    }

    [Fact]
    public async Task Given_an_engine_that_hangs_when_it_goes_on_then_nothing_was_told_RUNNING_and_each_task_runs_once()
    {
        await using var cluster = await ClusterAsync("hung", settings: ("ECS_CLEANUP_AFTER", "1"));
        var before = Assert.Single(await RunningAsync(cluster.Name, 1));
        var definition = await DefineAsync(NewName("late"), Containers.Sleep);

        await cluster.Dockerd.PauseAsync();
        var late = await RunAsync(cluster.Name, definition, 2);
        await Eventually.HoldsAsync(
            "the Agent says that Docker does not answer",
            () => cluster.Agent.Process.SaysAsync("Docker does not answer"));
        await Api.CallAsync("StopTask", new { cluster = cluster.Name, task = late[1] });
        if (LongHang is { } hang) await Task.Delay(hang, Cancel);
        foreach (var task in late)
        {
            Assert.NotEqual("RUNNING", (string?)(await TaskAsync(cluster.Name, task))["lastStatus"]);
        }

        await cluster.Dockerd.ContinueAsync();
        await LateOneAsync(cluster, late[0]);
        var stopped = await WhenAsync(cluster.Name, late[1], "STOPPED");
        Assert.Equal("UserInitiated", (string?)stopped["stopCode"]);
        await NothingStaysAsync(cluster, late[1]);
        Assert.Equal("RUNNING", (string?)(await TaskAsync(cluster.Name, before))["lastStatus"]);
        await cluster.Agent.Process.WhenReadyAsync();
        await EverythingHeldAsync(cluster.Name);
    }

    /// <summary>Docker did the creation as soon as it went on: in time it runs, too late it never does.</summary>
    private async Task LateOneAsync(OwnCluster cluster, string task)
    {
        var shown = await WhenAsync(cluster.Name, task, LongHang is null ? "RUNNING" : "STOPPED");
        if (LongHang is null)
        {
            Assert.Equal(await cluster.ContainerOfAsync(task), (string?)Only(shown)["runtimeId"]);
            return;
        }

        Assert.Equal("TaskFailedToStart", (string?)shown["stopCode"]);
        Assert.StartsWith("DockerTimeoutError: Could not transition to created", (string?)Only(shown)["reason"]);
        await NothingStaysAsync(cluster, task);
    }

    /// <summary>What Docker made of it late is removed, and never ran.</summary>
    private async Task NothingStaysAsync(OwnCluster cluster, string task)
    {
        await Eventually.HoldsAsync("its container is removed", async () => (await cluster.Docker.OfTaskAsync(task)).Count == 0);
        Assert.Equal(0, Stack.Starts.Of(task));
    }
}
