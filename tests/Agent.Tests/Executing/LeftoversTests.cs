using Ecs.Agent.Executing;
using Ecs.Agent.Tests.Driving;
using Ecs.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Executing;

/// <summary>What an Agent that is back tells of the commands that a killed one has left, where Docker does not help.</summary>
public sealed class LeftoversTests : IDisposable
{
    private const string Runs = """{"ID":"x","Running":true}""";

    private const string Ended = """{"ID":"x","Running":false,"ExitCode":7}""";

    private static readonly Arn Instance = Arn.ContainerInstance(Scope.Default, "default", new string('a', 32));

    /// <summary>The longest wait for what must come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"ecs-executions-{Guid.NewGuid():N}");
    private readonly CancellationTokenSource _over = new();
    private readonly EndsTaken _scheduler = new();

    private ExecutionJournal Journal => new(_directory, NullLogger.Instance);

    public void Dispose()
    {
        _over.Dispose();
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Given_a_command_that_Docker_does_not_let_end_then_it_is_not_told_as_ended_by_the_agent()
    {
        await using var engine = await EngineDouble.AnsweringAsync((call, _) => Task.FromResult(
            call.StartsWith("GET", StringComparison.Ordinal) ? (200, Runs) : (500, """{"message":"no shell"}""")));

        await EndAsync(engine, Left("e1"));

        Assert.Equal([("arn:task", "e1", null, Leftovers.RunsOn)], _scheduler.Told);
    }

    [Fact]
    public async Task Given_a_command_that_is_ended_then_that_is_told()
    {
        var asked = 0;
        await using var engine = await EngineDouble.AnsweringAsync((call, _) => Task.FromResult(
            call.StartsWith("GET", StringComparison.Ordinal)
                ? (200, Interlocked.Increment(ref asked) > 2 ? Ended : Runs)
                : (500, """{"message":"its container is about to end"}""")));

        await EndAsync(engine, Left("e1"));

        Assert.Equal([("arn:task", "e1", null, Leftovers.AgentKilled)], _scheduler.Told);
    }

    [Fact]
    public async Task Given_one_command_of_which_Docker_tells_nothing_then_the_others_ends_are_told_and_it_is_kept()
    {
        await using var engine = await EngineDouble.AnsweringAsync((call, _) => Task.FromResult(
            call == "GET /exec/x-e1/json" ? (500, """{"message":"no"}""") : (200, Ended)));

        var ending = EndAsync(engine, Left("e1"), Left("e2"), Left("e3"));
        await AgentFixture.EventuallyAsync(() => Task.FromResult(Directory.GetFiles(_directory, "*.json").Length == 1));
        await _over.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ending);
        Assert.Equal([("arn:task", "e2", 7, null), ("arn:task", "e3", 7, null)], _scheduler.Told.OrderBy(end => end.Id));
        Assert.Equal([Left("e1")], Journal.Load());
    }

    [Fact]
    public async Task Given_an_agent_that_ends_while_it_ends_a_command_then_nothing_is_told_and_the_next_one_finds_it()
    {
        var killing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var engine = await EngineDouble.AnsweringAsync(async (call, aborted) =>
        {
            if (call.StartsWith("GET", StringComparison.Ordinal)) return (200, Runs);

            killing.TrySetResult();
            await Task.Delay(Timeout.Infinite, aborted);
            return (500, "{}");
        });

        var ending = EndAsync(engine, Left("e1"));
        await killing.Task.WaitAsync(Patience);
        await _over.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ending);
        Assert.Empty(_scheduler.Told);
        Assert.Equal([Left("e1")], Journal.Load());
    }

    private static OpenExecution Left(string id) => new()
    {
        Id = id, TaskArn = "arn:task", RuntimeId = "c", ExecId = $"x-{id}",
    };

    private async Task EndAsync(EngineDouble engine, params OpenExecution[] left)
    {
        foreach (var execution in left) Journal.Save(execution);
        var reports = new ExecutionReports(_scheduler, Instance, Journal, NullLogger.Instance, _over.Token);
        await new Leftovers(engine.Engine, reports, NullLogger.Instance).EndAsync(left, _over.Token);
        await reports.WhenToldAsync();
    }
}
