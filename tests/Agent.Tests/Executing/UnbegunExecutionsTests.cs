using Ecs.Agent.Executing;
using Ecs.Agent.Tests.Driving;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Executing;

/// <summary>What an Agent tells of the executions that the log has open and that it knows nothing of.</summary>
public sealed class UnbegunExecutionsTests : IDisposable
{
    private static readonly Arn Instance = Arn.ContainerInstance(Scope.Default, "default", new string('a', 32));

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"ecs-executions-{Guid.NewGuid():N}");
    private readonly HandClock _clock = new();
    private readonly EndsTaken _scheduler = new();
    private readonly ExecutionReports _reports;
    private readonly UnbegunExecutions _unbegun;

    public UnbegunExecutionsTests()
    {
        var journal = new ExecutionJournal(_directory, NullLogger.Instance);
        _reports = new ExecutionReports(_scheduler, Instance, journal, NullLogger.Instance, CancellationToken.None);
        _unbegun = new UnbegunExecutions(_reports, _clock, NullLogger.Instance);
    }

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Given_an_execution_that_is_not_known_when_no_word_for_it_can_come_any_more_then_it_is_told_as_ended_once()
    {
        Assert.Empty(await ListedAsync(Execute.GoTime - TimeSpan.FromSeconds(1), "e1"));
        Assert.Empty(await ListedAsync(TimeSpan.FromSeconds(1), "e1", "e2"));

        Assert.Equal([("arn:task", "e1", null, UnbegunExecutions.Unknown)], await ListedAsync(TimeSpan.Zero, "e1", "e2"));
        Assert.False(_reports.IsKnown("e1"));
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task Given_an_execution_that_is_run_here_then_it_is_told_as_ended_by_nobody_else_however_long_it_takes()
    {
        Assert.Empty(await ListedAsync(Execute.GoTime, "e1"));
        _reports.Know("e1");

        Assert.Empty(await ListedAsync(Execute.GoTime * 2, "e1"));
        Assert.Empty(await ListedAsync(Execute.GoTime * 2, "e1"));
    }

    [Fact]
    public async Task Given_an_end_that_was_answered_when_an_older_list_still_has_it_then_its_time_begins_anew()
    {
        _reports.Know("e1");
        Assert.Empty(await ListedAsync(Execute.GoTime, "e1"));
        _reports.Tell(new OpenExecution { Id = "e1", TaskArn = "arn:task", RuntimeId = "c" }.Ended(0, null));
        await _reports.WhenToldAsync();
        Assert.Single(_scheduler.Told);

        Assert.Empty(await ListedAsync(TimeSpan.Zero, "e1"));
    }

    [Fact]
    public async Task Given_a_list_without_it_in_between_then_its_time_begins_anew()
    {
        Assert.Empty(await ListedAsync(Execute.GoTime, "e1"));
        Assert.Empty(await ListedAsync(TimeSpan.Zero));
        Assert.Empty(await ListedAsync(TimeSpan.Zero, "e1"));
    }

    /// <summary>The ends that are told upon a list, after which time goes by.</summary>
    private async Task<IReadOnlyList<(string, string, int?, string?)>> ListedAsync(TimeSpan after, params string[] open)
    {
        var before = _scheduler.Told.Count;
        _unbegun.Compare(new Assignments
        {
            ContainerInstanceArn = Instance.ToString(),
            Number = 1,
            IsFullList = true,
            Tasks =
            [
                new TaskAssignment { TaskArn = "arn:other", Number = 1, DesiredStatus = DesiredStatus.Running },
                new TaskAssignment
                {
                    TaskArn = "arn:task", Number = 1, DesiredStatus = DesiredStatus.Running, Executions = open,
                },
            ],
        });
        await _reports.WhenToldAsync();
        _clock.PutForward(after);
        return [.. _scheduler.Told.Skip(before)];
    }
}
