using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;
using Ecs.Rules.Placement;

namespace Ecs.Rules.Tasks;

/// <summary>
/// The rules of waiting for room. No task waits that could be placed: whatever changes an instance wakes those that it
/// cures, by arrival. So a task may pass others that came earlier, since they do not fit where it does, and says so.
/// </summary>
public static class WaitingForRoom
{
    /// <summary>The most tasks that wait in one cluster: they are state, and each change looks at them.</summary>
    public const int Most = 10_000;

    /// <summary>The most waits that one look at the time ends; the next look, a second later, ends the rest.</summary>
    public const int MostEnded = 1_000;

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
        Wanted wanted,
        (int First, int Count) indices,
        PlacementAccount account,
        DateTimeOffset until,
        DateTimeOffset now) =>
    [
        .. Enumerable.Range(indices.First, indices.Count).Select(index => wanted.Draft(index, now) with
        {
            WaitsUntil = until,
            Account = index == indices.First ? account : null,
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
                .Select(due => fleet.Tasks[cluster.Waiting.ByArrival[due.Arrival]]))
            .Take(MostEnded);
        return Decision.Accept(null, [.. over.Select(task => GivenUp(task, now))]);
    }

    private static TaskStopped GivenUp(TaskState task, DateTimeOffset now)
    {
        var waited = (task.Waiting!.Until - task.CreatedAt).TotalSeconds;
        return StopReasons.Ended(task, StopCode.TaskFailedToStart, $"No room was found within {waited:0} s", now);
    }

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

        // A place that was given changes an instance too, which may cure whoever wants to be near that task: so those
        // who are left are looked at again, for the sake of these instances.
        while (changed.Count > 0)
        {
            var cluster = fleet.Clusters[clusterArn];
            var cured = Cured(fleet, cluster, changed);
            changed.Clear();
            while (cured.TryDequeue(out var request, out _))
            {
                cluster = fleet.Clusters[clusterArn];
                var (arrival, arn) = cluster.Waiting.ByRequest[request.Key].First();
                var task = fleet.Tasks[arn].Origin;
                if (placer.Choose(cluster, request.Asked with { Seed = arn }) is not { } place) continue;

                events.Add(Wanted.Placed(
                    task, place.Instance.Arn, Passing(cluster, place.Choice, arrival), now));
                fleet = fleet.Apply(events[^1]);
                changed.Add(place.Instance.Arn);
                if (fleet.Clusters[clusterArn].Waiting.ByRequest.TryGetValue(request.Key, out var others))
                {
                    cured.Enqueue(request, others.First().Key);
                }
            }
        }

        return fleet;
    }

    /// <summary>
    /// Those for whom there is hope, by the arrival of their first: no instance could have them before, so only one
    /// that changed can now. One look answers for all that ask for the same.
    /// </summary>
    private static PriorityQueue<(string Key, PlacementRequest Asked), long> Cured(
        FleetState fleet, ClusterState cluster, HashSet<string> changed)
    {
        var instances = changed.Select(cluster.Instances.Find).OfType<InstanceState>().ToList();
        var cured = new PriorityQueue<(string Key, PlacementRequest Asked), long>();
        foreach (var (key, tasks) in cluster.Waiting.ByRequest)
        {
            var (arrival, arn) = tasks.First();
            var task = fleet.Tasks[arn].Origin;

            // Room first: reading the rules costs more, and most who wait lack room.
            var room = new PlacementRequest { Needs = task.Reserved, Group = task.Group };
            if (!instances.Exists(instance => Filters.Pass(instance, room))) continue;

            var asked = PlacementRequest.Of(task);
            if (instances.Exists(instance => Filters.Pass(instance, asked))) cured.Enqueue((key, asked), arrival);
        }

        return cured;
    }
}
