using Ecs.Agent.Docker;
using Ecs.Agent.Running;
using Ecs.Agent.Tasks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Running;

/// <summary>What is read of all tasks while further ones come is as of one moment, and never fails.</summary>
public sealed class TasksThatComeTests : IDisposable
{
    private const int Tasks = 5_000;

    private readonly CancellationTokenSource _ending = new();

    [Fact]
    public async Task Given_tasks_that_come_when_all_loops_are_read_then_each_reading_is_whole()
    {
        var loops = new TaskLoops(new TaskWorld
        {
            Driver = null!, // Nothing is asked of it: no task is assigned.
            Turns = new Turns(TimeProvider.System),
            Journal = new NoDisk(),
            Report = _ => { },
            Clock = TimeProvider.System,
            CleanupAfter = TimeSpan.FromHours(1),
            Log = NullLogger.Instance,
            Ended = _ending.Token,
        });

        await ReadWhileAsync(
            number => loops.Begin(TaskMachine.Unknown(Some.Task(number))),
            () => Assert.All(loops.All, loop => Assert.NotNull(loop)));

        Assert.Equal(Tasks, loops.All.Count());
    }

    [Fact]
    public async Task Given_tasks_that_bugs_stop_when_they_are_named_then_each_naming_is_whole()
    {
        var still = new StandingStill();

        await ReadWhileAsync(number => still.Add($"{number}", new InvalidOperationException("a bug")), () => _ = still.Fault);

        Assert.Equal(Tasks, still.Fault!.Split("; ").Length);
    }

    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    private static async Task ReadWhileAsync(Action<int> come, Action read)
    {
        var coming = Task.Run(() =>
        {
            for (var number = 1; number <= Tasks; number++) come(number);
        });
        while (!coming.IsCompleted) read();

        await coming;
    }
}
