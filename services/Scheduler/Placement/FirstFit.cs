using System.Collections.Immutable;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Scheduler.Placement;

/// <summary>
/// The first instance, by name, that has room. A place is never overbooked: cpu, memory and fixed ports are reserved
/// from the task's first event to its last.
/// </summary>
internal sealed class FirstFit : IPlacer
{
    /// <summary>The rule's name in the log.</summary>
    public const string Rule = "first-fit";

    /// <summary>The most rejections that a refusal names; beyond it a cluster's rejections say nothing new.</summary>
    public const int MaxRejections = 100;

    /// <inheritdoc/>
    public Sought Seek(ClusterState cluster, TaskBegun task)
    {
        var rejections = new List<Failure>();
        foreach (var instance in cluster.Instances.InNameOrder())
        {
            if (Rejection(instance, task.Reserved) is not { } rejection)
            {
                return new Sought.Found(
                    instance, new PlacementChoice { Rule = Rule, Considered = cluster.Instances.Count });
            }

            if (rejections.Count < MaxRejections) rejections.Add(rejection);
        }

        var account = new PlacementAccount { Considered = cluster.Instances.Count, Filters = [], Fitting = 0 };
        return new Sought.NoRoom(account, rejections);
    }

    /// <summary>What keeps a task from an instance, as ECS names it, with the numbers; null where it fits.</summary>
    public static Failure? Rejection(InstanceState instance, Reservation needs)
    {
        if (!instance.AgentConnected) return new Failure(instance.Arn, "AGENT", "its Agent is not connected");

        if (needs.Cpu > instance.FreeCpu)
        {
            return new Failure(instance.Arn, "RESOURCE:CPU", $"needs {needs.Cpu}, has {instance.FreeCpu}");
        }

        if (needs.Memory > instance.FreeMemory)
        {
            return new Failure(instance.Arn, "RESOURCE:MEMORY", $"needs {needs.Memory}, has {instance.FreeMemory}");
        }

        var has = instance.Profile.Resources;
        return TakenPort(needs.Ports, has.Ports, instance.ReservedPorts) is { } tcp
                ? new Failure(instance.Arn, "RESOURCE:PORTS", $"needs {tcp}/tcp, which is taken")
            : TakenPort(needs.PortsUdp, has.PortsUdp, instance.ReservedPortsUdp) is { } udp
                ? new Failure(instance.Arn, "RESOURCE:PORTS", $"needs {udp}/udp, which is taken")
            : null;
    }

    private static int? TakenPort(
        IReadOnlyList<int> wanted, IReadOnlyList<int> inUse, ImmutableSortedSet<int> reserved)
    {
        foreach (var port in wanted)
        {
            if (reserved.Contains(port) || inUse.Contains(port)) return port;
        }

        return null;
    }
}
