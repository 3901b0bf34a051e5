using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;
using Ecs.Rules.Placement;
using Ecs.Rules.Tasks;

namespace Ecs.Auditor.Simulating;

/// <summary>
/// Measures what would have been: what was asked for comes when it came, is placed by the Scheduler's own rules of
/// placing and waiting, and holds its place as long as it did. No clock, no chance, nothing is written.
/// </summary>
/// <remarks>
/// Tasks that ran before the span stay where they were; on another fleet they are placed anew at its beginning. On the
/// fleet that was, instances come, go and change as they did, and a task ends with an instance that is taken out by
/// force. At one instant things happen in the order in which the log has them, waits end last.
/// </remarks>
internal sealed class Simulation
{
    private readonly Question _question;
    private readonly Course _course;
    private readonly IndexPlacer _placer = new();
    private readonly PriorityQueue<Action, (DateTimeOffset At, long Order, long Number)> _next = new();
    private DateTimeOffset _now;
    private long _number;

    private Simulation(Question question)
    {
        _question = question;
        _course = new Course(question);
        _now = question.Span.Begins;
        PlanDemands(question.Asked.Demands);
        if (question.Fleet is not null) return;

        foreach (var e in question.Span.Events.Where(e => e.Data is not (TaskBegun or TaskReported)))
        {
            Plan(e.At, e.Position, () => Change(e.Data));
        }
    }

    /// <summary>Plays a span as it would have been.</summary>
    /// <param name="question">What is to be simulated.</param>
    /// <param name="watch">Sees the cluster after each instant's happenings; for tests.</param>
    /// <param name="ct">Gives up.</param>
    public static (Outcome Outcome, IReadOnlyList<Measures.Point> Points) Play(
        Question question, Action<ClusterState>? watch, CancellationToken ct)
    {
        var simulation = new Simulation(question);
        simulation.Run(watch, ct);
        return (simulation._course.End(question.Span.Ends), simulation._course.Measures.Points);
    }

    private void Run(Action<ClusterState>? watch, CancellationToken ct)
    {
        while (_next.TryDequeue(out var happening, out var when) && when.At <= _question.Span.Ends)
        {
            ct.ThrowIfCancellationRequested();
            _now = when.At;
            var before = _course.Fleet;
            happening();
            foreach (var placed in WaitingForRoom.Wake(before, _course.Fleet, _placer, _now)) Place((TaskPlaced)placed);
            watch?.Invoke(_course.Cluster);
        }
    }

    // The tasks of one command come together: who waits is looked at when all of them have been.
    private void PlanDemands(IReadOnlyList<Demand> demands)
    {
        for (var i = 0; i < demands.Count;)
        {
            var first = demands[i];
            var together = new List<Demand>();
            do together.Add(demands[i++]);
            while (i < demands.Count
                && first.Command is not null
                && demands[i].Command == first.Command
                && demands[i].At == first.At);

            if (!first.IsCarried || _question.Fleet is not null)
            {
                Plan(first.At, first.Order, () => together.ForEach(Ask));
            }
            else if (_course.Holds(first.Draft.TaskArn))
            {
                PlanEnd(first);
            }
        }
    }

    private void Plan(DateTimeOffset at, long order, Action happening) =>
        _next.Enqueue(happening, (at, order, _number++));

    private void Ask(Demand demand)
    {
        var on = _question.Fleet is null ? demand.On : null;
        var draft = demand.Draft with
        {
            Strategies = on is null && _question.Strategies is { } others ? others : demand.Draft.Strategies,
            WaitsUntil = demand.Until ?? _now,
            At = _now,
        };
        if (Find(draft, on) is { } place)
        {
            Place(Wanted.Placed(draft, place.Instance.Arn, place.Choice, _now));
        }
        else if (demand.Until is not { } until)
        {
            if (demand.IsCarried) _course.Measures.Displaced++;
            else _course.Measures.Failed++;
        }
        else
        {
            _course.Apply(draft, _now);
            Plan(until, long.MaxValue, () => GiveUp(demand, StopCode.TaskFailedToStart));
            if (demand.Withdrawn is { } gone)
            {
                Plan(gone, demand.Stopped!.Position, () => GiveUp(demand, StopCode.UserInitiated));
            }
        }
    }

    private Place? Find(TaskQueued draft, string? on)
    {
        var request = PlacementRequest.Of(draft);
        if (on is null) return _placer.Choose(_course.Cluster, request);

        return _course.Cluster.Instances.Find(on) is { } instance && Filters.Pass(instance, request)
            ? new Place(instance, Course.Named(_course.Cluster))
            : null;
    }

    private void Place(TaskPlaced placed)
    {
        _course.Apply(placed, _now);
        PlanEnd(_course.DemandOf(placed.TaskArn)!);
    }

    // Ends where it ended if it began where it began; whoever stopped a task that waited stops it where it is.
    private void PlanEnd(Demand demand)
    {
        var arn = demand.Draft.TaskArn;
        if (demand.Starts is { } starts)
        {
            Plan(_now + starts, demand.Stopped?.Position - 1 ?? 0, () => Start(arn));
        }

        var end = demand.Withdrawn ?? _now + demand.Runs;
        if (end is not { } at) return;

        Plan(at < _now ? _now : at, at == demand.Stopped?.At ? demand.Stopped.Position : 0, () => End(arn));
    }

    private void Start(string arn)
    {
        if (_course.Holds(arn)) _course.Apply(new TaskRunning { TaskArn = arn, At = _now }, _now);
    }

    private void End(string arn)
    {
        if (_course.Holds(arn)) Stop(arn, StopCode.EssentialContainerExited);
    }

    private void GiveUp(Demand demand, StopCode code)
    {
        if (!_course.Waits(demand.Draft.TaskArn)) return;

        if (code is StopCode.TaskFailedToStart) _course.Measures.Failed++;
        else _course.Measures.Withdrawn++;

        Stop(demand.Draft.TaskArn, code);
    }

    private void Stop(string arn, StopCode code) => _course.Apply(
        StopReasons.Ended(_course.Cluster.Tasks[arn], code, StopReasons.Of(code), _now), _now);

    private void Change(IEvent e)
    {
        if (!FleetChange.IsOne(e, _course.Fleet)) return;

        if (e is ContainerInstanceDeregistered gone)
        {
            foreach (var task in _course.Cluster.Instances.Find(gone.ContainerInstanceArn)!.Tasks) End(task);
        }

        _course.Apply(e, _now);
    }
}
