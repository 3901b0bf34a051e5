using Ecs.Contracts.Events;
using Ecs.Model.Fleet;
using Ecs.Rules.Tasks;

namespace Ecs.Auditor.Simulating;

/// <summary>
/// One cluster on its way through a span, measured: event by event, folded as the Scheduler folds them.
/// </summary>
internal sealed class Course
{
    private readonly string _cluster;
    private readonly Dictionary<string, Demand> _demands;

    /// <summary>Begins in front of a span: with its fleet, and where that is the one that was with its tasks.</summary>
    public Course(Question question)
    {
        _cluster = question.Span.Before.Arn;
        _demands = question.Asked.Demands.ToDictionary(demand => demand.Draft.TaskArn, StringComparer.Ordinal);
        Fleet = question.Founding().Aggregate(FleetState.Empty, (fleet, e) => fleet.Apply(e));
        if (question.Fleet is null) Carry(question);
        Measures = new Measures(Cluster, question.Span.Begins, question.Least);
    }

    public FleetState Fleet { get; private set; }

    public ClusterState Cluster => Fleet.Clusters[_cluster];

    public Measures Measures { get; }

    /// <summary>The demand of a task; null of one that nobody knows.</summary>
    public Demand? DemandOf(string taskArn) => _demands.GetValueOrDefault(taskArn);

    /// <summary>Whether a task has a place and holds it.</summary>
    public bool Holds(string taskArn) =>
        Cluster.Tasks.GetValueOrDefault(taskArn) is { IsStopped: false, ContainerInstanceArn: not null };

    /// <summary>Whether a task waits for room.</summary>
    public bool Waits(string taskArn) => Cluster.Tasks.GetValueOrDefault(taskArn)?.Waiting is not null;

    /// <summary>Goes one event on, and counts what it means.</summary>
    public void Apply(IEvent e, DateTimeOffset at)
    {
        var before = Cluster;
        Fleet = Fleet.Apply(e);
        Measures.Move(at, before, Cluster);
        if (e is TaskPlaced placed && DemandOf(placed.TaskArn) is { IsCarried: false } demand)
        {
            Measures.Placed(at - demand.AskedAt);
        }
    }

    /// <summary>Ends the span.</summary>
    public Outcome End(DateTimeOffset at) => Measures.End(at, Cluster.Waiting.Count);

    // Where they were, whether the rules would choose so or not.
    private void Carry(Question question)
    {
        foreach (var demand in question.Asked.Demands.Where(demand => demand.IsCarried))
        {
            if (Cluster.Instances.Find(demand.On!) is null) continue;

            var begins = question.Span.Begins;
            Fleet = Fleet.Apply(Wanted.Placed(demand.Draft, demand.On!, Named(Cluster), begins));
            if (demand.IsRunning)
            {
                Fleet = Fleet.Apply(new TaskRunning { TaskArn = demand.Draft.TaskArn, At = begins });
            }
        }
    }

    /// <summary>The choice of an instance that was not chosen by rules.</summary>
    public static PlacementChoice Named(ClusterState cluster) =>
        new() { Rule = "named", Considered = cluster.Instances.Count };
}
