using Ecs.Agent.Assigning;
using Ecs.Agent.Docker;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Running;

/// <summary>Hears Docker's events, and sweeps over all containers beneath, since the stream may miss some.</summary>
internal sealed class Watch(IContainerDriver driver, TaskLoops loops, AssignmentDesk desk, TaskWorld world)
{
    /// <summary>How often all living containers are looked at.</summary>
    public static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);

    /// <summary>The pause before the event stream is opened again.</summary>
    private static readonly TimeSpan StreamPause = TimeSpan.FromMilliseconds(500);

    private readonly Signal _sweepNow = new();

    /// <summary>Why Docker does not answer; null while it does.</summary>
    public string? Fault { get; private set; } = "not asked yet";

    /// <summary>Hears events until the Agent ends.</summary>
    public async Task HearAsync()
    {
        while (!world.Ended.IsCancellationRequested)
        {
            try
            {
                await driver.WatchAsync(Hear, world.Ended);
            }
            catch (Exception fault) when (!world.Ended.IsCancellationRequested)
            {
                world.Log.LogDebug(fault, "Docker's event stream ended.");
            }

            _sweepNow.Raise(); // What happened in between was not heard.
            await Task.Delay(StreamPause, world.Clock, world.Ended);
        }
    }

    /// <summary>
    /// Sweeps until the Agent ends. The first sweep looks at what ended, too: it may be new to a lost journal.
    /// </summary>
    public async Task SweepAsync()
    {
        var isFirst = true;
        while (!world.Ended.IsCancellationRequested)
        {
            try
            {
                await SweepOnceAsync(new Listing(null, WithEnded: isFirst));
                if (Fault is not null) world.Log.LogInformation("Docker answers.");
                Fault = null;
                isFirst = false;
            }
            catch (Exception fault) when (!world.Ended.IsCancellationRequested)
            {
                if (Fault != fault.Message) world.Log.LogWarning("Docker does not answer: {Text}", fault.Message);
                Fault = fault.Message;
            }

            await _sweepNow.WaitAsync(SweepEvery, world.Clock, world.Ended);
        }
    }

    private void Hear(ContainerSign sign) =>
        loops.Find(sign.TaskArn)?.Hint(sign switch
        {
            { Pull: { } pull } => new PullSeen(world.Now, sign.Container, pull),
            { OutOfMemory: true } => new OutOfMemory(world.Now, sign.Container),
            _ => new Changed(world.Now, sign.Container, sign.ExitCode),
        });

    private async Task SweepOnceAsync(Listing which)
    {
        var before = loops.All.Select(loop => loop.State.TaskArn).ToHashSet(StringComparer.Ordinal);
        var seen = (await driver.ListAsync(which, world.Ended)).ToLookup(c => c.TaskArn, StringComparer.Ordinal);
        foreach (var loop in loops.All) Compare(loop, seen[loop.State.TaskArn]);

        // The list may be older than the clean-up of a task that was known before it; the next one tells what is left.
        foreach (var task in seen.Where(t => t.Key.Length > 0 && !before.Contains(t.Key) && loops.Find(t.Key) is null))
        {
            desk.Adopt(task.Key, [.. task.Select(StepWork.Found)]);
        }
    }

    private void Compare(TaskLoop loop, IEnumerable<SeenContainer> seen)
    {
        var state = loop.State;
        var byName = seen.GroupBy(c => c.Name).ToDictionary(g => g.Key, g => g.First());
        foreach (var container in state.Containers)
        {
            var there = byName.GetValueOrDefault(container.Name);
            var swept = new Swept(
                world.Now, container.Name, there?.Observed ?? Observed.Absent, there?.Health);

            // Of a task that has ended only what is there matters: Docker may make late what it was asked for in time.
            var matters = state.Status != LifecycleStatus.Stopped || swept.Seen != Observed.Absent;
            var differs = swept.Seen != container.Observed || ContainerFold.IsOtherHealth(container, swept);
            if (matters && differs) loop.Hint(swept);
        }
    }
}
