using Docker.DotNet.Models;
using Ecs.Agent.Docker;
using Ecs.Agent.Journal;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Driving;

public sealed class RestartingTests
{
    [Fact]
    public async Task Given_a_running_task_when_the_agent_restarts_then_the_same_container_runs_on_and_nothing_is_lost()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        var before = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        var session = agent.Scheduler.Registrations.Last().Session;

        await agent.EndAsync();
        Assert.True((await agent.InspectAsync(task, "web")).State!.Running);
        agent.Scheduler.Told.Clear();
        await agent.BeginAsync();

        var after = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        Assert.Equal(before.Containers[0].RuntimeId, after.Containers[0].RuntimeId);
        Assert.Equal(before.StartedAt, after.StartedAt);
        Assert.True(agent.Scheduler.Registrations.Last().Session > session);
        Assert.All(agent.Scheduler.Told, o => Assert.Equal(LifecycleStatus.Running, o.Status));
        Assert.Single(await agent.ContainersAsync());
    }

    [Fact]
    public async Task Given_a_container_that_ends_while_the_agent_is_away_then_its_exit_code_is_told_on_its_return()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "sh", "-c", "sleep 1; exit 9"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        await agent.EndAsync();
        await AgentFixture.EventuallyAsync(async () => !(await agent.InspectAsync(task, "web")).State!.Running);
        await agent.BeginAsync();

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(9, told.Containers[0].ExitCode);
        Assert.NotNull(told.StartedAt);
    }

    [Fact]
    public async Task Given_an_instance_deregistered_between_registration_and_list_then_what_ran_before_is_told_and_stops()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        await agent.EndAsync();
        agent.Scheduler.Lose(task);
        agent.Scheduler.ListRefusal = CommandError.Wrong("containerInstance", "must name a registered instance");
        await agent.BeginAsync();

        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.False((await agent.InspectAsync(task, "web")).State!.Running);
    }

    [Fact]
    public async Task Given_an_instance_deregistered_while_nobody_answers_then_what_runs_is_told_and_stops()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        // The list goes unanswered, and when the Scheduler answers again the session may not join any more.
        agent.Scheduler.Lose(task);
        agent.Scheduler.Refusal = CommandError.Wrong("session", "was deregistered");
        agent.Scheduler.ListFault = new TimeoutException("the double does not answer");

        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.False((await agent.InspectAsync(task, "web")).State!.Running);
    }

    [Fact]
    public async Task Given_a_crash_between_create_and_start_then_the_container_is_adopted_and_started()
    {
        await using var agent = await AgentFixture.StartAsync();
        await agent.EndAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        var made = await agent.Docker.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Name = AgentFixture.DockerName(task, "web"),
            Image = AgentFixture.Image,
            Cmd = ["sleep", "600"],
            Labels = AgentFixture.LabelsOf(agent.InstanceId, task, "web"),
        });

        await agent.BeginAsync();

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        Assert.Equal(made.ID, told.Containers[0].RuntimeId);
    }

    [Fact]
    public async Task Given_a_journal_that_was_lost_then_containers_are_found_by_their_labels_and_nothing_runs_twice()
    {
        await using var agent = await AgentFixture.StartAsync();
        var kept = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        var lost = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        var before = await agent.Scheduler.WaitAsync(kept, LifecycleStatus.Running);
        await agent.Scheduler.WaitAsync(lost, LifecycleStatus.Running);
        await agent.EndAsync();
        agent.LoseJournal();
        agent.Scheduler.Lose(lost);
        agent.Scheduler.Told.Clear();

        await agent.BeginAsync();

        var after = await agent.Scheduler.WaitAsync(kept, LifecycleStatus.Running);
        Assert.Equal(before.Containers[0].RuntimeId, after.Containers[0].RuntimeId);
        Assert.Equal(LifecycleStatus.Stopped, (await agent.Scheduler.WaitAsync(lost, LifecycleStatus.Stopped)).Status);
        Assert.True((await agent.InspectAsync(kept, "web")).State!.Running);
        Assert.False((await agent.InspectAsync(lost, "web")).State!.Running);
    }

    [Fact]
    public async Task Given_a_journal_that_was_lost_while_a_task_was_half_made_then_it_is_told_as_running_when_all_of_it_runs()
    {
        await using var agent = await AgentFixture.StartAsync();
        var db = AgentFixture.Container("db") with
        {
            HealthCheck = new() { Command = ["CMD", "test", "-f", "/made"], Interval = 1 },
        };
        var app = AgentFixture.Container("app") with
        {
            DependsOn = [new() { ContainerName = "db", Condition = DependencyConditions.Healthy }],
        };
        var task = await agent.Scheduler.RunAsync(db, app);
        await AgentFixture.EventuallyAsync(() => Task.FromResult(
            agent.Scheduler.Told.Any(told => told.Containers[0].Status == LifecycleStatus.Running)));
        await agent.EndAsync();
        agent.LoseJournal();
        agent.Scheduler.Told.Clear();

        await agent.BeginAsync();
        await AgentFixture.EventuallyAsync(() => Task.FromResult(!agent.Scheduler.Told.IsEmpty));
        await agent.ExecAsync(task, "db", "touch", "/made");

        var running = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        Assert.Equal(["db", "app"], running.Containers.Select(c => c.Name));
        Assert.All(running.Containers, c => Assert.Equal(LifecycleStatus.Running, c.Status));
        Assert.All(agent.Scheduler.Told, told => Assert.Equal(
            (told.Status, told.StartedAt is null), (told.Containers.Count == 2 && told.Containers[1].Status == LifecycleStatus.Running)
                ? (LifecycleStatus.Running, false)
                : (LifecycleStatus.Pending, true)));
        Assert.Equal(2, (await agent.ContainersAsync()).Count);
    }

    [Fact]
    public async Task Given_a_lost_journal_and_removed_containers_then_what_the_log_knows_to_have_run_never_runs_again()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        var before = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        await agent.EndAsync();
        agent.LoseJournal();
        await agent.Docker.Containers.RemoveContainerAsync(
            before.Containers[0].RuntimeId!, new ContainerRemoveParameters { Force = true });
        agent.Scheduler.Know(task, "web", before.Containers[0].RuntimeId!);
        agent.Scheduler.Told.Clear();

        await agent.BeginAsync();

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(StopCode.EssentialContainerExited, told.StopCode);
        Assert.Equal(Reasons.Vanished, told.Containers[0].Reason);
        Assert.Empty(await agent.ContainersAsync());
    }

    [Fact]
    public async Task Given_a_journal_that_a_power_cut_brought_back_then_what_had_ended_is_not_made_a_second_time()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_CLEANUP_AFTER=0");
        await using var starts = await HeardStarts.BeginAsync(agent);
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "true"));
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count == 0);
        await agent.EndAsync();
        await using (var journal = new TaskJournal(
            Path.Combine(agent.DataDir, agent.InstanceId, "tasks"), NullLogger.Instance))
        {
            await journal.SaveAsync(TaskMachine.Step(TaskMachine.Unknown(task), new Assigned(Some.Time, new()
            {
                TaskArn = task,
                Number = 1,
                DesiredStatus = DesiredStatus.Running,
                Family = "agent-test",
                Revision = 3,
                Containers = [AgentFixture.Container("web", "true")],
            })).State, CancellationToken.None);
        }

        agent.Scheduler.Lose(task);
        agent.Scheduler.Told.Clear();
        await agent.BeginAsync("--ECS_CLEANUP_AFTER=0");

        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Single(await starts.AllAsync());
    }

    [Fact]
    public async Task Given_a_journal_that_was_set_back_to_before_the_run_when_the_container_is_gone_then_it_is_not_made_again()
    {
        await using var agent = await AgentFixture.StartAsync();
        await using var starts = await HeardStarts.BeginAsync(agent);
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        var before = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        await agent.EndAsync();
        await using (var journal = new TaskJournal(
            Path.Combine(agent.DataDir, agent.InstanceId, "tasks"), NullLogger.Instance))
        {
            await journal.SaveAsync(TaskMachine.Step(TaskMachine.Unknown(task), new Assigned(Some.Time, new()
            {
                TaskArn = task,
                Number = 1,
                DesiredStatus = DesiredStatus.Running,
                Family = "agent-test",
                Revision = 3,
                Containers = [AgentFixture.Container("web")],
            })).State, CancellationToken.None);
        }

        await agent.Docker.Containers.RemoveContainerAsync(
            before.Containers[0].RuntimeId!, new ContainerRemoveParameters { Force = true });
        agent.Scheduler.Know(task, "web", before.Containers[0].RuntimeId!);
        agent.Scheduler.Told.Clear();
        await agent.BeginAsync();

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(Reasons.Vanished, told.Containers[0].Reason);
        Assert.Single(await starts.AllAsync());
        Assert.Empty(await agent.ContainersAsync());
    }

    [Fact]
    public async Task Given_a_journal_that_cannot_be_read_then_it_is_set_aside_and_the_list_brings_the_task_back()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web"));
        var before = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        await agent.EndAsync();
        var name = task.Split('/')[^1] + ".json";
        var file = Directory.GetFiles(agent.DataDir, name, SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(file, "{ \"taskArn\": ");
        agent.Scheduler.Told.Clear();

        await agent.BeginAsync();

        var after = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        Assert.Equal(before.Containers[0].RuntimeId, after.Containers[0].RuntimeId);
        Assert.True(File.Exists(file + ".corrupt"));
    }

    [Fact]
    public async Task Given_a_scheduler_that_is_away_when_a_task_runs_and_ends_then_both_times_are_told_on_its_return()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("web", "sh", "-c", "sleep 2"));

        // Nothing starts before the first list has come: the Scheduler must not leave before that.
        await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count > 0);
        agent.Scheduler.IsAway = true;
        await AgentFixture.EventuallyAsync(async () =>
            (await agent.ContainersAsync()).Any(c => c.State == "exited"));
        agent.Scheduler.IsAway = false;

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        var ran = Inspections.Read(await agent.InspectAsync(task, "web"));
        Assert.NotNull(ran.StartedAt);
        Assert.Equal((ran.StartedAt, ran.StoppedAt), (told.Containers[0].StartedAt, told.Containers[0].StoppedAt));
        Assert.Equal((true, ran.StoppedAt), (told.StartedAt >= ran.StartedAt, told.StoppedAt));
    }

    [Fact]
    public async Task Given_a_stop_before_the_start_then_nothing_is_made_and_the_task_is_told_stopped()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = Contracts.Arn.Task(Contracts.Scope.Default, "agent-tests", Guid.NewGuid().ToString("N")).ToString();

        await agent.Scheduler.StopAsync(task);

        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Empty(await agent.ContainersAsync());
    }
}
