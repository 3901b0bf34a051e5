using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Simulating;

/// <summary>What is to be simulated. The same question always has the same answer.</summary>
internal sealed record Question
{
    /// <summary>The span that was.</summary>
    public required PastSpan Span { get; init; }

    /// <summary>What was asked for in it.</summary>
    public required DemandRead Asked { get; init; }

    /// <summary>The strategies of all tasks whose instance nobody named; null for those that each had.</summary>
    public IReadOnlyList<PlacementStrategy>? Strategies { get; init; }

    /// <summary>Another fleet, which is there from the beginning to the end; null for the one that was.</summary>
    public IReadOnlyList<ContainerInstanceRegistered>? Fleet { get; init; }

    /// <summary>The least cpu and the least memory that tasks of the span need, each by itself.</summary>
    public (int Cpu, int Memory) Least => Asked.Demands.Count == 0 ? default : (
        Asked.Demands.Min(demand => demand.Draft.Reserved.Cpu),
        Asked.Demands.Min(demand => demand.Draft.Reserved.Memory));

    /// <summary>Makes the cluster as it was in front of the span, without its tasks.</summary>
    public IEnumerable<IEvent> Founding()
    {
        var cluster = Span.Before;
        yield return new ClusterCreated(cluster.Arn, cluster.Name, Span.Begins);
        foreach (var e in Fleet ?? cluster.Instances.InNameOrder().SelectMany(Joining)) yield return e;
    }

    private IEnumerable<IEvent> Joining(InstanceState instance)
    {
        yield return new ContainerInstanceRegistered
        {
            ContainerInstanceArn = instance.Arn,
            ClusterArn = instance.ClusterArn,
            Profile = instance.Profile,
            At = Span.Begins,
        };
        if (!instance.CustomAttributes.IsEmpty)
        {
            yield return new ContainerInstanceAttributesChanged
            {
                ContainerInstanceArn = instance.Arn,
                Put = [.. instance.CustomAttributes.Select(own => new NameValue(own.Key, own.Value))],
                At = Span.Begins,
            };
        }

        if (instance.Status is not InstanceStatus.Active)
        {
            yield return new ContainerInstanceStateChanged(instance.Arn, instance.Status, Span.Begins);
        }

        if (!instance.AgentConnected) yield return new ContainerInstanceDisconnected(instance.Arn, Span.Begins);
    }
}
