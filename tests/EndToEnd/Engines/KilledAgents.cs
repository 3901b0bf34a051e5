using System.Globalization;
using Ecs.Agent.Tests.Driving;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Engines;

/// <summary>
/// kill -9 of a real Agent in the middle of a call to Docker. The gate between the two tells the moment: the product has
/// no hooks for it.
/// </summary>
[Collection(EngineTests.Name)]
public sealed class KilledAgents(HardyStack stack) : EngineTest(stack)
{
    private const string Create = "^POST /v[0-9.]+/containers/create";
    private const string Start = "^POST /v[0-9.]+/containers/[^/]+/start";
    private const string StopCall = "^POST /v[0-9.]+/containers/[^/]+/stop";

    [Fact]
    public async Task Given_an_Agent_that_is_killed_at_any_step_when_it_is_back_then_there_is_one_set_of_containers()
    {
        // Each has a cluster, an Agent and a way to Docker of its own, so all die at once.
        await Task.WhenAll(
            RunsOnAsync("before-create", GateStop.Before, Create),
            RunsOnAsync("after-create", GateStop.After, Create),
            RunsOnAsync("before-start", GateStop.Before, Start),
            RunsOnAsync("after-start", GateStop.After, Start),
            StopsAsync("before-stop", GateStop.Before),
            StopsAsync("after-stop", GateStop.After),
            StopsSlowlyAsync(),
            RunsInOrderAsync("before-second", GateStop.Before),
            RunsInOrderAsync("after-second", GateStop.After),
            PullsAsync());
        await EverythingHeldAsync("default");
    }

    [Fact]
    public async Task Given_an_Agent_that_is_killed_between_the_choice_of_ports_and_their_use_then_there_is_one_container_with_one_range()
    {
        // One after another: Agents on one engine may choose the same ports in the same moment, and make one of them anew.
        const string Range = "8000-8004";
        await RunsOnAsync("before-range", GateStop.Before, Create, Range);
        await RunsOnAsync("after-range", GateStop.After, Create, Range);
        await RunsOnAsync("before-opened", GateStop.Before, Start, Range);
        await RunsOnAsync("after-opened", GateStop.After, Start, Range);
        await EverythingHeldAsync("default");
    }

    /// <summary>Killed on the way to RUNNING: it gets there, and what Docker had made already is what runs.</summary>
    private async Task RunsOnAsync(string name, GateStop where, string call, string? range = null)
    {
        await using var gate = new DockerGate(TestSettings.DockerHost);
        var (cluster, agent) = await AgentBehindAsync(gate, name);
        var caught = gate.Stop(where, call);
        var task = Assert.Single(await RunAsync(cluster, await DefineAsync(cluster, range)));
        await caught.WaitAsync(Eventually.Patience);
        using var engine = new Engine();
        var made = await MadeAsync(engine, task, where, call);
        var chosen = made is null ? null : await OpenedAsync(engine, made);

        await ReplaceAsync(agent, gate);

        var shown = await WhenAsync(cluster, task, "RUNNING");
        var container = Assert.Single(await engine.OfTaskAsync(task));
        Assert.Equal(container.Id, (string?)Only(shown)["runtimeId"]);
        var isMadeAnew = made is not null && made != container.Id;
        if (isMadeAnew)
        {
            // Only where somebody took a port of its range while no Agent was there (0035), which the Agent then says.
            Assert.NotNull(range);
            Assert.Contains("a port that was chosen for it is taken", agent.Process.Tail(), StringComparison.Ordinal);
        }

        if (range is not null)
        {
            var binding = Assert.Single(Only(shown)["networkBindings"]!.AsArray())!;
            var opened = await OpenedAsync(engine, container.Id);
            Assert.Equal((range, opened), ((string?)binding["containerPortRange"], (string?)binding["hostPortRange"]));
            if (chosen is not null && !isMadeAnew) Assert.Equal(chosen, opened);
        }

        await EndAsync(cluster, agent);
    }

    /// <summary>Killed while it stops a task: the stop goes on, and the exit code is told once.</summary>
    private async Task StopsAsync(string name, GateStop where)
    {
        await using var gate = new DockerGate(TestSettings.DockerHost);
        var (cluster, agent) = await AgentBehindAsync(gate, name);
        var task = Assert.Single(await RunningAsync(cluster, 1));
        using var engine = new Engine();
        await engine.WhenItTrapsTermAsync(Assert.Single(await engine.OfTaskAsync(task)).Id);
        var caught = gate.Stop(where, StopCall);
        await Api.CallAsync("StopTask", new { cluster, task, reason = "enough" });
        await caught.WaitAsync(Eventually.Patience);

        await ReplaceAsync(agent, gate);

        var shown = await WhenAsync(cluster, task, "STOPPED");
        Assert.Equal("UserInitiated", (string?)shown["stopCode"]);
        Assert.Equal("enough", (string?)shown["stoppedReason"]);
        Assert.Equal(143, (int)Only(shown)["exitCode"]!);
        await EndAsync(cluster, agent);
    }

