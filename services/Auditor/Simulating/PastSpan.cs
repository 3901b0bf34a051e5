using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Simulating;

/// <summary>An event of a span of the log.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="At">When it happened, not before the one in front of it: clocks of several leaders differ.</param>
/// <param name="Causation">The id of the command that caused it.</param>
/// <param name="Data">What happened.</param>
internal sealed record PastEvent(long Position, DateTimeOffset At, string? Causation, IEvent Data);

/// <summary>What one cluster was before a span of the log, and what happened to it there.</summary>
internal sealed record PastSpan
{
    /// <summary>The cluster in front of the span, empty where it was not made yet.</summary>
    public required ClusterState Before { get; init; }

    /// <summary>The cluster's own events, in their order.</summary>
    public required IReadOnlyList<PastEvent> Events { get; init; }

    /// <summary>When the first event of the span happened, of whatever cluster.</summary>
    public required DateTimeOffset Begins { get; init; }

    /// <summary>When the last one did.</summary>
    public required DateTimeOffset Ends { get; init; }
}

/// <summary>Gathers a span event by event.</summary>
/// <param name="before">The state in front of it.</param>
/// <param name="cluster">The cluster that is asked about.</param>
internal sealed class SpanGathering(FleetState before, Arn cluster)
{
    private readonly List<PastEvent> _events = [];
    private FleetState? _state;
    private DateTimeOffset? _begins;
    private DateTimeOffset _last;
    private bool _wasMade = before.Clusters.ContainsKey(cluster.ToString());

    /// <summary>Goes one event on.</summary>
    /// <exception cref="UnknownEventException">This version does not know it.</exception>
    /// <exception cref="InvalidDataException">It contradicts what came before it.</exception>
    public void Add(StoredEvent e)
    {
        // Only for what it refuses: a span that was cut holds tasks that nobody has asked for.
        _state = (_state ?? before.Open()).After(e);
        var data = e.Data!;
        _begins ??= _last = data.At;
        if (data.At > _last) _last = data.At;
        if (!Arn.TryParse(e.Stream, out var arn)
            || arn.Scope != cluster.Scope
            || arn.ClusterName != cluster.Name)
        {
            return;
        }

        _wasMade |= data is ClusterCreated;
        _events.Add(new PastEvent(e.Position, _last, e.Causation, data));
    }

    /// <summary>What was gathered; null where there was no such cluster in all of the span.</summary>
    public PastSpan? Result()
    {
        var arn = cluster.ToString();
        return !_wasMade ? null : new PastSpan
        {
            Before = before.Clusters.GetValueOrDefault(arn)
                ?? new ClusterState { Arn = arn, Name = cluster.Name, Version = 0 },
            Events = _events,
            Begins = _begins ?? default,
            Ends = _last,
        };
    }
}
