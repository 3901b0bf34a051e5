using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Rules.Executions;

namespace Ecs.Scheduler.Tests;

public class ExecutionTests
{
    private readonly Fleet _fleet = new();
    private readonly string _instance;
    private readonly string _task;

    public ExecutionTests()
    {
        _instance = _fleet.Instance();
        _task = _fleet.Task();
    }

    [Fact]
    public void Given_a_running_container_when_a_command_is_to_run_there_then_it_is_written_down_with_its_words()
    {
        Run();

        _fleet.When(Ask("ls", "-l"));

        var started = Assert.IsType<ExecuteCommandStarted>(Assert.Single(_fleet.Last.Events));
        Assert.Equal(("web", "ls -l"), (started.ContainerName, string.Join(' ', started.CommandLine)));
        var result = _fleet.Result<ExecuteCommandResult>();
        Assert.Equal((started.ExecutionId, _instance), (result.ExecutionId, result.ContainerInstanceArn));
        Assert.Equal(3, _fleet.State.Tasks[_task].Version);
    }

    [Fact]
    public void Given_an_execution_when_its_end_is_told_twice_then_it_is_written_once_with_its_exit_code()
    {
        Run();
        _fleet.When(Ask("false"));
        var id = _fleet.Result<ExecuteCommandResult>().ExecutionId;

        _fleet.When(End(id, 1));
        var ended = Assert.IsType<ExecuteCommandEnded>(Assert.Single(_fleet.Last.Events));
        _fleet.When(End(id, 1));

        Assert.Equal((id, 1, null), (ended.ExecutionId, ended.ExitCode, ended.Reason));
        Assert.Empty(_fleet.Last.Events);
        Assert.Null(_fleet.Last.Error);
    }

    [Fact]
    public void Given_an_open_execution_when_the_task_stops_then_its_end_stands_in_front_of_the_tasks()
    {
        Run();
        _fleet.When(Ask("sh"));

        _fleet.When(_fleet.Report(_instance, _task, LifecycleStatus.Stopped, 0, StopCode.EssentialContainerExited));

        Assert.Equal(
            [typeof(ExecuteCommandEnded), typeof(TaskStopped)], _fleet.Last.Events.TakeLast(2).Select(e => e.GetType()));
        Assert.Empty(_fleet.State.Tasks[_task].Executions);
        Assert.Contains(_fleet.Last.Events.OfType<ExecuteCommandEnded>(), e => e.Reason == Executing.TaskEnded);
    }

    [Fact]
    public void Given_what_cannot_run_a_command_then_it_is_refused_with_its_reason_and_nothing_is_written()
    {
        Refused("is not RUNNING, or is to stop: it is PENDING", Ask("ls"));
        Run();
        Refused("must be one of the task's: 'web'", Ask("ls") with { Container = "db" });
        Refused("commandLine must be a list of words", Ask());
        Refused("commandLine must be a list of words", Ask(""));
        Refused("commandLine must be at most", Ask(new string('x', ExecuteCommand.MaxLength + 1)));
        Refused("commandLine must not hold", Ask("a\0b"));
        Refused("task was not found", Ask("ls") with { Task = new string('0', 32) });
        for (var n = 0; n < ExecuteCommand.MaxOpen; n++) _fleet.When(Ask("sh"));
        Refused($"{ExecuteCommand.MaxOpen} executions", Ask("sh"));
        _fleet.When(new StopTask { Task = _task });
        Refused("is to stop", Ask("ls"));
    }

    [Fact]
    public void Given_the_end_told_of_another_instances_execution_then_nothing_is_written()
    {
        Run();
        _fleet.When(Ask("sh"));
        var id = _fleet.Result<ExecuteCommandResult>().ExecutionId;
        var other = _fleet.Instance(2);

        _fleet.When(End(id, 0) with { ContainerInstance = other });

        Assert.Empty(_fleet.Last.Events);
    }

    [Fact]
    public void Given_open_executions_when_the_state_is_kept_and_read_then_they_are_in_it()
    {
        Run();
        _fleet.When(Ask("sh"));
        using var kept = new MemoryStream();
        _fleet.State.Write(kept);

        Assert.Equal(_fleet.State.Tasks[_task].Executions, FleetState.Read(kept.ToArray()).Tasks[_task].Executions);
    }

    private void Run() => _fleet.When(_fleet.Report(_instance, _task, LifecycleStatus.Running));

    private ExecuteCommand Ask(params string[] words) => new() { Task = _task, CommandLine = words };

    private SubmitExecutionEnd End(string id, int exitCode) =>
        new() { ContainerInstance = _instance, Task = _task, ExecutionId = id, ExitCode = exitCode };

    private void Refused(string words, ExecuteCommand command)
    {
        _fleet.When(command);
        Assert.Contains(words, _fleet.Last.Error?.Message, StringComparison.Ordinal);
        Assert.Empty(_fleet.Last.Events);
    }
}
