using Ecs.Agent.Tests.Driving;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Engines;

/// <summary>What befalls containers, images and the disks beneath them.</summary>
[Collection(EngineTests.Name)]
public sealed class ContainersAndDisks(HardyStack stack) : EngineTest(stack)
{
    [Fact]
    public async Task Given_containers_that_are_removed_or_killed_by_hand_or_for_their_memory_then_their_tasks_say_so()
    {
        await using var cluster = await ClusterAsync("by-hand");
        var (removed, killed) = (await RunningAsync(cluster.Name, 2)) switch { var two => (two[0], two[1]) };
        var greedy = await DefineAsync(NewName("greedy"), Containers.Greedy);

        await cluster.Docker.RemoveAsync(await cluster.ContainerOfAsync(removed));
        await cluster.Docker.KillAsync(await cluster.ContainerOfAsync(killed));
        var eaten = Assert.Single(await RunAsync(cluster.Name, greedy));

        foreach (var task in new[] { removed, killed, eaten })
        {
            var shown = await WhenAsync(cluster.Name, task, "STOPPED");
            Assert.Equal("EssentialContainerExited", (string?)shown["stopCode"]);
            Assert.Equal(137, (int)Only(shown)["exitCode"]!);
            Assert.Equal(
                task == eaten ? "OutOfMemoryError: Container killed due to memory usage" : null,
                task == removed ? null : (string?)Only(shown)["reason"]);
        }

        Assert.Empty(await cluster.Docker.OfTaskAsync(removed));
        await EverythingHeldAsync(cluster.Name);
    }

    [Fact]
    public async Task Given_an_engine_whose_disk_is_full_then_tasks_fail_with_the_reason_and_run_again_when_there_is_room()
    {
        await using var cluster = await ClusterAsync("full-engine", megabytes: 40);
        var before = Assert.Single(await RunningAsync(cluster.Name, 1));
        var definition = await DefineAsync(NewName("no-space"), Containers.Sleep);

        await cluster.Dockerd.FillDiskAsync();
        var task = Assert.Single(await RunAsync(cluster.Name, definition));
        var failed = await WhenAsync(cluster.Name, task, "STOPPED");
        Assert.Equal("TaskFailedToStart", (string?)failed["stopCode"]);
        Assert.Matches("^Cannot(Create|Start)ContainerError: .*no space left on device", (string?)Only(failed)["reason"]);
        Assert.DoesNotContain(await cluster.Docker.OfTaskAsync(task), container => container.IsRunning);
        Assert.Equal("RUNNING", (string?)(await TaskAsync(cluster.Name, before))["lastStatus"]);

        await cluster.Dockerd.FreeDiskAsync();
        await WhenAsync(cluster.Name, Assert.Single(await RunAsync(cluster.Name, definition)), "RUNNING");
        await EverythingHeldAsync(cluster.Name);
    }

