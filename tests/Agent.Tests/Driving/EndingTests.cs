using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

public sealed class EndingTests
{
    [Fact]
    public async Task Given_an_essential_container_when_it_ends_then_the_whole_task_stops_with_its_exit_codes()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(
            AgentFixture.Container("web", "sh", "-c", "until [ -e /go ]; do sleep 0.1; done; exit 7"), AgentFixture.Container("db"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        await agent.ExecAsync(task, "web", "touch", "/go");

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);

        Assert.Equal(StopCode.EssentialContainerExited, told.StopCode);
        Assert.Equal("Essential container in task exited", told.Reason);
        Assert.Equal([7, 137], told.Containers.Select(c => c.ExitCode));
        Assert.NotNull(told.StartedAt);
        Assert.True(told.StoppedAt >= told.StartedAt);
        Assert.All(told.Containers, c => Assert.True(c.StoppedAt >= c.StartedAt));
    }

    [Fact]
    public async Task Given_a_container_that_is_not_essential_when_it_ends_then_the_task_runs_on()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(
            AgentFixture.Container("web"),
            AgentFixture.Container("init", "sh", "-c", "exit 3") with { Essential = false });

        await AgentFixture.EventuallyAsync(() => Task.FromResult(agent.Scheduler.Told.LastOrDefault() is
        {
            Status: LifecycleStatus.Running,
            Containers: [{ Status: LifecycleStatus.Running }, { Status: LifecycleStatus.Stopped, ExitCode: 3 }],
        }));
        Assert.True((await agent.InspectAsync(task, "web")).State!.Running);
    }

    [Fact]
    public async Task Given_a_container_that_ends_at_once_then_the_task_stops_and_its_start_is_told()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "true"));

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(0, told.Containers[0].ExitCode);
        Assert.NotNull(told.StartedAt);
    }

    [Fact]
    public async Task Given_an_image_that_is_nowhere_then_the_task_fails_to_start_and_the_container_says_why()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(
            AgentFixture.Container("web") with { Image = "127.0.0.1:1/not/there:1" });

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);

        Assert.Equal((StopCode.TaskFailedToStart, "Task failed to start"), (told.StopCode, told.Reason));
        Assert.StartsWith("CannotPullContainerError: Error response from daemon: ", told.Containers[0].Reason);
        Assert.NotNull(told.PullStartedAt);
        Assert.NotNull(told.PullStoppedAt);
        Assert.Empty(await agent.ContainersAsync());
    }

    [Fact]
    public async Task Given_a_command_that_is_not_in_the_image_then_the_task_fails_to_start()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "/no/such/program"));

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(StopCode.TaskFailedToStart, told.StopCode);
        Assert.StartsWith("CannotStartContainerError: Error response from daemon: ", told.Containers[0].Reason);
    }

    [Fact]
    public async Task Given_a_host_port_that_is_taken_then_the_task_fails_to_start()
    {
        await using var agent = await AgentFixture.StartAsync();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web") with
        {
            PortMappings = [new PortMapping { ContainerPort = 80, HostPort = port }],
        });

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.StartsWith("CannotStartContainerError: ", told.Containers[0].Reason);
    }

    [Fact]
    public async Task Given_a_container_that_wants_too_much_memory_then_it_is_killed_and_says_so()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "sh", "-c", AgentFixture.Greedy));

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(137, told.Containers[0].ExitCode);
        Assert.Equal("OutOfMemoryError: Container killed due to memory usage", told.Containers[0].Reason);
    }

    [Fact]
    public async Task Given_a_container_that_ignores_its_stop_signal_when_it_is_stopped_then_it_is_killed()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(
            AgentFixture.Container("web", "sh", "-c", "trap '' TERM; while true; do sleep 1; done"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        await agent.Scheduler.StopAsync(task);

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(137, told.Containers[0].ExitCode);
        Assert.Null(told.StopCode);
    }

    [Fact]
    public async Task Given_a_container_that_heeds_its_stop_signal_when_it_is_stopped_then_its_exit_code_is_its_own()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_STOP_TIMEOUT=30");
        var task = await agent.Scheduler.RunAsync(
            AgentFixture.Container("web",
                "sh", "-c", "trap 'exit 42' TERM; touch /set; while true; do sleep 0.1; done"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        await AgentFixture.EventuallyAsync(async () => (await agent.ExecAsync(task, "web", "ls", "/")).Contains("set"));

        await agent.Scheduler.StopAsync(task);

        Assert.Equal(42, (await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped)).Containers[0].ExitCode);
    }
}
