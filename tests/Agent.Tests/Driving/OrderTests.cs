using System.Globalization;
using Docker.DotNet.Models;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>The order of real containers, and their health.</summary>
public sealed class OrderTests
{
    /// <summary>Shorter than ECS allows, so that the tests are short: registration refuses it, Docker does not.</summary>
    private static readonly Contracts.Vocabulary.HealthCheck Ready = new()
    {
        Command = ["CMD-SHELL", "test -f /ready"], Interval = 1, Timeout = 20, Retries = 2,
    };

    [Fact]
    public async Task Given_a_container_that_must_be_healthy_when_it_comes_to_be_then_the_other_is_begun_and_all_is_told()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(
            Needing("app", "db", "HEALTHY"), AgentFixture.Container("db") with { HealthCheck = Ready });
        await UntilAsync(agent, task, told => told.Containers[1].Status == LifecycleStatus.Running);
        Assert.Equal(["db"], (await agent.ContainersAsync()).Select(c => c.Labels["com.amazonaws.ecs.container-name"]));

        await agent.ExecAsync(task, "db", "touch", "/ready");
        var running = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        Assert.Equal(ContainerHealth.Healthy, running.Containers[1].Health);
        Assert.Null(running.Containers[0].Health);
        Assert.Equal(["NONE"], (await agent.InspectAsync(task, "app")).Config!.Healthcheck!.Test);

