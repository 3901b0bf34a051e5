using System.Collections.Concurrent;
using System.Threading.Channels;
using Ecs.Agent.Tasks;

namespace Ecs.Agent.Running;

/// <summary>The loops of all tasks that the Agent knows.</summary>
internal sealed class TaskLoops(TaskWorld world)
{
    private readonly Lock _beginning = new();
    private readonly ConcurrentDictionary<string, TaskLoop> _loops = new(StringComparer.Ordinal);

    /// <summary>All loops, in the order of their tasks' names.</summary>
    public IEnumerable<TaskLoop> All =>
        // As of one moment: ordering a dictionary counts it first, and fails where one begins before it is copied.
        _loops.ToArray().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value);

    /// <summary>Whether a container is being made or started, so that its task's level rises in a moment.</summary>
    public bool AnyStarts => world.Starts.Any;

    /// <summary>The loop of a task; null where there is none.</summary>
    public TaskLoop? Find(string taskArn) => _loops.GetValueOrDefault(taskArn);

    /// <summary>Begins to look after a task; where that was begun already, the loop that does.</summary>
    public TaskLoop Begin(TaskState initial)
    {
        // A loop that is made hangs on the Agent's end until it has run: none is made that will not.
        TaskLoop loop;
        lock (_beginning)
        {
            if (Find(initial.TaskArn) is { } known) return known;

            loop = new TaskLoop(initial, world);
            _loops[initial.TaskArn] = loop;
        }

        world.Begin(() => RunAsync(loop));
        return loop;
    }

    /// <summary>Drops the loop of a task that is over.</summary>
    public void Drop(string taskArn) => _loops.TryRemove(taskArn, out _);

    private async Task RunAsync(TaskLoop loop)
    {
        try
        {
            await loop.RunAsync();
        }
        catch (Exception end) when (end is OperationCanceledException or ChannelClosedException)
        {
            // The Agent ends.
        }
        catch (Exception bug)
        {
            world.Log.LogCritical(bug, "The loop of task {Task} ended.", loop.State.Id);
            world.StandingStill.Add(loop.State.Id, bug);
        }
    }
}