    [Fact]
    public async Task Given_an_engine_whose_disk_is_full_when_an_image_is_pulled_then_the_task_fails_with_the_reason_and_its_times()
    {
        await using var cluster = await ClusterAsync("full-pull", megabytes: 40);
        await using var registry = await SlowRegistry.StartAsync(cluster.Dockerd);
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family = cluster.Name,
            containerDefinitions = new[] { Containers.Shell("main", "true").With("image", SlowRegistry.Image) },
        });

        await cluster.Dockerd.FillDiskAsync();
        var task = Assert.Single(await RunAsync(cluster.Name, cluster.Name));
        var failed = await WhenAsync(cluster.Name, task, "STOPPED");

        Assert.Equal(("TaskFailedToStart", "Task failed to start"), ((string)failed["stopCode"]!, (string)failed["stoppedReason"]!));
        Assert.Matches("^CannotPullContainerError: .*no space left on device", (string?)Only(failed)["reason"]);
        Assert.InRange((double)failed["pullStoppedAt"]!, (double)failed["pullStartedAt"]!, (double)failed["stoppedAt"]!);
        Assert.Null(failed["startedAt"]);
        Assert.Empty(await cluster.Docker.OfTaskAsync(task));
        await cluster.Dockerd.FreeDiskAsync();
        await RunningAsync(cluster.Name, 1);
        await EverythingHeldAsync(cluster.Name);
    }

    [Fact]
    public async Task Given_a_pull_that_does_not_come_on_when_its_tasks_are_stopped_then_it_ends_and_so_do_they()
    {
        await using var cluster = await ClusterAsync("slow-pull");
        await using var registry = await SlowRegistry.StartAsync(cluster.Dockerd);
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family = cluster.Name,
            containerDefinitions = new[] { Containers.Shell("main", "true").With("image", SlowRegistry.Image) },
        });
        var tasks = await RunAsync(cluster.Name, cluster.Name, count: 2);
        await Eventually.HoldsAsync("the pull is under way", () => registry.Waiting > 0);
        var asked = registry.Asked;
        var other = Assert.Single(await RunningAsync(cluster.Name, 1));

        await Api.CallAsync("StopTask", new { cluster = cluster.Name, task = tasks[0] });
        Assert.Equal("UserInitiated", (string?)(await WhenAsync(cluster.Name, tasks[0], "STOPPED"))["stopCode"]);
        Assert.True(registry.Waiting > 0, "the pull ended while a task still waited for it");
        await Api.CallAsync("StopTask", new { cluster = cluster.Name, task = tasks[1] });
        await WhenAsync(cluster.Name, tasks[1], "STOPPED");

        await Eventually.HoldsAsync("the pull has ended", () => registry.Waiting == 0);
        Assert.Equal(asked, registry.Asked);
        foreach (var task in tasks) Assert.Empty(await cluster.Docker.OfTaskAsync(task));
        Assert.Equal("RUNNING", (string?)(await TaskAsync(cluster.Name, other))["lastStatus"]);
        await EverythingHeldAsync(cluster.Name);
    }

    [Fact]
    public async Task Given_a_registry_that_falls_silent_when_the_task_is_stopped_then_it_ends_and_nothing_is_made_when_the_layer_comes()
    {
        var cluster = NewName("silent-pull");
        var agent = await Stack.AgentAsync(cluster);
        using var engine = new Engine();
        await using var registry = await RegistryDouble.StartAsync(engine.Client, TestSettings.Busybox);
        registry.Hold();
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family = cluster,
            containerDefinitions = new[] { Containers.Shell("main", Containers.Sleep).With("image", registry.Image) },
        });
        var task = Assert.Single(await RunAsync(cluster, cluster));
        await registry.Halfway.WaitAsync(Eventually.Patience, Cancel);

        await Api.CallAsync("StopTask", new { cluster, task, reason = "enough" });
        var stopped = await WhenAsync(cluster, task, "STOPPED");
        Assert.Equal(("UserInitiated", "enough"), ((string?)stopped["stopCode"], (string?)stopped["stoppedReason"]));
        Assert.Null(stopped["startedAt"]);
        registry.Release();

        // One that has the same image has it all, so that the other could have been made by then.
        var next = Assert.Single(await RunAsync(cluster, cluster));
        await WhenAsync(cluster, next, "RUNNING");
        Assert.Empty(await engine.OfTaskAsync(task));
        Assert.Equal(1, await Stack.Starts.OfAsync(next, atLeast: 1));
        Assert.Equal(0, Stack.Starts.Of(task));
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();
        await engine.RemoveAsync(Assert.Single(await engine.OfTaskAsync(next)).Id);
        await registry.ForgetAsync(engine.Client);
    }

    [Fact]
    public async Task Given_an_Agent_whose_disk_is_full_then_it_gets_no_tasks_and_goes_on_by_itself_when_there_is_room()
    {
        await using var cluster = await ClusterAsync("full-agent", hasOwnDisk: true);
        var disk = cluster.AgentDisk!;
        var (ends, stays) = (await RunningAsync(cluster.Name, 2)) switch { var two => (two[0], two[1]) };
        var definition = await DefineAsync(NewName("kept-out"), Containers.Sleep);

        await disk.FillAsync();
        var waits = Assert.Single(await RunAsync(cluster.Name, definition));
        await cluster.Agent.Process.WhenItSaysAsync("the journal cannot be written");
        await cluster.Docker.KillAsync(await cluster.ContainerOfAsync(ends));
        await Eventually.HoldsAsync("it counts as silent", async () => !(bool)(await InstanceAsync(cluster.Agent))["agentConnected"]!);
        Assert.True(IsAgentMissing(await Api.CallAsync("RunTask", new { cluster = cluster.Name, taskDefinition = definition })));
        // Its container may be made by then, and is not started.
        Assert.Equal(0, Stack.Starts.Of(waits));
        await cluster.Agent.Process.KillAsync();
        cluster.Agent.Process.Start();
        await cluster.Agent.Process.WhenItSaysAsync("session cannot be written");

        await disk.FreeAsync();
        await WhenAsync(cluster.Name, waits, "RUNNING");
        Assert.Equal(137, (int)Only(await WhenAsync(cluster.Name, ends, "STOPPED"))["exitCode"]!);
        Assert.Equal("RUNNING", (string?)(await TaskAsync(cluster.Name, stays))["lastStatus"]);
        await WhenAsync(cluster.Name, Assert.Single(await RunAsync(cluster.Name, definition)), "RUNNING");
        await cluster.Agent.Process.WhenReadyAsync();
        await EverythingHeldAsync(cluster.Name);
    }

    [Fact]
    public async Task Given_an_Agent_that_finds_its_disk_full_at_its_first_start_then_it_says_so_and_joins_when_there_is_room()
    {
        var cluster = NewName("full-first");
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        var agent = Stack.NewAgent(cluster, 65_536, 65_536, null);
        await using var disk = await OwnDisk.MountAsync(agent.DataFolder);
        agent.Process.MountsOf = disk.Process;
        await disk.FillAsync();

        agent.Process.Start();
        await agent.Process.WhenItSaysAsync("key.pem cannot be opened: No space left on device");
        await Eventually.HoldsAsync(
            "its log says so, too", () => agent.Process.Tail().Contains("The Agent waits: ", StringComparison.Ordinal));

        await disk.FreeAsync();
        await agent.Process.WhenReadyAsync();
        await RunningAsync(cluster, 1);
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();
    }
}
