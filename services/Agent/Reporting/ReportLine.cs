using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;

namespace Ecs.Agent.Reporting;

/// <summary>
/// The levels that wait to be told: the newest of each task, in the order in which they came to be, whatever the order
/// in which they were seen. Those of tasks whose report was refused by itself wait apart, so that they hold nobody
/// else.
/// </summary>
internal sealed class ReportLine
{
    private readonly Lock _writing = new();
    private readonly Dictionary<string, TaskObservation> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _apart = new(StringComparer.Ordinal);
    private readonly HashSet<string> _line = new(StringComparer.Ordinal);
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
            var isApart = _apart.Contains(task);
            if (!isApart) _line.Add(task);
            else if (!_waiting.ContainsKey(task)) _apartLine.Enqueue(task);

            _waiting[task] = observation;
            return isApart;
        }
    }

    /// <summary>
    /// The next to be told together, at most <see cref="SubmitTaskStates.MaxTasks"/>; none where nobody waits.
    /// </summary>
    public List<TaskObservation> Take()
    {
        lock (_writing)
        {
            var batch = _line.Select(task => _waiting[task])
                .OrderBy(HappenedAt)
                .ThenBy(observation => observation.TaskArn, StringComparer.Ordinal)
                .Take(SubmitTaskStates.MaxTasks)
                .ToList();
            foreach (var told in batch)
            {
                _line.Remove(told.TaskArn);
                _waiting.Remove(told.TaskArn);
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

            // What is newer has its place in the line already, or waits apart.
            var isNew = _waiting.TryAdd(refused.TaskArn, refused);
            if (_line.Remove(refused.TaskArn) || isNew) _apartLine.Enqueue(refused.TaskArn);
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

    /// <summary>
    /// When it came to be what it is. An Agent that comes back sees what happened meanwhile in any order, and Docker
    /// tells when each was.
    /// </summary>
    internal static DateTimeOffset? HappenedAt(TaskObservation told) =>
        told.StoppedAt ?? told.StartedAt ?? told.ObservedAt;
}
