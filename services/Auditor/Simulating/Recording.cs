using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Simulating;

/// <summary>Measures what was: the events of the span as they are in the log.</summary>
internal static class Recording
{
    /// <summary>Plays a span as it was.</summary>
    public static (Outcome Outcome, IReadOnlyList<Measures.Point> Points) Play(Question question, CancellationToken ct)
    {
        var span = question.Span;
        var course = new Course(question with { Fleet = null, Strategies = null });
        foreach (var demand in question.Asked.Demands.Where(demand => demand.Order < 0 && !demand.IsCarried))
        {
            course.Apply(demand.Draft with { WaitsUntil = demand.Until!.Value, At = span.Begins }, span.Begins);
        }

        foreach (var e in span.Events)
        {
            ct.ThrowIfCancellationRequested();
            Play(e, course);
        }

        course.Measures.Failed -= question.Asked.LeftOut;
        return (course.End(span.Ends), course.Measures.Points);
    }

    private static void Play(PastEvent e, Course course)
    {
        switch (e.Data)
        {
            case TaskPlacementFailed failed:
                course.Measures.Failed += failed.Count;
                break;
            case TaskStopped stopped when course.Waits(stopped.TaskArn):
                if (stopped.StopCode is StopCode.TaskFailedToStart) course.Measures.Failed++;
                else course.Measures.Withdrawn++;

                course.Apply(stopped, e.At);
                break;
            case TaskBegun:
            case TaskReported reported when course.Fleet.Tasks.ContainsKey(reported.TaskArn):
                course.Apply(e.Data, e.At);
                break;
            default:
                if (FleetChange.IsOne(e.Data, course.Fleet)) course.Apply(e.Data, e.At);
                break;
        }
    }
}

/// <summary>What happens to the fleet itself.</summary>
internal static class FleetChange
{
    /// <summary>Whether an event changes the fleet that there is.</summary>
    public static bool IsOne(IEvent e, FleetState fleet) => e switch
    {
        ContainerInstanceRegistered => true,
        ContainerInstanceConnected or ContainerInstanceDisconnected or ContainerInstanceStateChanged
            or ContainerInstanceAttributesChanged or ContainerInstanceDeregistered =>
            fleet.TryGetInstance(e.Stream, out _),
        _ => false,
    };
}
