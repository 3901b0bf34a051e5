using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Simulating;

/// <summary>
/// Counts what becomes of tasks and of room over a span. One measure for what was and for what would have been.
/// </summary>
/// <remarks>
/// <b>Stranded</b> cpu at a moment is the cpu that is free on instances that take tasks (ACTIVE, their Agents heard)
/// and whose memory is exhausted: less of it is free than the least that any task of the span needs. Stranded memory
/// is what is free where cpu is exhausted in the same sense. The mean is over time, from the beginning of the span to
/// its end.
/// </remarks>
internal sealed class Measures
{
    private readonly (int Cpu, int Memory) _least;
    private readonly List<double> _waits = [];
    private readonly List<Point> _points = [];
    private Room _now;
    private Room _peak;
    private (double Cpu, double Memory) _stranded;
    private readonly DateTimeOffset _begins;
    private DateTimeOffset _at;

    /// <summary>Begins with a cluster as it is in front of the span.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="begins">When the span begins.</param>
    /// <param name="least">The least cpu and the least memory that tasks of the span need.</param>
    public Measures(ClusterState cluster, DateTimeOffset begins, (int Cpu, int Memory) least)
    {
        (_least, _begins, _at) = (least, begins, begins);
        foreach (var instance in cluster.Instances.InNameOrder()) _now += Of(instance);
        _peak = _now;
        Mark();
    }

    /// <summary>What was reserved from a moment on.</summary>
    public readonly record struct Point(DateTimeOffset At, long Cpu, long Memory);

    /// <summary>Tasks that were refused, or gave up waiting.</summary>
    public int Failed { get; set; }

    /// <summary>Tasks whose owners stopped them while they waited.</summary>
    public int Withdrawn { get; set; }

    /// <summary>Tasks from before the span for which another fleet has no place.</summary>
    public int Displaced { get; set; }

    /// <summary>Everything that was reserved, in the order of time.</summary>
    public IReadOnlyList<Point> Points => _points;

    /// <summary>A task got its place.</summary>
    public void Placed(TimeSpan waited) => _waits.Add(waited.TotalSeconds);

    /// <summary>The cluster became another.</summary>
    public void Move(DateTimeOffset at, ClusterState before, ClusterState after)
    {
        if (ReferenceEquals(before.Instances, after.Instances)) return;

        Pass(at);
        InstanceTable.Compare(before.Instances, after.Instances, (older, newer) =>
        {
            if (older is not null) _now -= Of(older);
            if (newer is not null) _now += Of(newer);
        });
        _peak = _peak.Max(_now);
        Mark();
    }

    /// <summary>Ends the span.</summary>
    public Outcome End(DateTimeOffset at, int waiting)
    {
        Pass(at);
        _waits.Sort();
        var seconds = (at - _begins).TotalSeconds;
        return new Outcome
        {
            Placed = _waits.Count,
            Failed = Failed,
            Withdrawn = Withdrawn,
            Waiting = waiting,
            Displaced = Displaced,
            WaitP50 = Rank(0.5),
            WaitP99 = Rank(0.99),
            StrandedCpu = seconds > 0 ? Math.Round(_stranded.Cpu / seconds, 1) : _now.StrandedCpu,
            StrandedMemory = seconds > 0 ? Math.Round(_stranded.Memory / seconds, 1) : _now.StrandedMemory,
            PeakStrandedCpu = _peak.StrandedCpu,
            PeakStrandedMemory = _peak.StrandedMemory,
            PeakReservedCpu = _peak.Cpu,
            PeakReservedMemory = _peak.Memory,
            PeakInstances = _peak.Used,
            Instances = _peak.Instances,
            Cpu = _peak.HasCpu,
            Memory = _peak.HasMemory,
        };
    }

    private void Pass(DateTimeOffset at)
    {
        var seconds = (at - _at).TotalSeconds;
        _stranded.Cpu += _now.StrandedCpu * seconds;
        _stranded.Memory += _now.StrandedMemory * seconds;
        _at = at;
    }

    private void Mark()
    {
        var point = new Point(_at, _now.Cpu, _now.Memory);
        if (_points.Count > 0 && _points[^1].At == _at) _points[^1] = point;
        else _points.Add(point);
    }

    // Nearest rank: the least wait that so many of all are not longer than.
    private double? Rank(double share) =>
        _waits.Count == 0 ? null : Math.Round(_waits[(int)Math.Ceiling(share * _waits.Count) - 1], 3);

    private Room Of(InstanceState instance)
    {
        var takes = instance is { Status: InstanceStatus.Active, AgentConnected: true };
        return new Room(
            instance.ReservedCpu,
            instance.ReservedMemory,
            takes && instance.FreeMemory < _least.Memory ? Math.Max(0, instance.FreeCpu) : 0,
            takes && instance.FreeCpu < _least.Cpu ? Math.Max(0, instance.FreeMemory) : 0,
            instance.Tasks.IsEmpty ? 0 : 1,
            1,
            instance.Profile.Resources.Cpu,
            instance.Profile.Resources.Memory);
    }

    private readonly record struct Room(
        long Cpu,
        long Memory,
        long StrandedCpu,
        long StrandedMemory,
        int Used,
        int Instances,
        long HasCpu,
        long HasMemory)
    {
        public static Room operator +(Room a, Room b) => new(
            a.Cpu + b.Cpu,
            a.Memory + b.Memory,
            a.StrandedCpu + b.StrandedCpu,
            a.StrandedMemory + b.StrandedMemory,
            a.Used + b.Used,
            a.Instances + b.Instances,
            a.HasCpu + b.HasCpu,
            a.HasMemory + b.HasMemory);

        public static Room operator -(Room a, Room b) => a + new Room(
            -b.Cpu, -b.Memory, -b.StrandedCpu, -b.StrandedMemory, -b.Used, -b.Instances, -b.HasCpu, -b.HasMemory);

        public Room Max(Room b) => new(
            Math.Max(Cpu, b.Cpu),
            Math.Max(Memory, b.Memory),
            Math.Max(StrandedCpu, b.StrandedCpu),
            Math.Max(StrandedMemory, b.StrandedMemory),
            Math.Max(Used, b.Used),
            Math.Max(Instances, b.Instances),
            Math.Max(HasCpu, b.HasCpu),
            Math.Max(HasMemory, b.HasMemory));
    }
}
