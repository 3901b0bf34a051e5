using Ecs.Agent.Tasks;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>What a definition says of a task as a whole, seen from inside of real containers.</summary>
public sealed class TaskSettingsTests
{
    [Fact]
    public async Task Given_the_machine_s_network_when_a_task_runs_then_its_ports_are_the_machine_s_and_no_other_task_s()
    {
        await using var agent = await AgentFixture.StartAsync();
        var port = Ports.Free();
        var task = await RunAsync(agent, new TaskSettings { NetworkMode = "host" },
            AgentFixture.Container("web", "sh", "-c", $"echo hello > /index.html; httpd -f -p {port} -h /") with
            {
                PortMappings =
                [
                    new() { ContainerPort = port, HostPort = port, Protocol = "tcp" },
                    new() { ContainerPort = port, HostPort = port, Protocol = "udp" },
                ],
            });
        NetworkBinding Binding(string protocol) =>
            new() { BindIP = "0.0.0.0", ContainerPort = port, HostPort = port, Protocol = protocol };

        using var http = new HttpClient();
        await AgentFixture.EventuallyAsync(async () =>
        {
            try
            {
                return (await http.GetStringAsync($"http://127.0.0.1:{port}/")).Trim() == "hello";
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        Assert.Equal("host", (await agent.InspectAsync(task, "web")).HostConfig!.NetworkMode);
        Assert.Equal([Binding("tcp"), Binding("udp")], agent.Scheduler.Told.Last(o => o.TaskArn == task).Containers[0].NetworkBindings);

        // The port listens, and is the task's own: an Agent that comes back does not tell that it is taken. Without its
        // journal it knows the bindings all the same.
        await agent.EndAsync();
        agent.LoseJournal();
        agent.Scheduler.Registrations.Clear();
        agent.Scheduler.Told.Clear();
        await agent.BeginAsync();
        await AgentFixture.EventuallyAsync(() => Task.FromResult(!agent.Scheduler.Registrations.IsEmpty));
        Assert.DoesNotContain(port, agent.Scheduler.Registrations.First().Resources!.Ports);
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        Assert.Equal([Binding("tcp"), Binding("udp")], told.Containers[0].NetworkBindings);
    }

    [Fact]
    public async Task Given_no_network_when_a_task_runs_then_its_containers_have_their_loopback_only()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await RunAsync(agent, new TaskSettings { NetworkMode = "none" }, AgentFixture.Container("app"));

        Assert.Equal("lo\n", await agent.ExecAsync(task, "app", "ls", "/sys/class/net"));
        Assert.Empty(agent.Scheduler.Told.Last(o => o.TaskArn == task).Containers[0].NetworkBindings);
    }

    [Fact]
    public async Task Given_the_machine_s_processes_and_queues_when_a_task_runs_then_its_containers_share_them()
    {
        await using var agent = await AgentFixture.StartAsync();
        var shared = await RunAsync(agent, new TaskSettings { PidMode = "host", IpcMode = "host" }, AgentFixture.Container("app"));
        var own = await RunAsync(agent, new TaskSettings { IpcMode = "none" }, AgentFixture.Container("app"));

        var machine = $"{Namespace("pid")}\n{Namespace("ipc")}\n";
        string[] look = ["sh", "-c", "readlink /proc/self/ns/pid; readlink /proc/self/ns/ipc"];
        Assert.Equal(machine, await agent.ExecAsync(shared, "app", look));
        Assert.NotEqual(machine, await agent.ExecAsync(own, "app", look));
        Assert.Equal("none", (await agent.InspectAsync(own, "app")).HostConfig!.IpcMode);
    }

    [Fact]
    public async Task Given_namespaces_of_the_task_when_it_runs_then_its_containers_share_them_and_they_go_before_their_owner()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_STOP_TIMEOUT=30");
        var task = await RunAsync(
            agent,
            new TaskSettings { PidMode = "task", IpcMode = "task", NamespaceOwner = "web" },
            AgentFixture.Container("side", "sh", "-c", "trap 'exit 3' TERM; sleep 4321 & wait"),
            AgentFixture.Container("web", "sh", "-c", "trap 'exit 4' TERM; sleep 1234 & wait"));

        string[] look = ["sh", "-c", "readlink /proc/self/ns/pid; readlink /proc/self/ns/ipc"];
        var shared = await agent.ExecAsync(task, "web", look);
        Assert.Equal(shared, await agent.ExecAsync(task, "side", look));
        Assert.NotEqual($"{Namespace("pid")}\n{Namespace("ipc")}\n", shared);
        await AgentFixture.EventuallyAsync(async () => (await agent.ExecAsync(task, "web", "ps")).Contains("sleep 4321"));
        await AgentFixture.EventuallyAsync(async () => (await agent.ExecAsync(task, "side", "ps")).Contains("sleep 1234"));
        await agent.ExecAsync(task, "side", "touch", "/dev/shm/said");
        Assert.Equal("said\n", await agent.ExecAsync(task, "web", "ls", "/dev/shm"));

        await agent.Scheduler.StopAsync(task);
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal([3, 4], told.Containers.Select(c => c.ExitCode));
        Assert.True(told.Containers[0].StoppedAt <= told.Containers[1].StoppedAt);
    }

    [Fact]
    public async Task Given_an_owner_that_waits_for_an_end_when_the_task_runs_then_what_ended_was_alone_and_the_rest_shares()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await RunAsync(
            agent,
            new TaskSettings { PidMode = "task", NamespaceOwner = "app", BeforeNamespace = ["migrate"] },
            AgentFixture.Container("side"),
            AgentFixture.Container("app") with { DependsOn = [new() { ContainerName = "migrate", Condition = "SUCCESS" }] },
            AgentFixture.Container("migrate", "sh", "-c", "[ $$ = 1 ]") with { Essential = false });

        string[] look = ["readlink", "/proc/self/ns/pid"];
        Assert.Equal(await agent.ExecAsync(task, "app", look), await agent.ExecAsync(task, "side", look));
        Assert.Equal("", (await agent.InspectAsync(task, "migrate")).HostConfig!.PidMode);
        Assert.Equal(0, agent.Scheduler.Told.Last(o => o.TaskArn == task).Containers[2].ExitCode);
    }

