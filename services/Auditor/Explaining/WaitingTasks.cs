using Ecs.Model.Fleet;

namespace Ecs.Auditor.Explaining;

/// <summary>The tasks of a cluster that wait for room in one state, and why each of them does.</summary>
internal sealed class WaitingTasks(FleetState state, ClusterState cluster)
{
    /// <summary>The most tasks of a line that are told one by one; of more the number says enough.</summary>
    public const int MaxTold = 5;

    // Tasks that ask for the same wait for the same reason.
    private readonly Dictionary<string, string> _whys = new(StringComparer.Ordinal);

    /// <summary>
    /// The tasks that came before one: all that wait where it does not wait itself, since whoever comes is last.
    /// </summary>
    public IReadOnlyList<string> Before(string taskArn)
    {
        var arrival = state.Tasks.GetValueOrDefault(taskArn)?.Waiting?.Arrival ?? long.MaxValue;
        return [.. cluster.Waiting.ByArrival.TakeWhile(other => other.Key < arrival).Select(other => other.Value)];
    }

    /// <summary>The first of some that wait, told.</summary>
    public IReadOnlyList<WaitingTask> Told(IReadOnlyList<string> arns) =>
        [.. arns.Take(MaxTold).Select(arn => Told(state.Tasks[arn]))];

    private WaitingTask Told(TaskState task)
    {
        var place = task.Waiting!;
        if (!_whys.TryGetValue(place.Request, out var why))
        {
            why = _whys[place.Request] = PlacementWords.Why(Searching.Account(cluster, task.Origin));
        }

        var origin = task.Origin;
        return new WaitingTask(
            origin.TaskArn, origin.TaskDefinitionArn, origin.Reserved, task.CreatedAt, place.Until, why);
    }
}
