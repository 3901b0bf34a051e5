using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Tests;

namespace Ecs.Cli.Tests;

/// <summary>Starting tasks and watching them. The bus is a double that plays a task's life.</summary>
public class RunTaskTests
{
    [Fact]
    public async Task Given_a_task_that_comes_up_when_waited_for_then_each_change_is_a_line()
    {
        await using var gateway = await StartAsync(
            LifecycleStatus.Pending, LifecycleStatus.Pending, LifecycleStatus.Running);

        var run = await Tool.RunAsync(gateway.Address, "run-task", "web:9a56714");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(
            ["0123456789ab  web:1 PENDING", "0123456789ab  web RUNNING 8080->80", "0123456789ab  db RUNNING",
                "0123456789ab  web:1 RUNNING"],
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var sent = Assert.IsType<RunTask>(gateway.Bus.Sent[0]);
        Assert.Equal("web:9a56714", sent.TaskDefinition);
        Assert.NotNull(sent.ClientToken);
    }

    [Fact]
    public async Task Given_a_task_that_fails_when_waited_for_then_the_exit_code_is_4_and_the_reason_is_told()
    {
        await using var gateway = await StartAsync(LifecycleStatus.Pending, LifecycleStatus.Stopped);

        var run = await Tool.RunAsync(gateway.Address, "run-task", "web");

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("web STOPPED (exit 3)", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "stopped: Essential container in task exited. More: ecs history 0123456789ab",
            run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_task_that_does_not_come_up_in_time_when_waited_for_then_the_exit_code_is_4()
    {
        await using var gateway = await StartAsync(LifecycleStatus.Pending);

        var run = await Tool.RunAsync(gateway.Address, "run-task", "web", "--timeout", "0");

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("is still PENDING", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_json_when_waited_for_then_there_is_one_document_with_the_tasks_as_they_ended_up()
    {
        await using var gateway = await StartAsync(LifecycleStatus.Pending, LifecycleStatus.Running);

        var run = await Tool.RunAsync(gateway.Address, "run-task", "web", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal("RUNNING", (string?)run.Json["tasks"]![0]!["lastStatus"]);
        Assert.Empty(run.Json["failures"]!.AsArray());
    }

    [Fact]
    public async Task Given_no_room_when_run_then_the_failures_are_told_and_the_exit_code_is_4()
    {
        await using var gateway = await GatewayHost.StartAsync();
        const string Instance = "arn:aws:ecs:us-east-1:000000000000:container-instance/c/f00d";
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Result(
            new TasksResult([], [new Failure(Instance, "RESOURCE:MEMORY", "64 of 512")])));

        var run = await Tool.RunAsync(gateway.Address, "run-task", "web");

        Assert.Equal(4, run.ExitCode);
        Assert.Equal(
            "f00d: RESOURCE:MEMORY (64 of 512)\nMore: ecs explain default", run.Errors.ReplaceLineEndings("\n").Trim());
    }

    [Fact]
    public async Task Given_options_when_run_then_the_command_has_them()
    {
        await using var gateway = await StartAsync(LifecycleStatus.Running);

        await Tool.RunAsync(
            gateway.Address, "run-task", "web", "--cluster", "c", "--count", "3", "--override", "web.env.A=1",
            "--started-by", "me", "--group", "g", "--client-token", "t", "--no-wait");

        var sent = Assert.IsType<RunTask>(Assert.Single(gateway.Bus.Sent));
        Assert.Equal(
            ("c", 3, "me", "g", "t"), (sent.Cluster, sent.Count, sent.StartedBy, sent.Group, sent.ClientToken));
        Assert.Equal(new NameValue("A", "1"), sent.Overrides!.ContainerOverrides[0].Environment![0]);
    }

    [Fact]
    public async Task Given_a_terminal_when_waited_for_then_the_display_ends_with_every_container_running()
    {
        await using var gateway = await StartAsync(LifecycleStatus.Pending, LifecycleStatus.Running);

        var run = await Tool.RunAsync(gateway.Address, "", ["run-task", "web"], isTerminal: true);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains('\u001b', run.Output);
        Assert.Contains("8080->80", run.Output, StringComparison.Ordinal);
    }

    private static async Task<GatewayHost> StartAsync(params LifecycleStatus[] life)
    {
        var gateway = await GatewayHost.StartAsync();
        var look = 0;
        gateway.Bus.Answering = (command, _) => Task.FromResult(CommandSenderDouble.Result(new TasksResult(
            [Samples.Task(command is RunTask ? life[0] : life[Math.Min(look++, life.Length - 1)])], [])));
        return gateway;
    }
}
