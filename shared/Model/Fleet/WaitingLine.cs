using System.Collections.Immutable;
using Ecs.Contracts;
using Ecs.Contracts.Events;

namespace Ecs.Model.Fleet;

/// <summary>
/// The tasks of a cluster that wait for room, by arrival, and apart by what they ask for: those that ask for the same
/// are cured by the same, so one look answers for all of them.
/// </summary>
public sealed record WaitingLine
{
    private static readonly ImmutableSortedDictionary<long, string> NoTasks =
        ImmutableSortedDictionary<long, string>.Empty;

    /// <summary>Nobody waits.</summary>
    public static WaitingLine Empty { get; } = new();

    /// <summary>How many have ever waited, which numbers the next one.</summary>
    public long Arrived { get; private init; }

    /// <summary>ARNs of the tasks that wait, by arrival.</summary>
    public ImmutableSortedDictionary<long, string> ByArrival { get; private init; } = NoTasks;

    /// <summary>The same, apart by the digest of what they ask for.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<long, string>> ByRequest { get; private init; } =
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<long, string>>(StringComparer.Ordinal);

    /// <summary>When the first of them gives up, by that moment and then by arrival.</summary>
    public ImmutableSortedSet<(DateTimeOffset At, long Arrival)> Due { get; private init; } = [];

    /// <summary>How many wait.</summary>
    public int Count => ByArrival.Count;

    /// <summary>Whether nobody waits.</summary>
    public bool IsEmpty => ByArrival.IsEmpty;

    /// <summary>The digest of what a task asks for: tasks with the same one fit on the same instances.</summary>
    public static string RequestOf(TaskBegun task) => CanonicalJson.Digest(new
    {
        task.Reserved,
        task.Group,
        task.Constraints,
        task.Strategies,
    });

    /// <summary>The line of which these tasks wait.</summary>
    /// <param name="arrived">How many have ever waited.</param>
    /// <param name="tasks">The tasks that wait, each with its place.</param>
    internal static WaitingLine Restore(long arrived, IEnumerable<TaskState> tasks)
    {
        var line = Empty;
        foreach (var task in tasks)
        {
            var (arrival, request, until) = task.Waiting!;
            (line, _) = (line with { Arrived = arrival - 1 }).Add(task.Origin.TaskArn, request, until);
        }

        return line with { Arrived = arrived };
    }

    /// <summary>The line with one more at its end, and the number of that one.</summary>
    public (WaitingLine Line, long Arrival) Add(string taskArn, string request, DateTimeOffset until)
    {
        var arrival = Arrived + 1;
        return (this with
        {
            Arrived = arrival,
            ByArrival = ByArrival.Add(arrival, taskArn),
            ByRequest = ByRequest.SetItem(
                request, ByRequest.GetValueOrDefault(request, NoTasks).Add(arrival, taskArn)),
            Due = Due.Add((until, arrival)),
        }, arrival);
    }

    /// <summary>The line without one that waits no longer.</summary>
    public WaitingLine Remove(long arrival, string request, DateTimeOffset until)
    {
        var rest = ByRequest[request].Remove(arrival);
        return this with
        {
            ByArrival = ByArrival.Remove(arrival),
            ByRequest = rest.IsEmpty ? ByRequest.Remove(request) : ByRequest.SetItem(request, rest),
            Due = Due.Remove((until, arrival)),
        };
    }
}
