using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;
using Ecs.Scheduler.Placement;

namespace Ecs.Scheduler.Tasks;

/// <summary>
/// The rules of waiting for room. No task waits that could be placed: whatever changes an instance wakes those that it
/// cures, by arrival. So a task may pass others that came earlier, since they do not fit where it does, and says so.
/// </summary>
internal static class WaitingForRoom
{
    /// <summary>The most tasks that wait in one cluster: they are state, and each change looks at them.</summary>
    public const int Most = 10_000;

    /// <summary>The refusal of tasks that would make the line too long; null where it has room for them.</summary>
    public static CommandError? Full(ClusterState cluster, int more) =>
        cluster.Waiting.Count + more <= Most
            ? null
            : new CommandError(
                ErrorTypes.LimitExceeded,
                $"{cluster.Waiting.Count} tasks wait for room in this cluster already; at most {Most} may.")
            {
                Field = "waitForCapacity",
            };

    /// <summary>
    /// The tasks of a command that wait from now on; the first has the account, which is that of all.
    /// </summary>
    public static List<IEvent> Queue(
        Wanted wanted, Range indices, PlacementAccount account, DateTimeOffset until, DateTimeOffset now) =>
    [
        .. Enumerable.Range(indices.Start.Value, indices.End.Value - indices.Start.Value)
            .Select(index => wanted.Task(index, now) with
            {
                WaitsUntil = until,
                Account = index == indices.Start.Value ? account : null,
            }),
    ];

    /// <summary>The choice of a task that is placed while others, which came earlier, go on waiting.</summary>
    public static PlacementChoice Passing(ClusterState cluster, PlacementChoice choice, long? arrival = null)
    {
        var passed = arrival is { } mine
            ? cluster.Waiting.ByArrival.Keys.TakeWhile(other => other < mine).Count()
            : cluster.Waiting.Count;
        return passed == 0 ? choice : choice with { Passed = passed };
    }

    /// <summary>Places the tasks that a decision's changes have cured.</summary>
    /// <param name="before">The state in front of the decision.</param>
    /// <param name="after">The state behind it.</param>
    /// <param name="placer">Looks for places.</param>
    /// <param name="now">The moment of deciding.</param>
    public static List<IEvent> Wake(FleetState before, FleetState after, IPlacer placer, DateTimeOffset now)
    {
        var events = new List<IEvent>();
        foreach (var arn in before.Waiting.Intersect(after.Waiting))
        {
            after = WakeIn(arn, before.Clusters[arn].Instances, after, placer, now, events);
        }

        return events;
    }

    /// <summary>Whether a wait has lasted long enough.</summary>
    public static bool IsAnyOver(FleetState fleet, DateTimeOffset now) =>
        fleet.Waiting.Any(cluster => fleet.Clusters[cluster].Waiting.Due.Min.At <= now);

    /// <summary>Ends the waits that have lasted long enough.</summary>
    public static Decision Decide(FleetState fleet, ObserveTime _, DateTimeOffset now)
    {
        var over = fleet.Waiting
            .Select(arn => fleet.Clusters[arn])
            .SelectMany(cluster => cluster.Waiting.Due.TakeWhile(due => due.At <= now)
                .Select(due => fleet.Tasks[cluster.Waiting.ByArrival[due.Arrival]]));
        return Decision.Accept(null, [.. over.Select(task => GivenUp(task, now))]);
    }

    private static TaskStopped GivenUp(TaskState task, DateTimeOffset now) => new()
    {
        TaskArn = task.Origin.TaskArn,
        StopCode = StopCode.TaskFailedToStart,
        Reason = $"No room was found within {(task.Waiting!.Until - task.CreatedAt).TotalSeconds:0} s",
        At = now,
    };

    private static FleetState WakeIn(
        string clusterArn,
        InstanceTable before,
        FleetState fleet,
        IPlacer placer,
        DateTimeOffset now,
        List<IEvent> events)
    {
        var changed = new HashSet<string>(StringComparer.Ordinal);
        InstanceTable.Compare(before, fleet.Clusters[clusterArn].Instances, (_, instance) =>
        {
            if (instance is not null) changed.Add(instance.Arn);
        });
        if (changed.Count == 0) return fleet;

        // A place that was given changes an instance too, which may cure whoever wants to be near that task: so all are
        // looked at again until nobody finds a place.
        for (var found = true; found;)
        {
            found = false;
            var hopeless = new HashSet<string>(StringComparer.Ordinal);
            while (Next(fleet.Clusters[clusterArn].Waiting, hopeless) is { } next)
            {
                var cluster = fleet.Clusters[clusterArn];
                var task = fleet.Tasks[next.Task];
                var request = PlacementRequest.Of(task.Origin);
                if (!IsCured(cluster, changed, request) || placer.Choose(cluster, request) is not { } place)
                {
                    hopeless.Add(next.Request);
                    continue;
                }

                var choice = Passing(cluster, place.Choice, next.Arrival);
                events.Add(Wanted.Placed(task.Origin, place.Instance.Arn, choice, now));
                fleet = fleet.Apply(events[^1]);
                changed.Add(place.Instance.Arn);
                found = true;
            }
        }

        return fleet;
    }

    /// <summary>Whether an instance that changed can have the task: no other could before, and none can now.</summary>
    private static bool IsCured(ClusterState cluster, HashSet<string> changed, PlacementRequest request) =>
        changed.Any(arn => cluster.Instances.TryGetValue(arn, out var instance) && Filters.Pass(instance, request));

    /// <summary>
    /// The first by arrival of those for whom there is hope. One look answers for all that ask for the same.
    /// </summary>
    private static (long Arrival, string Task, string Request)? Next(WaitingLine line, HashSet<string> hopeless)
    {
        (long Arrival, string Task, string Request)? next = null;
        foreach (var (request, tasks) in line.ByRequest)
        {
            if (hopeless.Contains(request)) continue;

            var (arrival, task) = tasks.First();
            if (next is null || arrival < next.Value.Arrival) next = (arrival, task, request);
        }

        return next;
    }
}
