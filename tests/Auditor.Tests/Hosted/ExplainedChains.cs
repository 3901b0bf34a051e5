using System.Text.Json;
using Ecs.Auditor.Tests.Explaining;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>What led a task to where it is, told from a real log that the Scheduler's own rules wrote.</summary>
public sealed class ExplainedChains(WrittenLog written) : PlayedHouse(written)
{
    private static readonly long Session = Happenings.At.ToUnixTimeSeconds();

    private string _instance = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _instance = Fleet.Instance(1);
    }

    [Fact]
    public async Task Given_a_task_that_somebody_stopped_when_explained_then_who_how_and_the_end_are_links()
    {
        var task = Run("small");
        Report(task, LifecycleStatus.Running);
        Fleet.When(new StopTask { Task = task, Reason = "seen enough" });
        Report(task, LifecycleStatus.Stopped, exitCode: 143);

        var chain = await ChainAsync(task);

        Assert.Equal(
            [
                ("task-placed", "somebody asked for it with run-task (command command-2)"),
                ("task-running", "its Agent said so"),
                ("task-stopping", "somebody asked for it with stop-task (command command-4)"),
                ("task-stopped", "its Agent said that nothing of it runs any more"),
            ],
            chain);
        var text = await House.TextAsync($"/explain/{task}", "text/plain");
        Assert.Contains(
            "is to stop, UserInitiated: seen enough,\n           because somebody asked for it with stop-task (command command-4).\n",
            text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, null, "main, which is essential, ended by itself with exit code 3")]
    [InlineData(
        137, "OutOfMemoryError: Container killed due to memory usage",
        "the kernel killed main for want of memory: Container killed due to memory usage; it ended with exit code 137")]
    [InlineData(
        null, "CannotPullContainerError: manifest unknown", "the image of main could not be pulled: manifest unknown")]
    [InlineData(
        null, "TaskDependencyError: Container db was not HEALTHY within 5 s of its start",
        "main waited for what did not come: Container db was not HEALTHY within 5 s of its start")]
    public async Task Given_a_task_that_its_containers_ended_when_explained_then_which_and_how_is_told(
        int? exitCode, string? reason, string because)
    {
        var task = Run("small");
        Report(task, LifecycleStatus.Stopped, exitCode, reason);

        Assert.Equal(("task-stopped", because), (await ChainAsync(task))[^1]);
    }

    [Fact]
    public async Task Given_a_task_whose_instance_was_taken_away_when_explained_then_that_is_a_link_before_its_end()
    {
        var tasks = new[] { Run("small"), Run("small") };
        Fleet.When(new UpdateContainerInstancesState { ContainerInstances = [_instance], Status = "DRAINING" });
        Fleet.When(new ObserveAgents { Silent = [_instance] });
        Fleet.When(new DeregisterContainerInstance { ContainerInstance = _instance, Force = true });

        foreach (var task in tasks)
        {
            var chain = await ChainAsync(task);
            Assert.Equal(
                [
                    "task-placed", "container-instance-state-changed", "container-instance-disconnected",
                    "container-instance-deregistered", "task-stopped",
                ],
                chain.Select(link => link.Event));
            Assert.Equal(
                "somebody asked for it with update-container-instances-state (command command-4)", chain[1].Because);
            Assert.Equal("its Agent was not heard for too long", chain[2].Because);
            var gone = Fleet.Log.Single(e => e.Data is ContainerInstanceDeregistered).Position;
            Assert.Equal($"its instance was taken from the cluster by force at position {gone}", chain[4].Because);
        }
    }

    [Fact]
    public async Task Given_a_task_on_an_instance_that_is_drained_when_explained_then_it_is_told_with_the_machine_that_fell_silent()
    {
        var before = Fleet.Instance(2);
        Fleet.When(new ObserveAgents { Silent = [before] });
        Fleet.When(new ObserveAgents { Silent = [_instance] });
        Fleet.When(new ObserveAgents { Heard = [_instance] });
        var task = Run("small");
        Fleet.When(new ObserveAgents { Silent = [_instance] });

        // What its instance did before it came there, and what others did, is no link.
        Assert.Equal(
            ["task-placed", "container-instance-disconnected"], (await ChainAsync(task)).Select(link => link.Event));
    }

    [Fact]
    public async Task Given_a_task_that_waited_when_explained_then_what_made_room_is_a_link()
    {
        var first = Run("large");
        var second = Fleet.Run(new RunTask { TaskDefinition = "large", WaitForCapacity = 60 })[0];
        Fleet.When(new CreateCluster { ClusterName = "other" });
        Report(first, LifecycleStatus.Stopped, exitCode: 0);

        var chain = await ChainAsync(second);

        Assert.Equal(["task-queued", "task-stopped", "task-placed"], chain.Select(link => link.Event));
        Assert.Equal("somebody asked for it with run-task (command command-3) and would wait for room", chain[0].Because);
        var stopped = Fleet.Log.Single(e => e.Data is TaskStopped).Position;
        Assert.Equal($"room came with position {stopped}", chain[2].Because);
        Assert.Contains(
            $"task {first.Split('/')[^1][..8]}…: STOPPED",
            await House.TextAsync($"/explain/{second}", "text/plain"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_wait_that_was_too_long_when_explained_then_no_room_came()
    {
        Run("large");
        var task = Fleet.Run(new RunTask { TaskDefinition = "large", WaitForCapacity = 60 })[0];
        Fleet.Now = Fleet.Now.AddSeconds(61);
        Fleet.When(new ObserveTime());

        Assert.Equal(("task-stopped", "no room came for it in time"), (await ChainAsync(task))[^1]);
    }

    [Fact]
    public async Task Given_a_task_on_an_instance_that_the_caller_named_when_explained_then_it_is_said()
    {
        var started = Fleet.When(new StartTask { TaskDefinition = "small", ContainerInstances = [_instance] });
        var task = ((TasksResult)started.Result!).Tasks[0].TaskArn;

        Assert.Equal(
            ("task-placed", "somebody asked for it with start-task (command command-2) on this instance"),
            Assert.Single(await ChainAsync(task)));
    }

    [Fact]
    public async Task Given_more_restarts_than_are_told_when_explained_then_the_first_and_last_are_there_and_the_rest_is_a_number()
    {
        const int restarts = 60;
        var task = Run("small");
        await WriteAsync();
        for (var i = 1; i <= restarts; i++)
        {
            await House.Writer.WriteAsync(new SubmitTaskStates { CommandId = $"report-{i}" }, new TaskContainersRestarted
            {
                TaskArn = task,
                At = Happenings.At,
                Containers =
                [
                    new ContainerObservation
                    {
                        Name = "main",
                        Status = LifecycleStatus.Running,
                        Restart = new ContainerRestart(i, Happenings.At, 1),
                    },
                ],
            });
        }

        var explained = await House.GetAsync($"/explain/{task}");

        var chain = explained.GetProperty("chain").EnumerateArray().ToList();
        Assert.Equal(restarts + 1 - chain.Count, explained.GetProperty("chainLeftOut").GetInt32());
        Assert.Equal("its Agent starts it again by its restart policy", chain[1].GetProperty("because").GetString());
        Assert.Equal("main was started again after exit code 1, restart 60 of it", chain[^1].GetProperty("what").GetString());
        Assert.Contains(
            $"(and {restarts + 1 - chain.Count} more; its history has them)",
            await House.TextAsync($"/explain/{task}", "text/plain"),
            StringComparison.Ordinal);
    }

    private string Run(string definition) => Fleet.Run(new RunTask { TaskDefinition = definition })[0];

    private void Report(string task, LifecycleStatus status, int? exitCode = null, string? reason = null) =>
        Fleet.When(new SubmitTaskStates
        {
            ContainerInstance = _instance,
            Session = Session,
            Tasks =
            [
                new TaskObservation
                {
                    TaskArn = task,
                    Status = status,
                    ObservedAt = Fleet.Now,
                    Containers =
                    [
                        new ContainerObservation { Name = "main", Status = status, ExitCode = exitCode, Reason = reason },
                    ],
                },
            ],
        });

    private async Task<List<(string? Event, string? Because)>> ChainAsync(string task)
    {
        await WriteAsync();
        var links = (await House.GetAsync($"/explain/{task}")).GetProperty("chain").EnumerateArray().ToList();
        Assert.Equal(links.Select(Position).Order(), links.Select(Position));
        return [.. links.Select(link => (Text(link, "event"), Text(link, "because")))];

        static long Position(JsonElement link) => link.GetProperty("position").GetInt64();
        static string? Text(JsonElement link, string member) => link.GetProperty(member).GetString();
    }
}
