using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ecs.Agent.Tests.Driving;

public sealed class RunningTests
{
    [Fact]
    public async Task Given_a_task_when_it_is_assigned_then_its_container_runs_with_all_that_was_defined()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web") with
        {
            Cpu = 128,
            MemoryReservation = 16,
            EntryPoint = ["sh", "-c"],
            Command = ["echo \"$GREETING\"; sleep 600"],
            Environment = [new NameValue("GREETING", "good day = yes")],
        });

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        var made = await agent.InspectAsync(task, "web");

        Assert.Equal(made.ID, told.Containers[0].RuntimeId);
        Assert.StartsWith("sha256:", told.Containers[0].ImageDigest);
        Assert.NotNull(told.StartedAt);
        Assert.Null(told.PullStartedAt);
        Assert.Equal((128, 32L << 20, 16L << 20),
            (made.HostConfig!.CPUShares, made.HostConfig.Memory, made.HostConfig.MemoryReservation));
        Assert.Equal(["sh", "-c"], made.Config!.Entrypoint);
        Assert.Contains("GREETING=good day = yes", made.Config.Env);
        Assert.Equal(task, made.Config.Labels["com.amazonaws.ecs.task-arn"]);
        Assert.Equal("web", made.Config.Labels["com.amazonaws.ecs.container-name"]);
        Assert.Equal("agent-test", made.Config.Labels["com.amazonaws.ecs.task-definition-family"]);
        Assert.Equal("3", made.Config.Labels["com.amazonaws.ecs.task-definition-version"]);
        Assert.Equal("agent-tests", made.Config.Labels["com.amazonaws.ecs.cluster"]);
        Assert.Single(agent.Scheduler.Told, o => o.TaskArn == task);
    }

    [Fact]
    public async Task Given_no_cpu_when_a_container_is_made_then_it_has_the_fewest_shares()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        Assert.Equal(2, (await agent.InspectAsync(task, "web")).HostConfig!.CPUShares);
    }

    [Fact]
    public async Task Given_links_when_a_task_runs_then_containers_reach_each_other_by_name_and_alias()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(
            AgentFixture.Container("front", "sleep", "600") with { Links = ["web:api", "db"] },
            AgentFixture.Container("web", "sh", "-c", "echo from-web > /index.html; httpd -f -p 80 -h /")
                with { Links = ["db:database"] },
            AgentFixture.Container("db", "sh", "-c", "while true; do echo from-db | nc -l -p 5432; done"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        await AgentFixture.EventuallyAsync(async () =>
            (await agent.ExecAsync(task, "front", "wget", "-q", "-O", "-", "http://api/")).Contains("from-web"));
        await AgentFixture.EventuallyAsync(async () =>
            (await agent.ExecAsync(task, "web", "sh", "-c", "nc -w 2 database 5432 < /dev/null")).Contains("from-db"));
        await AgentFixture.EventuallyAsync(async () =>
            (await agent.ExecAsync(task, "front", "sh", "-c", "nc -w 2 db 5432 < /dev/null")).Contains("from-db"));
    }

    [Fact]
    public async Task Given_a_fixed_and_a_dynamic_port_when_a_task_runs_then_both_lead_into_the_container()
    {
        await using var agent = await AgentFixture.StartAsync();
        var free = Ports.Free();
        var task = await agent.Scheduler.RunAsync(
            AgentFixture.Container("web", "sh", "-c", "echo hello > /index.html; httpd -f -p 80 -h /") with
            {
                PortMappings =
                [
                    new PortMapping { ContainerPort = 80, HostPort = free },
                    new PortMapping { ContainerPort = 80 },
                    new PortMapping { ContainerPort = 53, HostPort = 0, Protocol = "udp" },
                ],
            });
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        var bindings = told.Containers[0].NetworkBindings;
        Assert.Equal(3, bindings.Count);
        Assert.All(bindings, b => Assert.Equal("0.0.0.0", b.BindIP));
        Assert.Contains(bindings, b => (b.ContainerPort, b.HostPort, b.Protocol) == (80, free, "tcp"));
        Assert.Contains(bindings, b => b is { ContainerPort: 53, Protocol: "udp" } && b.HostPort > 1024);
        using var http = new HttpClient();
        foreach (var binding in bindings.Where(b => b.Protocol == "tcp"))
        {
            await AgentFixture.EventuallyAsync(() => AnswersAsync(http, binding.HostPort!.Value));
        }
    }

    [Fact]
    public async Task Given_spans_that_no_disk_takes_when_tasks_run_then_the_agent_goes_on_without_them()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_TRACE_FILE=/dev/full");
        for (var i = 0; i < 3; i++)
        {
            var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "true"));
            await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        }

        var life = agent.Services.GetRequiredService<IHostApplicationLifetime>();
        Assert.False(life.ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task Given_many_tasks_when_they_are_assigned_together_then_all_run()
    {
        await using var agent = await AgentFixture.StartAsync();
        var tasks = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            agent.Scheduler.RunAsync(AgentFixture.Container("web"))));

        await Task.WhenAll(tasks.Select(task => agent.Scheduler.WaitAsync(task, LifecycleStatus.Running)));
        Assert.Equal(8, (await agent.ContainersAsync()).Count);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, int port)
    {
        try
        {
            return (await http.GetStringAsync($"http://127.0.0.1:{port}/")).Trim() == "hello";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
