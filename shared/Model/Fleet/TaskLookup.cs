using System.Diagnostics.CodeAnalysis;

namespace Ecs.Model.Fleet;

/// <summary>
/// The tasks that the working state holds, by ARN: those of all clusters. Each cluster keeps its own, and an ARN says
/// which it is.
/// </summary>
/// <param name="fleet">The state.</param>
public readonly struct TaskLookup(FleetState fleet)
{
    private const string Kind = ":task/";

    /// <summary>The task of an ARN.</summary>
    /// <exception cref="KeyNotFoundException">The working state does not hold it.</exception>
    public TaskState this[string arn] =>
        TryGetValue(arn, out var task) ? task : throw new KeyNotFoundException($"{arn} is not in the working state");

    /// <summary>All of them, by cluster and ARN.</summary>
    public IEnumerable<TaskState> Values => fleet.Clusters.Values.SelectMany(cluster => cluster.Tasks.Values);

    /// <summary>Their ARNs, by cluster and ARN.</summary>
    public IEnumerable<string> Keys => fleet.Clusters.Values.SelectMany(cluster => cluster.Tasks.Keys);

    /// <summary>How many there are.</summary>
    public int Count => fleet.Clusters.Values.Sum(cluster => cluster.Tasks.Count);

    /// <summary>The task of an ARN; false where the working state does not hold it.</summary>
    public bool TryGetValue(string arn, [NotNullWhen(true)] out TaskState? task)
    {
        task = null;
        return ClusterOf(arn) is { } name
            && fleet.Clusters.TryGetValue(name, out var cluster)
            && cluster.Tasks.TryGetValue(arn, out task);
    }

    /// <summary>The task of an ARN; null where the working state does not hold it.</summary>
    public TaskState? GetValueOrDefault(string arn) => TryGetValue(arn, out var task) ? task : null;

    /// <summary>Whether the working state holds the task of an ARN.</summary>
    public bool ContainsKey(string arn) => TryGetValue(arn, out _);

    /// <summary>The ARN of the cluster of a task's ARN; null where it is no task's.</summary>
    internal static string? ClusterOf(string taskArn)
    {
        var kind = taskArn.IndexOf(Kind, StringComparison.Ordinal);
        var end = taskArn.LastIndexOf('/');
        var name = kind + Kind.Length;
        return kind < 0 || end < name
            ? null
            : string.Concat(taskArn.AsSpan(0, kind), ":cluster/", taskArn.AsSpan(name, end - name));
    }
}
