using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Tests;

namespace Ecs.Cli.Tests;

/// <summary>Protection of tasks as a person asks for it. The bus is a double.</summary>
public class ProtectionTests
{
    private static readonly DateTimeOffset Until = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(true, "--protection-enabled", "--expires-in-minutes", "30")]
    [InlineData(false, "--no-protection-enabled")]
    public async Task Given_a_task_when_its_protection_is_changed_then_the_command_says_so_and_what_holds_is_shown(
        bool isOn, params string[] options)
    {
        await using var gateway = await StartAsync([new() { TaskArn = Samples.TaskArn, ProtectionEnabled = isOn, ExpirationDate = Until }], []);

        var run = await Tool.RunAsync(gateway.Address, ["update-task-protection", Samples.TaskArn, .. options]);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Matches(isOn ? " yes .*2026-11-25 10:00" : " no ", run.Output);
        var sent = Assert.Single(gateway.Bus.Sent.OfType<UpdateTaskProtection>());
        Assert.Equal((isOn, isOn ? 30 : null), (sent.ProtectionEnabled, sent.ExpiresInMinutes));
        Assert.Equal([Samples.TaskArn], sent.Tasks!);
    }

    [Fact]
    public async Task Given_a_task_that_is_no_service_s_when_asked_for_then_its_failure_is_told()
    {
        await using var gateway = await StartAsync([], [new Failure(Samples.TaskArn, "TASK_NOT_VALID", "no service's")]);

        var run = await Tool.RunAsync(gateway.Address, "get-task-protection", Samples.TaskArn, "--cluster", "c");

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("TASK_NOT_VALID", run.Errors, StringComparison.Ordinal);
        Assert.Equal("c", Assert.Single(gateway.Bus.Sent.OfType<GetTaskProtection>()).Cluster);
    }

    [Theory, InlineData("--on", "--off"), InlineData]
    public async Task Given_neither_on_nor_off_or_both_when_asked_for_then_it_is_bad_usage(params string[] options)
    {
        await using var gateway = await StartAsync([], []);

        var run = await Tool.RunAsync(gateway.Address, ["update-task-protection", Samples.TaskArn, .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--protection-enabled", run.Errors, StringComparison.Ordinal);
        Assert.Empty(gateway.Bus.Sent);
    }

    private static async Task<GatewayHost> StartAsync(IReadOnlyList<ProtectedTask> tasks, IReadOnlyList<Failure> failures)
    {
        var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Result(new TaskProtectionResult(tasks, failures)));
        return gateway;
    }
}
