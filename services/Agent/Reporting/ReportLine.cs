using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;

namespace Ecs.Agent.Reporting;

/// <summary>
/// The levels that wait to be told: the newest of each task, in the order in which the tasks began to wait. Those of
/// tasks whose report was refused by itself wait apart, so that they hold nobody else.
/// </summary>
internal sealed class ReportLine
{
    private readonly Lock _writing = new();
    private readonly Dictionary<string, TaskObservation> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _apart = new(StringComparer.Ordinal);
    private readonly Queue<string> _line = new();
    private readonly Queue<string> _apartLine = new();

    /// <summary>Whether as many wait as can be told together.</summary>
    public bool IsFull
    {
        get
        {
            lock (_writing) return _line.Count >= SubmitTaskStates.MaxTasks;
        }
    }

    /// <summary>Takes a level over; an older one that was not sent yet is dropped for it.</summary>
    /// <returns>Whether it waits apart.</returns>
    public bool Add(TaskObservation observation)
    {
        lock (_writing)
        {
            var task = observation.TaskArn;
            if (!_waiting.ContainsKey(task)) (_apart.Contains(task) ? _apartLine : _line).Enqueue(task);
            _waiting[task] = observation;
            return _apart.Contains(task);
        }
    }

    /// <summary>
    /// The next to be told together, at most <see cref="SubmitTaskStates.MaxTasks"/>; none where nobody waits.
    /// </summary>
    public List<TaskObservation> Take()
    {
        lock (_writing)
        {
            var batch = new List<TaskObservation>();
            while (batch.Count < SubmitTaskStates.MaxTasks && _line.TryDequeue(out var task))
            {
                if (_apart.Contains(task)) _apartLine.Enqueue(task);
                else if (_waiting.Remove(task, out var observation)) batch.Add(observation);
            }

            return batch;
        }
    }

    /// <summary>The next of those that wait apart, to be told alone; null where there is none.</summary>
    public TaskObservation? TakeApart()
    {
        lock (_writing)
        {
            return _apartLine.TryDequeue(out var task) && _waiting.Remove(task, out var observation)
                ? observation
                : null;
        }
    }

    /// <summary>It was refused by itself: it, or what is newer, waits apart.</summary>
    public void SetApart(TaskObservation refused)
    {
        lock (_writing)
        {
            _apart.Add(refused.TaskArn);

            // What is newer stands in a line already.
            if (_waiting.TryAdd(refused.TaskArn, refused)) _apartLine.Enqueue(refused.TaskArn);
        }
    }

    /// <summary>A level of a task that waited apart was accepted: the next ones go with the others again.</summary>
    public void Rejoin(string task)
    {
        lock (_writing)
        {
            // Not before what still waits apart was told, or it could be overtaken.
            if (!_waiting.ContainsKey(task)) _apart.Remove(task);
        }
    }
}
