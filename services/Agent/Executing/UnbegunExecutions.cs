using Ecs.Contracts.Agents;

namespace Ecs.Agent.Executing;

/// <summary>
/// Executions that the log has open, and that this Agent knows nothing of: whoever asked for them, or the Agent, died
/// between the entry in the log and the word to run them. Each is told as ended when that word cannot come any more.
/// </summary>
/// <remarks>
/// An entry is written after an Agent was ready, and seen here after it was written. So whatever conversation could
/// bring the word has given it, or is refused, once <see cref="Execute.GoTime"/> has gone by since it was seen.
/// </remarks>
internal sealed class UnbegunExecutions(ExecutionReports reports, TimeProvider clock, ILogger log)
{
    /// <summary>What stands in the history then.</summary>
    internal const string Unknown =
        "Its Agent knows nothing of it: it was never begun, or what the Agent kept of it was lost.";

    private Dictionary<string, long> _seen = [];

    /// <summary>Looks through a full list. Lists come one after another.</summary>
    public void Compare(Assignments list)
    {
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var task in list.Tasks)
        {
            foreach (var id in task.Executions ?? [])
            {
                // The time first, and then whether it is known: see Execution.
                var first = _seen.TryGetValue(id, out var before) ? before : clock.GetTimestamp();
                var isOver = clock.GetElapsedTime(first) >= Execute.GoTime;
                if (reports.IsKnown(id)) continue;

                if (isOver) End(id, task.TaskArn);
                else seen[id] = first;
            }
        }

        _seen = seen;
    }

    private void End(string id, string taskArn)
    {
        log.LogWarning("The log has execution {Id} open, which is not known here: it is told as ended.", id);
        var execution = new OpenExecution { Id = id, TaskArn = taskArn, RuntimeId = "" };
        reports.Tell(execution.Ended(null, Unknown));
    }
}
