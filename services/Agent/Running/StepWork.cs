using System.Collections.Concurrent;
using Ecs.Agent.Docker;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Tracing;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Running;

/// <summary>The slow work of one task: each piece runs by itself, and its end goes back into the loop.</summary>
internal sealed class StepWork(TaskLoop loop, TaskWorld world)
{
    /// <summary>The longest wait of one timer: none can be set for more than 49 days.</summary>
    public static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource _waiting = CancellationTokenSource.CreateLinkedTokenSource(world.Ended);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _pulls = new(StringComparer.Ordinal);

    /// <summary>The task is over: what waits for hours to come is let go, and the loop with it.</summary>
    public void End() => End(_waiting);

    /// <summary>Begins an effect; called by the loop alone.</summary>
    public void Begin(TaskState task, Effect effect)
    {
        var until = _waiting.Token;
        switch (effect)
        {
            case Effect.Begin begin:
                BeginStep(task, task.Find(begin.Container)!, begin);
                break;
            case Effect.Abandon abandon:
                if (_pulls.TryRemove(abandon.Container, out var pull)) End(pull);
                break;
            case Effect.Discover discover:
                Run(() => DiscoverAsync(task, discover.Delay));
                break;
            case Effect.AwaitTimeout timeout:
                Run(() => AwaitTimeoutAsync(timeout.At, until));
                break;
            case Effect.AwaitCleanup cleanup:
                Run(() => AwaitCleanupAsync(cleanup.StoppedAt, until));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(effect), effect, "no such effect");
        }
    }

    private void BeginStep(TaskState task, ContainerState container, Effect.Begin begin)
    {
        var pull = begin.Step == Step.Pull ? CancellationTokenSource.CreateLinkedTokenSource(world.Ended) : null;
        if (pull is not null) _pulls[begin.Container] = pull;
        var ct = pull?.Token ?? world.Ended;

        Run(async () =>
        {
            Outcome outcome;
            try
            {
                await PauseAsync(begin.Delay, ct);
                using var span = Spans.BeginOf(null, $"{begin.Step} {begin.Container}", task.TaskArn);
                outcome = await DoAsync(task, container, begin.Step, ct);
            }
            finally
            {
                // A pull that nobody lets go of would be kept for as long as the Agent lives.
                if (pull is not null && _pulls.TryRemove(new(begin.Container, pull))) pull.Dispose();
            }

            await loop.TellAsync(new Stepped(world.Now, begin.Container, begin.Step, outcome));
        });
    }

    private async Task<Outcome> DoAsync(TaskState task, ContainerState container, Step step, CancellationToken ct)
    {
        using var turn = await world.Turns.TakeAsync(step, ct);
        return IsWithdrawn(container.Name, step)
            ? new Outcome.Withdrawn()
            : await world.Driver.DoAsync(task, container, step, ct);
    }

    // It waited, for its pause or its turn: nothing may run whose stop was taken over meanwhile.
    private bool IsWithdrawn(string container, Step step)
    {
        var task = loop.State;
        return step is Step.Create or Step.Start && task.Find(container)?.WantedIn(task.Desired) >= Desired.Stopped;
    }

    private static void End(CancellationTokenSource work)
    {
        work.Cancel();
        work.Dispose();
    }

    private async Task DiscoverAsync(TaskState task, TimeSpan delay)
    {
        await PauseAsync(delay, world.Ended);
        TaskEvent told;
        try
        {
            var found = await world.Driver.ListAsync(new Listing(task.TaskArn, WithEnded: true), world.Ended);
            told = new Discovered(world.Now, [.. found.Select(Found)]);
        }
        catch (Exception fault) when (!world.Ended.IsCancellationRequested)
        {
            world.Log.LogWarning("Docker cannot tell the containers of task {Task}: {Text}", task.Id, fault.Message);
            told = new NotDiscovered(world.Now);
        }

        await loop.TellAsync(told);
    }

    /// <summary>What is known of a container that was found in Docker.</summary>
    public static ContainerState Found(SeenContainer seen) => new()
    {
        Definition = new ContainerDefinition { Name = seen.Name, Image = seen.Image },
        DockerName = seen.DockerName,
        RuntimeId = seen.RuntimeId,
        Observed = Observed.Unknown,
    };

    private async Task AwaitCleanupAsync(DateTimeOffset stoppedAt, CancellationToken ct)
    {
        // The clock that told the end may have been ahead.
        var now = world.Now;
        await PauseAsync((stoppedAt < now ? stoppedAt : now) + world.CleanupAfter - now, ct);
        await loop.TellAsync(new CleanupDue(world.Now));
    }

    private async Task AwaitTimeoutAsync(DateTimeOffset at, CancellationToken ct)
    {
        await PauseAsync(at - world.Now, ct);

        // So much time has passed, whatever the clock shows: it may have been set back meanwhile.
        var now = world.Now;
        await loop.TellAsync(new TimePassed(now > at ? now : at));
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken ct)
    {
        for (; pause > LongestTimer; pause -= LongestTimer) await Task.Delay(LongestTimer, world.Clock, ct);

        if (pause > TimeSpan.Zero) await Task.Delay(pause, world.Clock, ct);
    }

    private void Run(Func<Task> work) => world.Begin(async () =>
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // The Agent ends, or the step was given up: nobody waits for it.
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            // The task is over.
        }
        catch (Exception bug)
        {
            world.Log.LogCritical(bug, "Task {Task} stands still.", loop.State.Id);
            world.StandingStill.Add(loop.State.Id, bug);
        }
    });
}
