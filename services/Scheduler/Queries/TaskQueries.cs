using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Scheduler.Clusters;
using Ecs.Scheduler.ContainerInstances;
using Ecs.Scheduler.Tasks;

namespace Ecs.Scheduler.Queries;

/// <summary>
/// DescribeTasks: from the working state, and for what that has forgotten from the task's own stream.
/// </summary>
internal sealed class TaskQueries(EventLog log)
{
    /// <summary>Shows tasks however long ago they stopped: history never expires.</summary>
    public async Task<Decision> AnswerAsync(FleetState fleet, DescribeTasks query, CancellationToken token)
    {
        if (!ClusterDecisions.TryFind(fleet, query, query.Cluster, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (Naming.Wrong(query.Tasks, DescribeTasks.MaxTasks, "tasks") is { } wrong) return Decision.Refuse(wrong);

        var named = query.Tasks!;
        var arns = named.Select(name => Stopping.ArnOf(query, cluster.Name, name)).ToList();
        var older = await OlderAsync(arns.Where(arn => arn is not "" && !fleet.Tasks.ContainsKey(arn)), token);
        var found = new List<TaskDescription>();
        var failures = new List<Failure>();
        foreach (var (name, arn) in named.Zip(arns))
        {
            if ((fleet.Tasks.GetValueOrDefault(arn) ?? older.GetValueOrDefault(arn)) is { } task)
            {
                found.Add(fleet.Describe(task));
            }
            else
            {
                failures.Add(new Failure(arn is "" ? name : arn, Naming.Missing));
            }
        }

        return Decision.Accept(new TasksResult(found, failures));
    }

    private async Task<Dictionary<string, TaskState>> OlderAsync(IEnumerable<string> arns, CancellationToken token)
    {
        var tasks = new Dictionary<string, TaskState>(StringComparer.Ordinal);
        var wanted = arns.Distinct(StringComparer.Ordinal).ToDictionary(arn => arn, _ => 0L, StringComparer.Ordinal);
        if (wanted.Count == 0) return tasks;

        foreach (var stored in await log.ReadStreamsAsync(wanted, token))
        {
            if (stored.Data is { } e && TaskState.Fold(tasks.GetValueOrDefault(stored.Stream), e) is { } task)
            {
                tasks[stored.Stream] = task;
            }
        }

        return tasks;
    }
}
