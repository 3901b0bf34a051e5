using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Ecs.Model.Fleet;

/// <summary>
/// The tasks of a cluster that the working state holds, by ARN in ordinal order. It never changes in place, but for an
/// open one: see <see cref="FleetState.Open"/>.
/// </summary>
public sealed class TaskTable
{
    private readonly ImmutableSortedDictionary<string, TaskState> _closed;

    /// <summary>
    /// What has changed since it was opened, in no order, which the one who folds does not ask for: null for those that
    /// were removed. Null where it is closed.
    /// </summary>
    private readonly Dictionary<string, TaskState?>? _changed;

    private TaskTable(
        ImmutableSortedDictionary<string, TaskState> closed, Dictionary<string, TaskState?>? changed = null) =>
        (_closed, _changed) = (closed, changed);

    /// <summary>No tasks.</summary>
    public static TaskTable Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, TaskState>(StringComparer.Ordinal));

    /// <summary>The table of these tasks.</summary>
    /// <exception cref="ArgumentException">Two of them have one ARN, and differ.</exception>
    public static TaskTable Of(IEnumerable<TaskState> tasks) =>
        new(Empty._closed.AddRange(tasks.Select(task => KeyValuePair.Create(task.Origin.TaskArn, task))));

    /// <summary>How many there are.</summary>
    public int Count => ByArn.Count;

    /// <summary>The ARNs, in their order.</summary>
    public IEnumerable<string> Keys => ByArn.Keys;

    /// <summary>The tasks, in the order of their ARNs.</summary>
    public IEnumerable<TaskState> Values => ByArn.Values;

    /// <summary>The tasks with their ARNs, in the order of these.</summary>
    public IReadOnlyDictionary<string, TaskState> ByArn => Close()._closed;

    /// <summary>The task of an ARN.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public TaskState this[string arn] =>
        TryGetValue(arn, out var task) ? task : throw new KeyNotFoundException($"the cluster holds no {arn}");

    /// <inheritdoc cref="FleetState.Open"/>
    public TaskTable Open() => new(_closed, new Dictionary<string, TaskState?>(StringComparer.Ordinal));

    /// <inheritdoc cref="FleetState.Close"/>
    public TaskTable Close()
    {
        if (_changed is null) return this;

        var tasks = _closed.ToBuilder();
        foreach (var (arn, task) in _changed)
        {
            if (task is null) tasks.Remove(arn);
            else tasks[arn] = task;
        }

        return new TaskTable(tasks.ToImmutable());
    }

    /// <summary>The task of an ARN; false where there is none.</summary>
    public bool TryGetValue(string arn, [NotNullWhen(true)] out TaskState? task) =>
        _changed is not null && _changed.TryGetValue(arn, out task)
            ? task is not null
            : _closed.TryGetValue(arn, out task);

    /// <summary>The task of an ARN; null where there is none.</summary>
    public TaskState? GetValueOrDefault(string arn) => TryGetValue(arn, out var task) ? task : null;

    /// <summary>The table with a task as it is now, new or known.</summary>
    public TaskTable SetItem(TaskState task)
    {
        if (_changed is null) return new TaskTable(_closed.SetItem(task.Origin.TaskArn, task));

        _changed[task.Origin.TaskArn] = task;
        return this;
    }

    /// <summary>The table with tasks as they are now, new or known.</summary>
    public TaskTable SetItems(IEnumerable<TaskState> tasks) =>
        tasks.Aggregate(this, (table, task) => table.SetItem(task));

    /// <summary>The table without a task.</summary>
    public TaskTable Remove(string arn)
    {
        if (_changed is null) return new TaskTable(_closed.Remove(arn));

        if (_closed.ContainsKey(arn)) _changed[arn] = null;
        else _changed.Remove(arn);
        return this;
    }
}
