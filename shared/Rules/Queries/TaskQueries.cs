using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules.Clusters;
using Ecs.Rules.ContainerInstances;
using Ecs.Rules.Tasks;

namespace Ecs.Rules.Queries;

/// <summary>
/// DescribeTasks: from the working state, and for what that has forgotten from the task's own stream, which the asker
/// reads: history never expires.
/// </summary>
public static class TaskQueries
{
    /// <summary>
    /// The tasks that a query names and the state does not hold, whose streams are to be read up to the state's
    /// position.
    /// </summary>
    public static IReadOnlyCollection<string> Forgotten(FleetState fleet, Command query)
    {
        if (query is not DescribeTasks { Tasks: { } named } describe
            || named.Count > DescribeTasks.MaxTasks
            || named.Any(string.IsNullOrEmpty)
            || !ClusterDecisions.TryFind(fleet, query, describe.Cluster, out var cluster, out _))
        {
            return [];
        }

        return
        [
            .. named.Select(name => Stopping.ArnOf(query, cluster.Name, name))
                .Where(arn => arn is not "" && !fleet.Tasks.ContainsKey(arn))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>The tasks of these events, by ARN; what is unknown or no task's is passed over.</summary>
    public static IReadOnlyDictionary<string, TaskState> Fold(IEnumerable<(string Stream, IEvent? Data)> events)
    {
        var tasks = new Dictionary<string, TaskState>(StringComparer.Ordinal);
        foreach (var (stream, data) in events)
        {
            if (data is { } e && TaskState.Fold(tasks.GetValueOrDefault(stream), e) is { } task) tasks[stream] = task;
        }

        return tasks;
    }

    /// <summary>Shows tasks however long ago they stopped.</summary>
    /// <param name="fleet">The state.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="older">Of the tasks that are <see cref="Forgotten"/> those that there are.</param>
    public static Decision Answer(
        FleetState fleet, DescribeTasks query, IReadOnlyDictionary<string, TaskState> older)
    {
        if (!ClusterDecisions.TryFind(fleet, query, query.Cluster, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (Naming.Wrong(query.Tasks, DescribeTasks.MaxTasks, "tasks") is { } wrong) return Decision.Refuse(wrong);

        if (Inclusion.Wrong(query.Include, Inclusion.Tags) is { } unknown) return Decision.Refuse(unknown);

        var found = new List<TaskDescription>();
        var failures = new List<Failure>();
        foreach (var name in query.Tasks!)
        {
            var arn = Stopping.ArnOf(query, cluster.Name, name);
            if ((fleet.Tasks.GetValueOrDefault(arn) ?? older.GetValueOrDefault(arn)) is { } task)
            {
                var shown = fleet.Describe(task);
                found.Add(query.Include.Has(Inclusion.Tags) ? shown : shown with { Tags = [] });
            }
            else
            {
                failures.Add(new Failure(arn is "" ? name : arn, Naming.Missing));
            }
        }

        return Decision.Accept(new TasksResult(found, failures));
    }
}