    /// <summary>
    /// Killed while two containers wind down: Docker has sent them SIGTERM, and does not answer before their ends. One
    /// ends while no Agent is there, the other when there is one again.
    /// </summary>
    private async Task StopsSlowlyAsync()
    {
        await using var gate = new DockerGate(TestSettings.DockerHost);
        var (cluster, agent) = await AgentBehindAsync(gate, "within-stop");
        const string WindsDown =
            "trap 'echo >>/asked' TERM; trap 'exit 9' USR1; touch /asked; while true; do sleep 3600 & wait $!; done";
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family = cluster,
            containerDefinitions = new[] { Containers.Shell("main", WindsDown).With("stopTimeout", 120) },
        });
        var tasks = await RunAsync(cluster, cluster, count: 2);
        foreach (var task in tasks) await WhenAsync(cluster, task, "RUNNING");
        using var engine = new Engine();
        var containers = new List<string>();
        foreach (var task in tasks) containers.Add(Assert.Single(await engine.OfTaskAsync(task)).Id);
        foreach (var container in containers) await WhenAskedAsync(container, times: 0);
        var answered = gate.Stop(GateStop.After, StopCall);
        foreach (var task in tasks) await Api.CallAsync("StopTask", new { cluster, task, reason = "enough" });
        foreach (var container in containers) await WhenAskedAsync(container, times: 1);

        await agent.Process.KillAsync();
        Assert.False(answered.IsCompleted);
        gate.Open();
        await engine.KillAsync(containers[0], "USR1");
        await agent.Process.StartReadyAsync();
        await WhenAsync(cluster, tasks[0], "STOPPED");
        // Nobody waits for the first call any more: whoever comes after asks again.
        await WhenAskedAsync(containers[1], times: 2);
        Assert.Equal("STOPPING", (string?)(await TaskAsync(cluster, tasks[1]))["lastStatus"]);
        await engine.KillAsync(containers[1], "USR1");

        for (var i = 0; i < tasks.Count; i++)
        {
            var shown = await WhenAsync(cluster, tasks[i], "STOPPED");
            Assert.Equal(("UserInitiated", "enough"), ((string?)shown["stopCode"], (string?)shown["stoppedReason"]));
            Assert.Equal((containers[i], 9), ((string?)Only(shown)["runtimeId"], (int)Only(shown)["exitCode"]!));
            Assert.Single(await Promises.ReadAsync(Stack), e => e.Stream == tasks[i] && e.Name == "task-stopped");
            Assert.Equal(1, await Stack.Starts.OfAsync(tasks[i], atLeast: 1));
        }

        await EndAsync(cluster, agent);

        Task WhenAskedAsync(string container, int times) => Eventually.HoldsAsync($"it is asked to end {times} times", async () =>
            (await engine.ExecAsync(container, "sh", "-c", $"[ $(wc -l </asked) -ge {times} ]")).ExitCode == 0);
    }

    /// <summary>
    /// Killed between the first container of a task, which is healthy, and the second, which waited for that: what runs
    /// is the first as it was, one second container, and one volume between them.
    /// </summary>
    private async Task RunsInOrderAsync(string name, GateStop where)
    {
        await using var gate = new DockerGate(TestSettings.DockerHost);
        var (cluster, agent) = await AgentBehindAsync(gate, name);
        var mounted = new[] { new { sourceVolume = "shared", containerPath = "/shared" } };
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family = cluster,
            volumes = new[]
            {
                new { name = "shared", dockerVolumeConfiguration = new { scope = "task", driver = "local" } },
            },
            containerDefinitions = new[]
            {
                Containers.Shell("app", $"ls /shared/of-db || exit 1; {Containers.Sleep}").With("mountPoints", mounted)
                    .With("links", new[] { "db" })
                    .With("dependsOn", new[] { new { containerName = "db", condition = "HEALTHY" } }),
                Containers.Shell("db", $"touch /shared/of-db; {Containers.Sleep}").With("mountPoints", mounted)
                    .With("healthCheck", new { command = new[] { "CMD", "ls", "/shared/of-db" }, interval = 5, timeout = 30 }),
            },
        });
        var caught = gate.Stop(where, @"^POST /v[0-9.]+/containers/create\?\S*-app-");
        var task = Assert.Single(await RunAsync(cluster, cluster));
        await caught.WaitAsync(Eventually.Patience);
        using var engine = new Engine();
        var made = await engine.OfTaskAsync(task);
        Assert.Equal(where == GateStop.Before ? ["db"] : ["app", "db"], made.Select(container => container.Name).Order());
        var first = Assert.Single(made, container => container.IsRunning);
        Assert.Equal(("db", "healthy"), (first.Name, (await engine.InspectAsync(first.Id)).State!.Health!.Status));

        await ReplaceAsync(agent, gate);

        var shown = await WhenAsync(cluster, task, "RUNNING");
        var containers = await engine.OfTaskAsync(task);
        Assert.Equal(["app", "db"], containers.Select(container => container.Name).Order());
        Assert.All(containers, container => Assert.True(container.IsRunning));
        Assert.Subset(containers.Select(container => container.Id).ToHashSet(), made.Select(container => container.Id).ToHashSet());
        Assert.Equal(
            containers.Select(container => (container.Name, container.Id)).Order(),
            shown["containers"]!.AsArray().Select(container => ((string)container!["name"]!, (string)container["runtimeId"]!)).Order());
        var volumes = (await engine.Client.Volumes.ListAsync(new())).Volumes;
        Assert.Single(volumes, volume => volume.Name.EndsWith(task.Split('/')[^1], StringComparison.Ordinal));
        Assert.Equal(2, await Stack.Starts.OfAsync(task, atLeast: 2));
        Assert.All(Stack.Starts.All.Where(start => start.Task == task), start => Assert.Equal(1, start.Starts));
        await EndAsync(cluster, agent);
    }

    /// <summary>Killed half way through a pull: it begins again, and the task runs once.</summary>
    private async Task PullsAsync()
    {
        var cluster = NewName("pulling");
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
        await registry.Halfway.WaitAsync(Eventually.Patience);
        Assert.Empty(await engine.OfTaskAsync(task));

        await agent.Process.KillAsync();
        var looks = registry.Looks;
        await agent.Process.StartReadyAsync();
        await Eventually.HoldsAsync("the pull has begun again", () => registry.Looks > looks);
        Assert.Equal("PENDING", (string?)(await TaskAsync(cluster, task))["lastStatus"]);
        registry.Release();

        var shown = await WhenAsync(cluster, task, "RUNNING");
        var container = Assert.Single(await engine.OfTaskAsync(task));
        Assert.Equal((container.Id, registry.Digest), ((string?)Only(shown)["runtimeId"], (string?)Only(shown)["imageDigest"]));
        Assert.Equal(1, await Stack.Starts.OfAsync(task, atLeast: 1));
        Assert.Single(await Promises.ReadAsync(Stack), e => e.Stream == task && e.Name == "task-running");
        await EndAsync(cluster, agent);
        await engine.RemoveAsync(container.Id);
        await registry.ForgetAsync(engine.Client);
    }

    private async Task<string> DefineAsync(string family, string? range)
    {
        if (range is null) return await DefineAsync(family, Containers.Sleep, cpu: 1);

        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("main", Containers.Sleep).With("portMappings", new[] { new { containerPortRange = range } }),
            },
        });
        return family;
    }

    /// <summary>The machine's ports that Docker has for a container, from the first to the last.</summary>
    private static async Task<string> OpenedAsync(Engine engine, string container)
    {
        var ports = (await engine.InspectAsync(container)).HostConfig!.PortBindings?.Values
            .Select(bindings => int.Parse(bindings[0].HostPort!, CultureInfo.InvariantCulture)).Order().ToList() ?? [];
        return ports.Count == 0 ? "" : $"{ports[0]}-{ports[^1]}";
    }

    private async Task<(string Cluster, AgentProcess Agent)> AgentBehindAsync(DockerGate gate, string name)
    {
        var cluster = NewName(name);
        return (cluster, await Stack.AgentAsync(cluster, settings: ("DOCKER_HOST", gate.Host)));
    }

    /// <summary>What Docker has of the task in the moment of the kill.</summary>
    private static async Task<string?> MadeAsync(Engine engine, string task, GateStop where, string call)
    {
        var containers = await engine.OfTaskAsync(task);
        if (call == Create && where == GateStop.Before)
        {
            Assert.Empty(containers);
            return null;
        }

        var made = Assert.Single(containers);
        Assert.Equal(call == Start && where == GateStop.After, made.IsRunning);
        return made.Id;
    }

    private static async Task ReplaceAsync(AgentProcess agent, DockerGate gate)
    {
        await agent.Process.KillAsync();
        gate.Open();
        await agent.Process.StartReadyAsync();
    }

    private async Task EndAsync(string cluster, AgentProcess agent)
    {
        await StopAllAsync(cluster);
        await agent.Process.KillAsync();
    }
}
