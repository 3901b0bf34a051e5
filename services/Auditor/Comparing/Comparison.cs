using Ecs.Auditor.Past;
using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Comparing;

/// <summary>
/// Gathers what a stretch of the log changes, event by event. Tasks are folded by themselves: one that began and ended
/// within the stretch may be in neither state.
/// </summary>
internal sealed class Comparison
{
    private readonly Dictionary<string, TaskChange> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredEvent> _others = new(StringComparer.Ordinal);
    private readonly List<StoredEvent> _definitions = [];
    private readonly FleetState _before;
    private readonly PlaceAsked _asked;
    private FleetState _after;
    private bool _isSeen;

    /// <summary>Begins at a state, and tells what is different in the place that is asked about.</summary>
    public Comparison(FleetState before, PlaceAsked asked)
    {
        _before = _after = before;
        _asked = asked;
    }

    /// <summary>Goes one event on.</summary>
    /// <exception cref="UnknownEventException">This version does not know it.</exception>
    public void Add(StoredEvent e)
    {
        var data = e.Data ?? throw new UnknownEventException(e.Name, e.Position);
        _after = _after.After(e);
        if (!_asked.Holds(e.Stream)) return;

        _isSeen = true;
        var kind = Arn.Parse(e.Stream).Kind;
        if (kind is ResourceKind.TaskDefinition) _definitions.Add(e);
        else if (kind is not ResourceKind.Task) _others[e.Stream] = e;
        else AddToTask(e, data);
    }

    /// <summary>Whether what is asked about was there at all: a cluster that nobody made has no differences.</summary>
    public bool IsAskedThere => _asked.Cluster is null
        || _isSeen
        || _before.Clusters.Keys.Any(_asked.Holds);

    /// <summary>The differences: each with the event that made it.</summary>
    public Differences Result()
    {
        var tasks = _tasks.Values.ToList();
        return new Differences(
            [.. tasks.Where(t => t.Placed is not null && t.Before is null).Select(t => new Difference(t.Placed!, []))],
            [.. tasks.Where(t => t.Stopped is not null).Select(t => new Difference(t.Stopping ?? t.Stopped!, []))],
            [.. tasks.Where(t => t.Placed is not null && t.Before is not null).Select(
                t => new Difference(t.Placed!, t.Fields(_after)))],
            [
                .. tasks.Where(t => t.Stopped is null && (t.Placed is null || t.Last != t.Placed))
                    .Select(t => new Difference(t.Last, t.Fields(_after))),
                .. _others.Values.Select(Compare).OfType<Difference>(),
                .. _definitions.Select(e => new Difference(e, [])),
            ]);
    }

    private void AddToTask(StoredEvent e, IEvent data)
    {
        var change = _tasks.GetValueOrDefault(e.Stream)
            ?? new TaskChange(_before.Tasks.GetValueOrDefault(e.Stream), e);
        _tasks[e.Stream] = change with
        {
            After = TaskState.Fold(change.After, data),
            Last = e,
            Placed = data is TaskPlaced ? e : change.Placed,
            Stopping = data is TaskStopping ? e : change.Stopping,
            Stopped = data is TaskStopped ? e : change.Stopped,
        };
    }

    private Difference? Compare(StoredEvent last)
    {
        var fields = FieldChanges.Between(Shape(_before, last.Stream), Shape(_after, last.Stream), "version");
        return fields.Count == 0 ? null : new Difference(
            last, Shape(_before, last.Stream) is null ? [] : fields);
    }

    private static object? Shape(FleetState state, string arn) =>
        state.Clusters.TryGetValue(arn, out var cluster) ? cluster.Describe() : state.FindInstance(arn)?.Describe();

    private sealed record TaskChange(TaskState? Before, StoredEvent Last)
    {
        public TaskState? After { get; init; } = Before;

        public StoredEvent? Placed { get; init; }

        public StoredEvent? Stopping { get; init; }

        public StoredEvent? Stopped { get; init; }

        // Both as one fleet shows them: what became of the instance is the instance's own difference.
        public IReadOnlyList<FieldChange> Fields(FleetState fleet) => Before is null || After is null
            ? []
            : FieldChanges.Between(fleet.Describe(Before), fleet.Describe(After), "version");
    }
}

/// <summary>One difference: the event that made it, and the members that have other values since.</summary>
internal sealed record Difference(StoredEvent Made, IReadOnlyList<FieldChange> Fields);

/// <summary>All differences between two moments.</summary>
internal sealed record Differences(
    IReadOnlyList<Difference> Started,
    IReadOnlyList<Difference> Stopped,
    IReadOnlyList<Difference> Moved,
    IReadOnlyList<Difference> Changed);
