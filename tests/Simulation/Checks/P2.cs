using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Simulation.Checks;

/// <summary>
/// P2: a task has one place and one set of containers, ever; its status never falls and STOPPED is final. That no
/// container is made twice, or started again but by its restart policy, is checked by the engines at the moment it would
/// happen; here, that the log has each restart.
/// </summary>
internal static class P2
{
    /// <summary>Checks it.</summary>
    public static void Check(House house)
    {
        CheckStatuses(house);
        CheckRestarts(house);
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var agent in house.Agents)
        {
            foreach (var name in agent.Engine.Created.Keys)
            {
                if (!places.TryAdd(name, agent.Name)) house.World.Break("P2", $"{name} is on {places[name]} and {agent.Name}");
            }
        }
    }

    private static void CheckStatuses(House house)
    {
        var statuses = new Dictionary<string, LifecycleStatus>(StringComparer.Ordinal);
        var placed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in house.Store.Rows)
        {
            if (StatusOf(row.Fact) is not { } status) continue;

            var task = row.Decided.Stream;
            var before = statuses.GetValueOrDefault(task, LifecycleStatus.Provisioning);
            if (status < before || before is LifecycleStatus.Stopped)
            {
                house.World.Break("P2", $"{row.Decided.Name} at {row.Position} after {before} of {task}");
            }

            if (row.Fact is TaskPlaced && !placed.Add(task)) house.World.Break("P2", $"{task} was placed twice");
            if (row.Fact is TaskPlaced or TaskQueued && row.Decided.Version > 2) house.World.Break("P2", $"{task} began again");
            statuses[task] = status > before ? status : before;
        }
    }

    // An Agent that has lost its disk counts from the beginning again, and knows nothing of runs before the newest.
    private static void CheckRestarts(House house)
    {
        var fleet = Replay.Fleet(house);
        foreach (var container in house.Agents.SelectMany(agent => agent.Engine.Containers))
        {
            if (fleet.Tasks.GetValueOrDefault(container.TaskArn) is not { LastStatus: LifecycleStatus.Running } task) continue;

            var told = task.Containers.GetValueOrDefault(container.Name)?.Restart?.Count ?? 0;
            if (told == container.Starts - 1 || (told < container.Starts && house.Weather.LostDisks > 0)) continue;

            house.World.Break("P2", $"{container.DockerName} was started {container.Starts} times, the log has {told} restarts");
        }
    }

    private static LifecycleStatus? StatusOf(IEvent fact) => fact switch
    {
        TaskQueued => LifecycleStatus.Provisioning,
        TaskPlaced => LifecycleStatus.Pending,
        TaskRunning => LifecycleStatus.Running,
        TaskStopping => LifecycleStatus.Stopping,
        TaskStopped => LifecycleStatus.Stopped,
        _ => null,
    };
}
