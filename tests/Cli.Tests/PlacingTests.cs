using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Cli.Tests;

/// <summary>Where tasks go, as the command line says it. The bus is a double.</summary>
public class PlacingTests
{
    private const string Id = "f00df00df00df00df00df00df00df00d";

    private static readonly string Instance = Arn.ContainerInstance(Scope.Default, "default", Id).ToString();

    [Fact]
    public async Task Given_constraints_and_strategies_when_run_then_the_command_has_them_in_their_order()
    {
        await using var gateway = await RunningAsync();

        var run = await Tool.RunAsync(
            gateway.Address, "run-task", "web", "--no-wait", "--wait-for-capacity", "90",
            "--placement-constraint", "distinctInstance",
            "--placement-constraint", "memberOf: attribute:zone == a and attribute:disk != slow",
            "--placement-strategy", "spread:attribute:zone",
            "--placement-strategy", "binpack:memory",
            "--placement-strategy", "random");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var sent = Assert.IsType<RunTask>(Assert.Single(gateway.Bus.Sent));
        Assert.Equal(90, sent.WaitForCapacity);
        Assert.Equal(
            [
                new PlacementConstraint { Type = "distinctInstance" },
                new PlacementConstraint
                {
                    Type = "memberOf",
                    Expression = "attribute:zone == a and attribute:disk != slow",
                },
            ],
            sent.PlacementConstraints!);
        Assert.Equal(
            [
                new PlacementStrategy { Type = "spread", Field = "attribute:zone" },
                new PlacementStrategy { Type = "binpack", Field = "memory" },
                new PlacementStrategy { Type = "random" },
            ],
            sent.PlacementStrategy!);
    }

    [Theory]
    [InlineData("--placement-constraint", "memberOf"), InlineData("--placement-constraint", "memberOf:")]
    [InlineData("--placement-constraint", "distinctInstance:x"), InlineData("--placement-constraint", "")]
    [InlineData("--placement-strategy", "binpack"), InlineData("--placement-strategy", "random:x")]
    [InlineData("--placement-strategy", "spead:instanceId"), InlineData("--wait-for-capacity", "long")]
    public async Task Given_a_placement_that_cannot_be_understood_when_run_then_nothing_is_sent(
        string option, string value)
    {
        await using var gateway = await RunningAsync();

        var run = await Tool.RunAsync(gateway.Address, "run-task", "web", option, value);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(option, run.Errors, StringComparison.Ordinal);
        Assert.Empty(gateway.Bus.Sent);
    }

    [Fact]
    public async Task Given_instances_when_a_task_is_started_on_them_then_the_command_names_them_whole()
    {
        await using var gateway = await RunningAsync();

        var run = await Tool.RunAsync(
            gateway.Address, "start-task", "web:1", "--container-instance", "f00d", "--container-instance", Instance,
            "--override", "web.env.A=1", "--started-by", "me");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("web:1 RUNNING", run.Output, StringComparison.Ordinal);
        var sent = Assert.Single(gateway.Bus.Sent.OfType<StartTask>());
        Assert.Equal([Instance, Instance], sent.ContainerInstances!);
        Assert.Equal(("web:1", "me"), (sent.TaskDefinition, sent.StartedBy));
        Assert.Equal(new NameValue("A", "1"), sent.Overrides!.ContainerOverrides[0].Environment![0]);
    }

    [Fact]
    public async Task Given_no_instance_when_a_task_is_started_then_the_command_line_is_wrong()
    {
        await using var gateway = await RunningAsync();

        var run = await Tool.RunAsync(gateway.Address, "start-task", "web:1");

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(gateway.Bus.Sent);
    }

    [Fact]
    public async Task Given_no_answer_when_a_task_is_started_then_it_is_not_asked_for_twice()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => throw new TimeoutException();

        var run = await Tool.RunAsync(gateway.Address, "start-task", "web:1", "--container-instance", Id);

        Assert.Equal(3, run.ExitCode);
        Assert.IsType<StartTask>(Assert.Single(gateway.Bus.Sent));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Given_no_room_when_a_task_waits_for_it_then_it_is_shown_with_the_reason(bool isTerminal)
    {
        await using var auditor = await StandInAsync(http => http.Request.Query["of"] == Samples.TaskArn
            ? """
              {"of": "x", "entries": [{"position": 4, "time": "2026-08-03T10:11:12Z", "stream": "x",
                "event": "task-queued", "what": "web:1 found no room: RESOURCE:MEMORY on 1 (needs 512, has 300)"}]}
              """
            : "{}");
        await using var gateway = await RunningAsync(auditor.Urls.Single(), LifecycleStatus.Provisioning);

        var run = await Tool.RunAsync(
            gateway.Address, "", ["run-task", "web", "--wait-for-capacity", "60"], isTerminal);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Matches("PROVISIONING(: |.* )found no room: RESOURCE:MEMORY", run.Output);
        Assert.Contains("RESOURCE:MEMORY on 1", run.Output, StringComparison.Ordinal);
        Assert.Contains("RUNNING", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_no_auditor_when_a_task_waits_for_room_then_it_is_followed_all_the_same()
    {
        await using var gateway = await RunningAsync(status: LifecycleStatus.Provisioning);

        var run = await Tool.RunAsync(gateway.Address, "run-task", "web", "--wait-for-capacity", "60");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("web:1 PROVISIONING", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_wait_that_ended_without_room_when_told_then_its_explanation_is_offered()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Result(new TasksResult(
            [Samples.Task(LifecycleStatus.Stopped) with
            {
                ContainerInstanceArn = null,
                StartedAt = null,
                Containers = [],
                StoppedReason = "No room was found within 60 s",
            }],
            [])));

        var run = await Tool.RunAsync(gateway.Address, "run-task", "web", "--wait-for-capacity", "60");

        Assert.Equal(4, run.ExitCode);
        Assert.Contains(
            "stopped: No room was found within 60 s. More: ecs explain 0123456789ab",
            run.Errors, StringComparison.Ordinal);
    }

    private static async Task<GatewayHost> RunningAsync(
        string? auditor = null, LifecycleStatus status = LifecycleStatus.Running)
    {
        var gateway = auditor is null ? await GatewayHost.StartAsync() : await GatewayHost.StartAsync(auditor);
        var looks = 0;
        gateway.Bus.Answering = (command, _) => Task.FromResult(command is ListContainerInstances
            ? CommandSenderDouble.Result(new ListContainerInstancesResult([Instance], null))
            : CommandSenderDouble.Result(new TasksResult(
                [Samples.Task(looks++ < 2 ? status : LifecycleStatus.Running)], [])));
        return gateway;
    }

    private static async Task<WebApplication> StandInAsync(Func<HttpContext, string> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapFallback("{**path}", http => http.Response.WriteAsync(answer(http)));
        await app.StartAsync();
        return app;
    }
}