    [Fact]
    public async Task Given_amounts_of_the_task_when_it_runs_then_no_container_can_exceed_them()
    {
        await using var agent = await AgentFixture.StartAsync();
        var settings = new TaskSettings { Cpu = 256, Memory = 48 };
        var task = await RunAsync(agent, settings,
            AgentFixture.Container("limited"),
            AgentFixture.Container("soft") with { Memory = null, MemoryReservation = 16 },
            AgentFixture.Container("free") with { Memory = null });

        long[] limits = [.. await Task.WhenAll(new[] { "limited", "soft", "free" }.Select(async name =>
            (await agent.InspectAsync(task, name)).HostConfig!.Memory))];
        Assert.Equal([32L << 20, 48L << 20, 48L << 20], limits);

        var greedy = await agent.Scheduler.RunAsync(
            settings, AgentFixture.Container("web", "sh", "-c", AgentFixture.Greedy) with { Memory = null });
        var told = await agent.Scheduler.WaitAsync(greedy, LifecycleStatus.Stopped);
        Assert.Equal((137, Reasons.OutOfMemory), (told.Containers[0].ExitCode, told.Containers[0].Reason));
    }

    [Fact]
    public async Task Given_two_containers_without_amounts_of_their_own_when_the_task_has_some_then_each_may_use_up_to_them()
    {
        await using var agent = await AgentFixture.StartAsync();
        string[] names = ["one", "two"];
        var task = await RunAsync(agent, new TaskSettings { Cpu = 256, Memory = 48 },
            [.. names.Select(name => AgentFixture.Container(name) with { Memory = null })]);

        foreach (var name in names)
        {
            var made = (await agent.InspectAsync(task, name)).HostConfig!;
            Assert.Equal((48L << 20, 100_000, 25_000), (made.Memory, made.CPUPeriod, made.CPUQuota));

            // The second time it is more than the task has, and neither is killed for it.
            Assert.Contains("30+0 records out", await agent.ExecAsync(task, name, "dd", "if=/dev/zero", "of=/dev/shm/x", "bs=1M", "count=30"));
        }

        foreach (var name in names) Assert.True((await agent.InspectAsync(task, name)).State!.Running);
    }

    private static string? Namespace(string name) => new FileInfo($"/proc/self/ns/{name}").LinkTarget;

    private static async Task<string> RunAsync(AgentFixture agent, TaskSettings settings, params ContainerDefinition[] containers)
    {
        var task = await agent.Scheduler.RunAsync(settings, containers);
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        return task;
    }
}