        await agent.ExecAsync(task, "db", "rm", "/ready");
        var ill = await UntilAsync(agent, task, told => told.Containers[1].Health == ContainerHealth.Unhealthy);
        Assert.Equal(LifecycleStatus.Running, ill.Status);
    }

    [Fact]
    public async Task Given_a_health_that_changes_while_the_agent_is_away_when_it_returns_then_the_new_one_is_told()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("db") with { HealthCheck = Ready });
        await UntilAsync(agent, task, told => told.Containers[0].Health == ContainerHealth.Unhealthy);

        await agent.EndAsync();
        await agent.ExecAsync(task, "db", "touch", "/ready");
        await AgentFixture.EventuallyAsync(async () =>
            (await agent.InspectAsync(task, "db")).State!.Health!.Status == "healthy");
        agent.Scheduler.Told.Clear();
        await agent.BeginAsync();

        await UntilAsync(agent, task, told => told.Containers[0].Health == ContainerHealth.Healthy);
        Assert.All(agent.Scheduler.Told, told => Assert.Equal(LifecycleStatus.Running, told.Status));
    }

    [Fact]
    public async Task Given_a_job_that_must_succeed_when_it_fails_then_the_task_ends_and_the_other_is_never_made()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(Needing("app", "job", "SUCCESS"), Job("exit 3"));

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);

        Assert.Equal((StopCode.TaskFailedToStart, "Task failed to start"), (told.StopCode, told.Reason));
        Assert.Equal(
            "TaskDependencyError: Container app depends on job being SUCCESS: job ended with exit code 3.",
            told.Containers[0].Reason);
        Assert.Equal((null, 3), (told.Containers[0].ExitCode, told.Containers[1].ExitCode));
        Assert.Equal(["job"], (await agent.ContainersAsync()).Select(c => c.Labels["com.amazonaws.ecs.container-name"]));
    }

    [Fact]
    public async Task Given_a_job_that_must_complete_when_it_has_then_the_others_image_is_pulled_and_not_before()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(
            Needing("app", "job", "COMPLETE") with { Image = "127.0.0.1:1/not/there:1" }, Job("sleep 1; exit 1"));

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);

        Assert.StartsWith("CannotPullContainerError: ", told.Containers[0].Reason);
        Assert.True(told.PullStartedAt >= told.Containers[1].StoppedAt);
    }

    [Fact]
    public async Task Given_a_start_timeout_when_the_container_is_not_healthy_in_time_then_the_task_ends()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(
            Needing("app", "db", "HEALTHY"),
            AgentFixture.Container("db") with { HealthCheck = Ready, StartTimeout = 2, StopTimeout = 1 });

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);

        Assert.EndsWith("being HEALTHY: db was not within 2 s of its start.", told.Containers[0].Reason);
        Assert.InRange(told.StoppedAt!.Value - told.Containers[1].StartedAt!.Value,
            TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("COMPLETE")]
    [InlineData("SUCCESS")]
    public async Task Given_a_start_timeout_when_the_container_has_not_ended_in_time_then_the_task_ends(string condition)
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(
            Needing("app", "job", condition), Job("sleep 600") with { StartTimeout = 2, StopTimeout = 1 });

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);

        Assert.Equal(StopCode.TaskFailedToStart, told.StopCode);
        Assert.EndsWith($"being {condition}: job was not within 2 s of its start.", told.Containers[0].Reason);
        Assert.InRange(told.StoppedAt!.Value - told.Containers[1].StartedAt!.Value,
            TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(30));
        Assert.Equal(["job"], (await agent.ContainersAsync()).Select(c => c.Labels["com.amazonaws.ecs.container-name"]));
    }

    [Fact]
    public async Task Given_an_image_with_a_health_check_when_a_task_has_its_own_then_nothing_of_the_image_s_holds()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("db"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        var image = $"agent-tests/{Guid.NewGuid():N}";
        await agent.Docker.Images.CommitContainerChangesAsync(new CommitContainerChangesParameters
        {
            ContainerID = AgentFixture.DockerName(task, "db"),
            RepositoryName = image,
            Changes = ["HEALTHCHECK --interval=7s --start-period=300s --retries=9 CMD true"],
        });
        try
        {
            var ill = await agent.Scheduler.RunAsync(
                AgentFixture.Container("db") with { Image = image, HealthCheck = Ready with { Retries = 1 } },
                AgentFixture.Container("none") with { Image = image },
                AgentFixture.Container("late") with { Image = image, HealthCheck = Ready with { StartPeriod = 60 } });

            await UntilAsync(agent, ill, told => told.Containers[0].Health == ContainerHealth.Unhealthy
                && told.Containers.All(container => container.Status == LifecycleStatus.Running));
            var late = (await agent.InspectAsync(ill, "late")).Config!.Healthcheck!;
            Assert.Equal((TimeSpan.FromSeconds(60), 2), (late.StartPeriod, late.Retries));
            Assert.Equal("starting", (await agent.InspectAsync(ill, "late")).State!.Health!.Status);
            Assert.Null((await agent.InspectAsync(ill, "none")).State!.Health);
        }
        finally
        {
            await agent.EndAsync();
            foreach (var container in await agent.ContainersAsync())
            {
                await agent.Docker.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true });
            }

            await agent.Docker.Images.DeleteImageAsync(image, new ImageDeleteParameters { Force = true });
        }
    }

    [Fact]
    public async Task Given_START_and_nothing_else_that_orders_them_then_each_is_made_no_earlier_than_the_other_has_started()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(
            Needing("proxy", "app", "START"), Needing("app", "db", "START"), AgentFixture.Container("db"));

        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        var (proxy, app, db) = (await LifeAsync(agent, task, "proxy"), await LifeAsync(agent, task, "app"), await LifeAsync(agent, task, "db"));
        Assert.True(app.Made >= db.Started, $"app was made at {app.Made:O}, db started at {db.Started:O}");
        Assert.True(proxy.Made >= app.Started, $"proxy was made at {proxy.Made:O}, app started at {app.Started:O}");
    }

    [Fact]
    public async Task Given_START_when_the_other_has_ended_before_then_the_container_is_begun()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(
            Needing("app", ("job", "START"), ("later", "COMPLETE")),
            Job("exit 3"),
            Needing("later", "job", "COMPLETE") with { Essential = false, Command = ["true"] });

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        Assert.Equal((LifecycleStatus.Running, null), (told.Containers[0].Status, told.Containers[0].Reason));
        Assert.Equal((LifecycleStatus.Stopped, 3), (told.Containers[1].Status, told.Containers[1].ExitCode));
        var (app, job) = (await LifeAsync(agent, task, "app"), await LifeAsync(agent, task, "job"));
        Assert.True(app.Made >= job.Ended, $"app was made at {app.Made:O}, job ended at {job.Ended:O}");
    }

    [Fact]
    public async Task Given_a_start_timeout_when_only_START_is_asked_of_it_then_nothing_comes_of_its_end()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(
            Needing("app", ("db", "START"), ("job", "COMPLETE")),
            AgentFixture.Container("db") with { StartTimeout = 1 },
            Needing("job", "db", "START") with { Essential = false, Command = ["sleep", "2"] });

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        Assert.Equal((LifecycleStatus.Running, null), (told.Containers[0].Status, told.Containers[0].Reason));
        Assert.Equal(LifecycleStatus.Running, told.Containers[1].Status);
        var (app, db) = (await LifeAsync(agent, task, "app"), await LifeAsync(agent, task, "db"));
        Assert.True(app.Made > db.Started.AddSeconds(1), $"app was made at {app.Made:O}, db started at {db.Started:O}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Given_dependencies_or_links_when_the_task_stops_then_what_was_needed_goes_last(bool byLinks)
    {
        await using var agent = await AgentFixture.StartAsync();
        const string Slow = "trap 'sleep 0.5; exit 0' TERM; touch /set; while true; do sleep 0.1; done";
        ContainerDefinition Using(string name, string other) =>
            (byLinks ? AgentFixture.Container(name) with { Links = [other] } : Needing(name, other, "START"))
            with { Command = ["sh", "-c", Slow], StopTimeout = 30 };
        var task = await agent.Scheduler.RunAsync(
            Using("proxy", "app"), Using("app", "db"), AgentFixture.Container("db"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        foreach (var name in (string[])["proxy", "app"])
        {
            await AgentFixture.EventuallyAsync(async () => (await agent.ExecAsync(task, name, "ls", "/")).Contains("set"));
        }

        await agent.Scheduler.StopAsync(task);

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal([0, 0, 137], told.Containers.Select(c => c.ExitCode));
        Assert.Equal(told.Containers.Select(c => c.StoppedAt).Order(), told.Containers.Select(c => c.StoppedAt));
    }

    [Fact]
    public async Task Given_a_restart_policy_when_the_container_ends_then_it_alone_runs_again_until_a_run_is_too_short()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container(
            "web", "sh", "-c", "test -f /again && exit 5; touch /again; sleep 1.5; exit 3") with
        {
            RestartPolicy = new() { Enabled = true, RestartAttemptPeriod = 1 },
        });
        var before = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);

        Assert.Equal((1, 3), (told.Containers[0].Restart!.Count, told.Containers[0].Restart!.ExitCode));
        Assert.Equal((5, before.Containers[0].RuntimeId), (told.Containers[0].ExitCode, told.Containers[0].RuntimeId));
        Assert.Equal((StopCode.EssentialContainerExited, before.StartedAt), (told.StopCode, told.StartedAt));
        Assert.Single(await agent.ContainersAsync());
    }

    private static ContainerDefinition Needing(string name, string other, string condition) => Needing(name, (other, condition));

    private static ContainerDefinition Needing(string name, params (string Other, string Condition)[] all) =>
        AgentFixture.Container(name) with
        {
            DependsOn = [.. all.Select(one => new ContainerDependency { ContainerName = one.Other, Condition = one.Condition })],
        };

    private static ContainerDefinition Job(string does) =>
        AgentFixture.Container("job", "sh", "-c", does) with { Essential = false };

    /// <summary>When a container was made, started and ended, by Docker's own clock.</summary>
    private static async Task<(DateTime Made, DateTime Started, DateTime Ended)> LifeAsync(AgentFixture agent, string task, string name)
    {
        var container = await agent.InspectAsync(task, name);
        return (container.Created, At(container.State!.StartedAt!), At(container.State.FinishedAt!));

        static DateTime At(string time) => DateTime.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
    }

    private static async Task<TaskObservation> UntilAsync(
        AgentFixture agent, string task, Func<TaskObservation, bool> holds)
    {
        TaskObservation? told = null;
        await AgentFixture.EventuallyAsync(() => Task.FromResult(
            (told = agent.Scheduler.Told.LastOrDefault(o => o.TaskArn == task)) is not null && holds(told)));
        return told!;
    }
}
